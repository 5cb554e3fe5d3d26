/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/feature_table.h"

#include <glib.h>

#include "kvmleaf/kvm_abi.h"
#include "report/report_access.h"

static void add_unlocks(GString *cell, const struct kvm_feature *feature, const struct kvm_unlock *rows, size_t count,
	const char *format)
{
	for (size_t i = 0; i < count; i++) {
		if (feature->reg != KVM_EAX || rows[i].feature_bit != feature->bit)
			continue;
		if (cell->len > 0)
			g_string_append(cell, ", ");
		g_string_append_printf(cell, format, rows[i].number);
	}
}

void feature_table_print(void)
{
	static const char *const statuses[] = {
		[KVM_ACTIVE] = "active", [KVM_DEPRECATED] = "deprecated", [KVM_VMM] = "set by the VMM only"
	};

	g_print("| bit | name | QEMU property | unlocks | status | since Linux | meaning |\n");
	g_print("| --- | --- | --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];
		g_autoptr(GString) unlocks = g_string_new(NULL);

		add_unlocks(unlocks, feature, kvm_msrs, kvm_msr_count, "MSR 0x%x");
		add_unlocks(unlocks, feature, kvm_hypercalls, kvm_hypercall_count, "hypercall %u");
		g_print("| %s %u | %s | %s | %s | %s | %s | %s |\n", report_register(feature->reg), feature->bit,
			feature->name, feature->qemu, unlocks->str, statuses[feature->status], feature->first,
			feature->meaning);
	}
}
