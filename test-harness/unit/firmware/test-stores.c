/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in the variable store before the run: each call fails there too. */
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

static EFI_GUID vendor = REPORT_VARIABLE_GUID;
static EFI_GUID global = EFI_GLOBAL_VARIABLE;

static void store(UINT32 attributes, const char *bytes, UINTN size)
{
	mock_variable_set(REPORT_VARIABLE_NAME, &vendor, attributes, bytes, size);
}

/* The report that this machine's run stores. */
static void same_report(void)
{
	static char *report;
	const struct mock_variable *stored;

	if (report == NULL) {
		mock_run();
		stored = mock_variable_find(REPORT_VARIABLE_NAME);
		report = g_strndup((const char *)stored->bytes->data, stored->bytes->len);
		mock_init();
	}
	store(REPORT_VARIABLE_ATTRIBUTES, report, strlen(report));
}

static void older_report(void)
{
	static const char older[] = "{\"schema\":\"kvmleaf/1\",\"version\":\"0.0.1\"}";

	store(REPORT_VARIABLE_ATTRIBUTES, older, strlen(older));
}

static void foreign_attributes(void)
{
	store(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS, "foreign", 7);
}

static void foreign_volatile(void)
{
	store(EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS, "foreign", 7);
}

static void foreign_large(void)
{
	static char large[40000];

	memset(large, 'x', sizeof(large));
	store(REPORT_VARIABLE_ATTRIBUTES, large, sizeof(large));
}

static void foreign_large_attributes(void)
{
	foreign_large();
	mock_variable_find(REPORT_VARIABLE_NAME)->attributes = EFI_VARIABLE_BOOTSERVICE_ACCESS;
}

static void full(void)
{
	static char much[60900];

	mock.store_size = 61000;
	mock_variable_set("Sother", &global, REPORT_VARIABLE_ATTRIBUTES, much, sizeof(much));
}

static void no_room_at_all(void)
{
	mock.store_size = 100;
}

static void write_protected(void)
{
	mock.write_protected = true;
	older_report();
}

static void secure_boot(void)
{
	mock_variable_set(
		"SecureBoot", &global, EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS, "\1", 1);
}

static const struct scenario scenarios[] = {
	{ "same-report", same_report, STATUS_PASS, MOCK_RETURNED },
	{ "older-report", older_report, STATUS_PASS, MOCK_RETURNED },
	{ "foreign-attributes", foreign_attributes, STATUS_PASS, MOCK_RETURNED },
	{ "foreign-volatile", foreign_volatile, STATUS_PASS, MOCK_RETURNED },
	{ "foreign-large", foreign_large, STATUS_PASS, MOCK_RETURNED },
	{ "foreign-large-attributes", foreign_large_attributes, STATUS_PASS, MOCK_RETURNED },
	{ "full", full, STATUS_NOT_STORED, MOCK_RETURNED },
	{ "no-room-at-all", no_room_at_all, STATUS_NOT_STORED, MOCK_RETURNED },
	{ "write-protected", write_protected, STATUS_NOT_STORED, MOCK_RETURNED },
	{ "secure-boot", secure_boot, STATUS_PASS, MOCK_RETURNED },
};

static void test_scenario(gconstpointer data)
{
	scenario_fail(data);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		g_autofree char *path = g_strdup_printf("/stores/%s", scenarios[i].name);

		g_test_add_data_func(path, &scenarios[i], test_scenario);
	}
	return g_test_run();
}
