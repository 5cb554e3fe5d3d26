/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/firmware/stored.h"

#include <jansson.h>
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

static struct item {
	char *name; /* NULL for an unused row */
	UINT32 attributes;
	GBytes *bytes;
} before[MOCK_FILES_MAX + MOCK_VARIABLES_MAX];

static void remember(size_t row, const char *name, UINT32 attributes, const GByteArray *bytes)
{
	g_clear_pointer(&before[row].name, g_free);
	g_clear_pointer(&before[row].bytes, g_bytes_unref);
	if (name == NULL)
		return;
	before[row] = (struct item){ g_strdup(name), attributes, g_bytes_new(bytes->data, bytes->len) };
}

void stored_begin(void)
{
	for (size_t i = 0; i < MOCK_FILES_MAX; i++)
		remember(i, mock.files[i].path, 0, mock.files[i].bytes);
	for (size_t i = 0; i < MOCK_VARIABLES_MAX; i++)
		remember(MOCK_FILES_MAX + i, mock.variables[i].name, mock.variables[i].attributes,
			mock.variables[i].bytes);
}

static bool is_as_before(const char *name, UINT32 attributes, const GByteArray *bytes)
{
	for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
		if (before[i].name != NULL && g_str_equal(before[i].name, name))
			return before[i].attributes == attributes && g_bytes_get_size(before[i].bytes) == bytes->len &&
			       memcmp(g_bytes_get_data(before[i].bytes, NULL), bytes->data, bytes->len) == 0;
	return false;
}

static bool has_file_before(void)
{
	for (size_t i = 0; i < MOCK_FILES_MAX; i++)
		if (before[i].name != NULL)
			return true;
	return false;
}

/* The features that CPUID of the mock has. */
static void assert_report(const GByteArray *bytes)
{
	const struct leaf *features = NULL;
	g_autofree char *eax = NULL;
	json_error_t error;
	json_t *report = json_loadb((const char *)bytes->data, bytes->len, JSON_REJECT_DUPLICATES, &error);

	if (report == NULL)
		g_error("the stored report is not JSON: %s in %.*s", error.text, (int)bytes->len, bytes->data);
	for (size_t i = 0; i < mock.cpu.count; i++)
		if (mock.cpu.leaves[i].leaf == 0x40000001)
			features = &mock.cpu.leaves[i];
	g_assert_cmpstr(json_string_value(json_object_get(report, "schema")), ==, REPORT_SCHEMA);
	g_assert_true(json_is_array(json_object_get(report, "problems")));
	if (g_strcmp0(json_string_value(json_object_get(report, "source")), "cpu") == 0) {
		g_assert_nonnull(features);
		eax = g_strdup_printf("0x%08x", features->regs.eax);
		g_assert_cmpstr(json_string_value(json_object_get(report, "verdict")), ==, "kvm");
		g_assert_cmpstr(json_string_value(json_object_get(json_object_get(report, "kvm"), "eax")), ==, eax);
	}
	json_decref(report);
}

static void assert_variable(const char *said)
{
	const struct mock_variable *variable = mock_variable_find(REPORT_VARIABLE_NAME);
	bool stored = g_str_equal(said, "written") || g_str_equal(said, "unchanged");

	if (stored) {
		g_assert_nonnull(variable);
		g_assert_cmphex(variable->attributes, ==, REPORT_VARIABLE_ATTRIBUTES);
		assert_report(variable->bytes);
	}
	if (!g_str_equal(said, "written") && !g_str_equal(said, "failed") && *said != '\0')
		g_assert_cmpuint(mock.variable_writes, ==, 0);
	if (variable != NULL && !is_as_before(variable->name, variable->attributes, variable->bytes))
		assert_report(variable->bytes);
}

/* A run that says that all is well has written its file; after any other one, the old file is there in some way. */
static void assert_saved(void)
{
	const struct mock_file *file = mock.saves_to != NULL ? mock_file_find(mock.saves_to) : NULL;
	g_autofree char *status = end_word("status");
	bool any = false;

	if (mock.saves_to == NULL)
		return;
	if (g_str_equal(status, "pass") && strstr(mock.console->str, "HandleProtocol: EFI status") == NULL) {
		g_assert_nonnull(file);
		g_assert_cmpuint(file->bytes->len, >, 100);
		assert_report(file->bytes);
	}
	for (size_t i = 0; i < MOCK_FILES_MAX; i++)
		any = any || mock.files[i].path != NULL;
	g_assert_true(any || !has_file_before());
}

void assert_stored(void)
{
	g_autofree char *said = end_word("report");

	assert_variable(said);
	for (size_t i = 0; i < MOCK_VARIABLES_MAX; i++)
		if (mock.variables[i].name != NULL && !g_str_equal(mock.variables[i].name, REPORT_VARIABLE_NAME))
			g_assert_true(is_as_before(
				mock.variables[i].name, mock.variables[i].attributes, mock.variables[i].bytes));
	for (size_t i = 0; i < MOCK_FILES_MAX; i++)
		if (mock.files[i].path != NULL && !is_as_before(mock.files[i].path, 0, mock.files[i].bytes))
			assert_report(mock.files[i].bytes);
	assert_saved();
}
