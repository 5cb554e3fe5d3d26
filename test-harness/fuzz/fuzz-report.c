/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A saved report, an efivarfs file, a variable store or a dump: the files that kvmleaf-boot reads and compares. The
 * input is the file.
 */
#include <string.h>

#include "report/decode.h"
#include "report/diff.h"
#include "fuzz.h"
#include "report/raw.h"
#include "report/read_report.h"

enum { ATTRIBUTES_SIZE = 4 }; /* of efivarfs */

/* Another report to compare with. */
static const char other_dump[] = "CPU:\n"
				 "   0x00000000 0x00: eax=0x00000001 ebx=0x756e6547 ecx=0x6c65746e edx=0x49656e69\n"
				 "   0x00000001 0x00: eax=0x000306c3 ebx=0x00010800 ecx=0x80000000 edx=0x0f8bfbff\n"
				 "   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n"
				 "   0x40000001 0x00: eax=0x01007afb ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n";

static const json_t *other(void)
{
	static json_t *root;
	g_autofree struct report *report = NULL;
	g_autofree char *json = NULL;

	if (root != NULL)
		return root;
	report = decode_dump(other_dump, sizeof(other_dump) - 1, NULL);
	json = decode_json(report);
	root = json_loads(json, 0, NULL);
	MUST(root != NULL);
	return root;
}

static void compare(const json_t *root)
{
	g_autoptr(GPtrArray) same = diff_reports(root, root);
	g_autoptr(GPtrArray) there = diff_reports(root, other());
	g_autoptr(GPtrArray) back = diff_reports(other(), root);

	MUST_SAY(same->len == 0, g_ptr_array_index(same, 0));
	MUST((there->len == 0) == (back->len == 0));
}

static void print_raw(const char *text)
{
	GError *error = NULL;
	g_autofree char *raw = raw_text(text, &error);

	MUST(raw == NULL || (g_str_has_prefix(raw, "CPU 0:\n") && g_str_has_suffix(raw, "\n")));
	fuzz_result_or_error(raw != NULL, error);
}

/* The bytes are one JSON document and nothing more: bytes after a NUL are not ignored. */
static gboolean is_whole(const char *text, const uint8_t *bytes, size_t size)
{
	size_t length = strlen(text);

	return length == size || length > size || memcmp(text, bytes, length) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	g_autofree char *text = read_report(fuzz_file(data, size), &error);
	json_t *root;

	fuzz_result_or_error(text != NULL, error);
	if (text == NULL)
		return 0;
	root = json_loads(text, 0, NULL);
	/* What was accepted as a report is accepted again when it is read as one. */
	MUST_SAY(root != NULL, text);
	MUST(is_whole(text, data, size) &&
		(size < ATTRIBUTES_SIZE || is_whole(text, data + ATTRIBUTES_SIZE, size - ATTRIBUTES_SIZE)));
	compare(root);
	print_raw(text);
	json_decref(root);
	return 0;
}
