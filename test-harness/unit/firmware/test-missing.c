/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware that lacks something: what the report then says, and each call that it has still fails. */
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

static void no_variables(void)
{
	mock.no_variables = true;
	mock.load_options = "--json";
}

static void efi_1(void)
{
	mock.is_efi_1 = true;
}

static void no_mp(void)
{
	mock.no_mp = true;
	mock.processors = 4;
}

static void no_arch(void)
{
	mock.no_arch = true;
	mock.load_options = "--probe";
	mock.processors = 2;
}

static void no_output(void)
{
	mock.no_out = true;
	mock.load_options = "--wait=1";
}

static void no_input(void)
{
	mock.no_in = true;
	mock.load_options = "--wait=1";
}

static void no_console(void)
{
	mock.no_in = mock.no_out = true;
	mock.load_options = "--verdict=none --wait=1 --json";
}

static void no_volume(void)
{
	mock.no_volume = true;
}

static void no_volume_to_save(void)
{
	mock.no_volume = true;
	mock.load_options = "--save=report.json";
}

static void no_loaded_image(void)
{
	mock.no_loaded_image = true;
}

static void nothing(void)
{
	mock.no_variables = mock.no_mp = mock.no_arch = mock.no_attributes = mock.no_out = mock.no_in = true;
	mock.no_volume = mock.no_loaded_image = mock.is_efi_1 = true;
}

static const struct machine {
	struct scenario scenario;
	const char *stored;  /* part of the stored report, NULL if none is stored */
	const char *printed; /* part of the console, NULL without a console */
} missing[] = {
	{ { "no-variables", no_variables, STATUS_NOT_STORED, MOCK_RETURNED }, NULL,
		"\r\nkvmleaf: the report variable could not be stored: unsupported (SetVariable)\r\n" },
	{ { "efi-1", efi_1, STATUS_PASS, MOCK_RETURNED },
		"{\"problem\":\"no-variable-store\",\"number\":3,\"call\":\"QueryVariableInfo\"}", "report=written" },
	{ { "no-mp", no_mp, STATUS_PASS, MOCK_RETURNED },
		"{\"problem\":\"no-mp-services\",\"number\":14,\"call\":\"LocateProtocol\"}",
		"LocateProtocol: EFI status 14\r\n" },
	{ { "no-arch", no_arch, STATUS_PASS, MOCK_RETURNED }, "\"probe\":[", " probe=agrees " },
	{ { "no-output", no_output, STATUS_PASS, MOCK_RETURNED }, "{\"problem\":\"no-console\",", NULL },
	{ { "no-input", no_input, STATUS_PASS, MOCK_RETURNED }, "\"problems\":[]}", "Press a key 1\r\n" },
	{ { "no-console", no_console, STATUS_EXPECTATION, MOCK_RETURNED }, "{\"problem\":\"no-console\",", NULL },
	{ { "no-volume", no_volume, STATUS_PASS, MOCK_RETURNED }, "\"problems\":[]}", "status=pass" },
	{ { "no-volume-to-save", no_volume_to_save, STATUS_NOT_STORED, MOCK_RETURNED }, "\"problems\":[]}",
		"\r\nkvmleaf: --save could not write its file to the boot volume: not found (HandleProtocol)\r\n" },
	{ { "no-loaded-image", no_loaded_image, STATUS_PASS, MOCK_RETURNED },
		"{\"problem\":\"no-loaded-image\",\"number\":3,\"call\":\"HandleProtocol\"}",
		"HandleProtocol: EFI status 3\r\n" },
	{ { "nothing", nothing, STATUS_NOT_STORED, MOCK_RETURNED }, NULL, NULL },
};

static void test_missing(gconstpointer data)
{
	const struct machine *test = data;
	const struct mock_variable *stored;
	g_autofree char *report = NULL;

	scenario_run(&test->scenario);
	stored = mock_variable_find(REPORT_VARIABLE_NAME);
	g_assert_cmpint(stored != NULL, ==, test->stored != NULL);
	if (stored != NULL) {
		report = g_strndup((const char *)stored->bytes->data, stored->bytes->len);
		g_assert_nonnull(strstr(report, test->stored));
	}
	g_assert_cmpint(mock.console->len > 0, ==, test->printed != NULL);
	g_assert_true(test->printed == NULL || strstr(mock.console->str, test->printed) != NULL);
	scenario_fail(&test->scenario);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(missing); i++) {
		g_autofree char *path = g_strdup_printf("/missing/%s", missing[i].scenario.name);

		g_test_add_data_func(path, &missing[i], test_missing);
	}
	return g_test_run();
}
