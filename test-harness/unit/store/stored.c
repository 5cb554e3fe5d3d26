/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/store/stored.h"

#include "core/output/report_json.h"
#include "unit/fake/recorded.h"

void reports_levels(struct reports *reports)
{
	static char json[REPORT_SIZE_MAX];
	size_t length, capacity = sizeof(json);

	reports->count = 0;
	while ((length = report_json(&reports->report, json, capacity)) > 0) {
		g_assert_cmpuint(reports->count, <, LEVELS_MAX);
		reports->levels[reports->count++] = (struct level){ .json = g_memdup2(json, length), .length = length };
		capacity = length - 1;
	}
}

void reports_init(struct reports *reports, unsigned blocks)
{
	static struct recorded cpu;

	memset(&cpu, 0, sizeof(cpu));
	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000005, "Microsoft Hv");
	recorded_set(&cpu, 0x40000001, 0x31237648, 0, 0, 0);
	recorded_kvm(&cpu, 0x40000100, 0x40000101, 0x01007afb, blocks & 1);
	for (unsigned i = 0; i < blocks; i++)
		recorded_base(&cpu, 0x40000200 + 0x100 * i, 0x40000204 + 0x100 * i, "XenVMMXenVMM");
	memset(reports, 0, sizeof(*reports));
	recorded_judge(&cpu, &reports->report);
	reports_levels(reports);
	g_assert_cmpuint(reports->count, >=, 4);
}

struct variable_result stored_run(struct edk2_store *edk2, const struct reports *reports)
{
	static struct workspace work;
	static struct report report;
	const struct firmware firmware = { .runtime = edk2_services(edk2), .work = &work };

	memset(&work, 0xa5, sizeof(work));
	report = reports->report;
	return variable_store(&firmware, &report);
}

const struct level *stored_best(const struct edk2_store *edk2, const struct reports *reports)
{
	const struct level *best = NULL;

	for (size_t i = 0; i < reports->count && best == NULL; i++) {
		const struct level *level = &reports->levels[i];
		struct edk2_store copy;

		edk2_copy(&copy, edk2);
		if (edk2_set_report(&copy, REPORT_VARIABLE_ATTRIBUTES, level->json, level->length) == EFI_SUCCESS)
			best = level;
		edk2_clear(&copy);
	}
	return best;
}

gboolean stored_is(const struct edk2_store *edk2, const struct level *level)
{
	struct variable variable;

	g_assert_true(store_find(
		edk2->store.bytes, edk2->store.size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	return variable.data != NULL && variable.attributes == REPORT_VARIABLE_ATTRIBUTES &&
	       variable.length == level->length && memcmp(variable.data, level->json, level->length) == 0;
}

void assert_stored(const struct edk2_store *edk2, const struct level *level)
{
	g_assert_true(stored_is(edk2, level));
}
