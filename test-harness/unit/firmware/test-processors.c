/* SPDX-License-Identifier: BSD-2-Clause */
/* The other vCPUs: what they read, and vCPUs that come too late. */
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

static char *stored_report(void)
{
	const struct mock_variable *stored = mock_variable_find(REPORT_VARIABLE_NAME);

	g_assert_nonnull(stored);
	return g_strndup((const char *)stored->bytes->data, stored->bytes->len);
}

static void differing(void)
{
	mock.processors = 4;
	mock.differing_processor = 2;
}

static void late(void)
{
	mock.processors = 4;
	mock.late_processor = 3;
}

/* The third vCPU has another leaf 0x40000001, and the report has it by its APIC id. */
static void test_differing(void)
{
	static const struct scenario scenario = { "differing", differing, STATUS_VCPUS, MOCK_RETURNED };
	g_autofree char *report = NULL;

	scenario_run(&scenario);
	report = stored_report();
	g_assert_nonnull(strstr(report,
		"\"vcpus\":{\"count\":4,\"checked\":4,\"differing\":[\n"
		" {\"leaf\":\"0x40000001\",\"register\":\"eax\",\"first\":\"0x00005818\",\"value\":\"0x00005810\","
		"\"names\":[\"KVM_FEATURE_CLOCKSOURCE2\"],\"count\":1,\"apic_ids\":[[\"0x00000002\",\"0x00000002\"]]}]}"
		","));
	g_assert_nonnull(strstr(mock.console->str, " vcpus=4 differing=1 "));
	scenario_fail(&scenario);
}

/*
 * On this CPU, as on TCG's, a leaf that does not exist answers as the highest basic leaf. The second vCPU has another
 * highest leaf: only leaf 0 and the first vCPU's highest leaf differ, and not each base at which there is no block.
 */
static void test_shorter(void)
{
	g_autofree char *report = NULL;

	mock_init();
	mock.processors = 2;
	mock.shorter_processor = 1;
	mock.cpu.missing = MISSING_TOP;
	mock_run();
	assert_ended_well();
	report = stored_report();
	g_assert_nonnull(strstr(report,
		" {\"leaf\":\"0x00000000\",\"register\":\"eax\",\"first\":\"0x0000000d\",\"value\":\"0x00000007\""));
	g_assert_nonnull(strstr(report,
		" {\"leaf\":\"0x0000000d\",\"register\":\"ecx\",\"first\":\"0x00000a88\",\"value\":\"0x000002bc\""));
	g_assert_null(strstr(report, "{\"leaf\":\"0x4000"));
	mock_free();
}

/* A number that no vCPU has: its slot would be far behind the memory, where nothing is mapped. */
static void test_lost(void)
{
	mock_init();
	mock.processors = 2;
	mock.lost_processor = 1;
	mock_run();
	assert_ended_well();
	g_assert_nonnull(strstr(mock.console->str, "SILENT: 1 vCPU (APIC 0x1) did not answer in time\r\n"));
	mock_free();
}

/*
 * The last vCPU starts only after the app has returned, when its memory is freed and its image unloaded: it must find
 * all that it uses. mock_run() has it run then.
 */
static void test_late(void)
{
	static const struct scenario scenario = { "late", late, STATUS_VCPUS, MOCK_RETURNED };
	g_autofree char *report = NULL;

	mock_init();
	late();
	mock_run();
	assert_ended_well();
	g_assert_true(mock.was_late);
	g_assert_cmpuint(mock.live, ==, 2); /* code and data */
	report = stored_report();
	g_assert_nonnull(strstr(report,
		"\"vcpus\":{\"count\":4,\"checked\":3,\"differing\":[],\"silent\":{\"count\":1,\"apic_ids\":[["
		"\"0x00000003\",\"0x00000003\"]]}}"));
	g_assert_nonnull(strstr(mock.console->str, "SILENT: 1 vCPU (APIC 0x3) did not answer in time\r\n"));
	scenario_fail(&scenario);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/processors/differing", test_differing);
	g_test_add_func("/processors/shorter", test_shorter);
	g_test_add_func("/processors/lost", test_lost);
	g_test_add_func("/processors/late", test_late);
	return g_test_run();
}
