/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two reports that are valid JSON, with values that no app writes: each byte of the input chooses the value of a key.
 * Both are read as files, compared with themselves and with each other, and printed as dumps.
 */
#include <stdlib.h>
#include <string.h>

#include "report/diff.h"
#include "fuzz.h"
#include "report/raw.h"
#include "report/read_report.h"

enum { DEPTH_MAX = 6, ELEMENTS_MAX = 12 };

struct choices {
	const uint8_t *data;
	size_t size;
};

static unsigned choose(struct choices *choices, unsigned among)
{
	if (choices->size == 0)
		return 0;
	choices->size--;
	return *choices->data++ % among;
}

static json_t *make_register(struct choices *choices)
{
	static const char *const registers[] = { "0x00000000", "0x00000001", "0x40000000", "0x40000001", "0x40000010",
		"0x40000100", "0x80000000", "0xffffffff", "0x123456789", "", "-1", "x", "0x1", "0x0b", "0x1f" };

	return json_string(registers[choose(choices, G_N_ELEMENTS(registers))]);
}

static json_t *make_word(struct choices *choices)
{
	static const char *const words[] = { "eax", "ebx", "ecx", "edx", "KVM", "KVMKVMKVM", "Microsoft Hv", "blocks",
		"problems", "leaves", "kvm", "none", "cpu", "replay", "KVM_FEATURE_PV_EOI", "works", "%s%n", "", "\n" };

	return json_string(words[choose(choices, G_N_ELEMENTS(words))]);
}

static json_t *make_number(struct choices *choices)
{
	static const json_int_t numbers[] = { 0, 1, 2, 4, -1, 4096, 4294967295, 4294967296, INT64_MIN, INT64_MAX };

	return json_integer(numbers[choose(choices, G_N_ELEMENTS(numbers))]);
}

static json_t *make_value(struct choices *choices, unsigned depth);

static json_t *make_array(struct choices *choices, unsigned depth)
{
	json_t *array = json_array();

	for (unsigned count = choose(choices, ELEMENTS_MAX); count > 0; count--)
		(void)json_array_append_new(array, make_value(choices, depth + 1));
	return array;
}

/* Keys of every part of a report. Each part gets some of its own keys and some that belong elsewhere. */
static json_t *make_object(struct choices *choices, unsigned depth)
{
	static const char *const keys[] = { "base", "signature", "hypervisor", "max_leaf", "eax", "edx", "tsc_khz",
		"count", "silent", "differing", "leaf", "register", "first", "value", "apic_ids", "feature", "result",
		"problem", "vendor", "supported", "active", "kvm_answers", "why" };
	json_t *object = json_object();

	for (unsigned count = choose(choices, ELEMENTS_MAX); count > 0; count--)
		(void)json_object_set_new(
			object, keys[choose(choices, G_N_ELEMENTS(keys))], make_value(choices, depth + 1));
	return object;
}

/* A row of registers, the most frequent part of a report. */
static json_t *make_row(struct choices *choices)
{
	json_t *row = json_array();

	for (unsigned count = 4 + choose(choices, 4); count > 0; count--)
		(void)json_array_append_new(row, make_register(choices));
	return row;
}

static json_t *make_value(struct choices *choices, unsigned depth)
{
	switch (choose(choices, depth < DEPTH_MAX ? 9 : 6)) {
	case 0:
	case 1:
		return make_register(choices);
	case 2:
		return make_word(choices);
	case 3:
		return make_number(choices);
	case 4:
		return json_null();
	case 5:
		return json_boolean(choose(choices, 2));
	case 6:
		return make_row(choices);
	case 7:
		return make_array(choices, depth);
	default:
		return make_object(choices, depth);
	}
}

/* The keys that read_report.c requires are there, with the right type unless the input chooses another. */
static json_t *make_report(struct choices *choices)
{
	static const char *const arrays[] = { "blocks", "leaves", "problems", "probe", "missing" };
	static const char *const objects[] = { "cpu", "vcpus", "kvm", "confidential", "listening" };
	static const char *const others[] = { "hypervisor_bit", "secure_boot", "kvm" };
	json_t *report = json_pack("{s:s}", "schema", "kvmleaf/1");

	(void)json_object_set_new(report, "source", make_word(choices));
	(void)json_object_set_new(report, "verdict", make_word(choices));
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		(void)json_object_set_new(report, arrays[i], make_array(choices, 0));
	for (size_t i = 0; i < G_N_ELEMENTS(objects); i++)
		(void)json_object_set_new(report, objects[i], make_object(choices, 0));
	(void)json_object_set_new(json_object_get(report, "vcpus"), "differing", make_array(choices, 1));
	for (const char *const *key = (const char *const[]){ "base", "eax", "edx", NULL }; *key != NULL; key++)
		(void)json_object_set_new(json_object_get(report, "kvm"), *key, make_register(choices));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (choose(choices, 4) == 1)
			(void)json_object_set_new(report, others[i], make_value(choices, 0));
	return report;
}

/* Reads the report from a file, as every report is read; NULL if it is refused. */
static json_t *take(struct choices *choices)
{
	json_t *made = make_report(choices);
	char *document = json_dumps(made, JSON_COMPACT);
	GError *error = NULL;
	g_autofree char *text = read_report(fuzz_file(document, strlen(document)), &error);
	g_autofree char *raw = NULL;
	json_t *taken = text != NULL ? json_loads(text, 0, NULL) : NULL;

	fuzz_result_or_error(text != NULL, error);
	MUST((text == NULL) == (taken == NULL));
	MUST(taken == NULL || json_equal(taken, made));
	if (text != NULL) {
		error = NULL;
		raw = raw_text(text, &error);
		fuzz_result_or_error(raw != NULL, error);
	}
	free(document);
	json_decref(made);
	return taken;
}

static unsigned count_differences(const json_t *a, const json_t *b)
{
	g_autoptr(GPtrArray) lines = diff_reports(a, b);

	MUST_SAY(a != b || lines->len == 0, g_ptr_array_index(lines, 0));
	return lines->len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices choices = { data, size };
	json_t *a = take(&choices);
	json_t *b = take(&choices);

	if (a != NULL && b != NULL) {
		(void)count_differences(a, a);
		(void)count_differences(b, b);
		MUST((count_differences(a, b) == 0) == (count_differences(b, a) == 0));
	}
	json_decref(a);
	json_decref(b);
	return 0;
}
