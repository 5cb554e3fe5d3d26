/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold for every report: a JSON parser, an 80-column terminal and the decoder can read it. */
#include <string.h>

#include "core/judge/judge.h"
#include "core/output/report_json.h"
#include "core/output/report_table.h"
#include "fuzz.h"
#include "report/decode.h"
#include "report/raw.h"

enum { TABLE_SIZE = 256 * 1024, JSON_SIZE = 256 * 1024, COLUMNS = 79, SMALL_MAX = 6000 };

/* Static, because ASan makes allocating large buffers slow. */
static char table[TABLE_SIZE], document[JSON_SIZE];

/* The document in a buffer of that capacity, which is allocated if it is small, so that ASan notices an overflow. */
static json_t *parse(const struct report *report, size_t capacity)
{
	g_autofree char *exact = capacity < JSON_SIZE ? g_malloc(capacity) : NULL;
	char *buffer = exact != NULL ? exact : document;
	size_t length = report_json(report, buffer, capacity);
	json_error_t error;
	json_t *root;

	MUST(length <= capacity);
	if (length == 0)
		return NULL;
	for (size_t i = 0; i < length; i++)
		MUST(buffer[i] == '\n' || (buffer[i] >= ' ' && buffer[i] <= '~'));
	root = json_loadb(buffer, length, JSON_REJECT_DUPLICATES, &error);
	MUST_SAY(root != NULL, error.text);
	return root;
}

/*
 * Once as a whole, and once in a buffer that may be too small. Its size is computed from the document, so that the same
 * input is always tested with the same size.
 */
static void json_holds(const struct report *report)
{
	static const char *const parts[] = { "schema", "verdict", "blocks", "kvm", "vcpus", "leaves", "problems" };
	json_t *root = parse(report, JSON_SIZE);
	uint32_t room = 0;

	MUST(root != NULL && json_object_get(root, "missing") == NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		MUST_SAY(json_object_get(root, parts[i]) != NULL, parts[i]);
	json_decref(root);
	for (size_t i = 0; i < JSON_SIZE && document[i] != '}'; i++)
		room = room * 31 + (uint8_t)document[i];
	root = parse(report, room % SMALL_MAX + 1);
	if (root != NULL)
		MUST(g_strcmp0(json_string_value(json_object_get(root, "verdict")), verdict_name(report->verdict)) ==
			0);
	json_decref(root);
}

static void rows_hold(const char *text, size_t length)
{
	size_t start = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n') {
			MUST(i > 0 && text[i - 1] == '\r');
			start = i + 1;
			continue;
		}
		if (text[i] == '\r') {
			MUST(i + 1 < length && text[i + 1] == '\n');
			continue;
		}
		MUST(text[i] >= ' ' && text[i] <= '~');
		MUST(i - start < COLUMNS);
	}
	MUST(length == start);
}

static void table_holds(const struct report *report)
{
	struct text out;

	text_init(&out, table, TABLE_SIZE);
	table_begin(&out, report->source);
	table_body(&out, report);
	MUST(!out.overflow);
	rows_hold(out.data, out.length);
	/* The last line is for programs and may be of any length. */
	text_init(&out, table, TABLE_SIZE);
	table_end(&out, report, REPORT_OFF, judge_status(report));
	MUST(!out.overflow && out.length > 2 && memchr(out.data, '\n', out.length) == out.data + out.length - 1);
}

static void blocks_hold(const struct report *report)
{
	bool has_kvm = false;

	MUST(report->block_count <= BLOCKS_MAX && report->leaf_count <= LEAVES_MAX);
	MUST(report->problem_count <= PROBLEMS_MAX);
	for (size_t i = 0; i < report->block_count; i++) {
		const struct block *block = &report->blocks[i];

		MUST(block->base >= HYPERVISOR_BASE_FIRST && block->base <= HYPERVISOR_BASE_LAST);
		MUST(block->base % HYPERVISOR_BASE_STEP == 0);
		MUST(block->max_leaf_used - block->base < HYPERVISOR_BASE_STEP);
		MUST(i == 0 || block->base > report->blocks[i - 1].base);
		has_kvm = has_kvm || block->hypervisor == HYPERVISOR_KVM;
	}
	MUST(report->kvm.present == has_kvm);
	MUST(has_kvm == (report->verdict == VERDICT_KVM || report->verdict == VERDICT_KVM_BEHIND));
	MUST((report->block_count == 0) == (report->verdict == VERDICT_NONE || report->verdict == VERDICT_MASKED));
}

void fuzz_report_holds(const struct report *report)
{
	blocks_hold(report);
	json_holds(report);
	table_holds(report);
}

static bool dropped_leaves(const struct report *report)
{
	for (size_t i = 0; i < report->problem_count; i++)
		if (report->problems[i].kind == PROBLEM_LEAVES_DROPPED)
			return true;
	return report->problems_dropped > 0;
}

void fuzz_report_returns(const struct report *report)
{
	static const char *const keys[] = { "verdict", "hypervisor_bit", "cpu", "tsc", "blocks", "kvm", "leaves" };
	g_autofree char *json = decode_json(report);
	g_autofree char *raw = NULL, *again = NULL;
	g_autofree struct report *decoded = NULL;
	GError *error = NULL;
	json_t *before, *after;

	/* A report without leaf 1, or without all leaves, does not make a complete dump. */
	if (report->leaves[0].regs.eax == 0 || dropped_leaves(report))
		return;
	raw = raw_text(json, &error);
	fuzz_result_or_error(raw != NULL, error);
	decoded = decode_dump(raw, strlen(raw), &error);
	MUST_SAY(decoded != NULL, error->message);
	again = decode_json(decoded);
	before = json_loads(json, 0, NULL);
	after = json_loads(again, 0, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const json_t *a = json_object_get(before, keys[i]), *b = json_object_get(after, keys[i]);

		/*
		 * A report lists what differs between vCPUs, up to a limit, and not which of their leaves a recording
		 * lacked: what all of them have cannot be judged again from it.
		 */
		if (strcmp(keys[i], "cpu") == 0 && report->vcpus_differing.count > 0)
			continue;
		MUST_SAY(a == b || json_equal(a, b), keys[i]); /* both are NULL where neither report has the key */
	}
	json_decref(before);
	json_decref(after);
}
