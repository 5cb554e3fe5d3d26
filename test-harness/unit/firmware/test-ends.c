/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run ends: the values outside, and what has no end by itself. */
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

static void run(const char *arguments)
{
	mock_init();
	mock.load_options = arguments;
	mock_run();
	assert_ended_well();
}

static void assert_end_line(const char *expected)
{
	g_assert_true(g_str_has_suffix(mock.console->str, expected));
}

static unsigned count_calls(enum mock_service service)
{
	unsigned count = 0;

	for (unsigned i = 0; i < mock.calls && i < MOCK_CALLED_MAX; i++)
		count += mock.called[i].service == service;
	return count;
}

/* The values of README's table. */
static void test_values(void)
{
	static const struct {
		const char *arguments;
		int value;
		EFI_STATUS efi;
	} tests[] = {
		{ "--verdict=kvm", 0x10, EFI_SUCCESS },
		{ "--forbid=KVM_FEATURE_POLL_CONTROL", 0x11, EFI_ABORTED },
		{ "--save=\\report.json", 0x15, EFI_DEVICE_ERROR },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *to_qemu = g_strdup_printf("%s --exit=qemu", tests[i].arguments);

		mock_init();
		mock.no_volume = true;
		mock.load_options = tests[i].arguments;
		mock_run();
		assert_ended_well();
		g_assert_cmpint(mock.end, ==, MOCK_RETURNED);
		g_assert_cmphex(mock.returned, ==, tests[i].efi);
		g_assert_cmpint(mock.exit_value, ==, -1);
		mock_init();
		mock.no_volume = true;
		mock.load_options = to_qemu;
		mock_run();
		assert_ended_well();
		g_assert_cmpint(mock.end, ==, MOCK_QEMU_ENDED);
		g_assert_cmphex(mock.exit_value, ==, tests[i].value);
	}
}

/* A keyboard on which a key is stuck: the keys before the question are not read for ever. */
static void test_stuck_key(void)
{
	mock_init();
	mock.load_options = "--wait=60";
	mock.keys_waiting = G_MAXUINT;
	mock_run();
	assert_ended_well();
	g_assert_cmpuint(mock.calls, <, 2000);
	assert_end_line("Press a key 60\r\n");
}

/* The whole time is waited for, in pauses, and a key ends it. */
static void test_wait(void)
{
	run("--wait=3");
	g_assert_cmpuint(mock.stalled, ==, 3000000);
	assert_end_line("Press a key 3..\r\n");
	mock_init();
	mock.load_options = "--wait=3";
	mock.keys = " x x"; /* none, one before the question; none, one that counts */
	mock_run();
	assert_ended_well();
	g_assert_cmpuint(mock.stalled, <, 3000000);
}

/* Where the firmware does not wait, the app says so instead of counting to the end within a moment. */
static void test_no_time(void)
{
	mock_init();
	mock.load_options = "--wait=60 --quiet";
	mock.fail_service = MOCK_Stall;
	mock.fail_service_status = MOCK_NOT_AVAILABLE_YET;
	mock_run();
	assert_ended_well();
	g_assert_cmpuint(count_calls(MOCK_Stall), ==, 1);
	assert_end_line("Press a key 60\r\nkvmleaf: --wait is not possible: Stall: EFI status 0x00000002\r\n");
}

/* Without memory there are no arguments, but still two lines for programs and a status. */
static void test_no_memory(void)
{
	mock_init();
	mock.fail_call = 1;
	mock.fail_status = EFI_OUT_OF_RESOURCES;
	mock_run();
	assert_ended_well();
	g_assert_cmphex(mock.returned, ==, EFI_LOAD_ERROR);
	g_assert_true(g_str_has_prefix(mock.console->str, "KVMLEAF-BEGIN version="));
	assert_end_line("\r\nkvmleaf: there is no memory to work in: out of resources (AllocatePool)\r\nKVMLEAF-END "
			"report=off status=internal\r\n");
}

/* A store that says that it has taken the report, and has not. */
static void test_forgetful_store(void)
{
	mock_init();
	mock.forgets = true;
	mock_run();
	g_assert_cmphex(mock.returned, ==, EFI_DEVICE_ERROR);
	g_assert_nonnull(strstr(mock.console->str, ": volume corrupted (GetVariable)\r\n"));
	assert_end_line(" report=failed status=not-stored\r\n");
}

/* The same machine a second time: nothing is written. */
static void test_second_run(void)
{
	g_autofree char *word = NULL;

	run("");
	g_assert_cmpuint(mock.variable_writes, ==, 1);
	mock.variable_writes = 0;
	g_string_truncate(mock.console, 0);
	mock_run();
	word = end_word("report");
	g_assert_cmpstr(word, ==, "unchanged");
	g_assert_cmpuint(mock.variable_writes, ==, 0);
	g_assert_nonnull(mock_variable_find(REPORT_VARIABLE_NAME));
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ends/values", test_values);
	g_test_add_func("/ends/stuck-key", test_stuck_key);
	g_test_add_func("/ends/wait", test_wait);
	g_test_add_func("/ends/no-time", test_no_time);
	g_test_add_func("/ends/no-memory", test_no_memory);
	g_test_add_func("/ends/forgetful-store", test_forgetful_store);
	g_test_add_func("/ends/second-run", test_second_run);
	status = g_test_run();
	mock_free();
	return status;
}
