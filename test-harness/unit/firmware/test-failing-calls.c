/* SPDX-License-Identifier: BSD-2-Clause */
/* Each call of a run fails in each way, on machines and with arguments that make different calls. */
#include "unit/firmware/failing.h"

static void plain(void)
{
}

static void four_processors(void)
{
	mock.processors = 4;
	mock.load_options = "--json";
}

static void strict_pages(void)
{
	mock.processors = 2;
	mock.strict_pages = true;
}

static void probed(void)
{
	mock.load_options = "--probe";
	mock.processors = 2;
}

/* PV_EOI and PV_UNHALT */
static void probed_x2apic(void)
{
	mock.load_options = "--probe";
	mock.processors = 3;
	mock.x2apic = true;
	mock_offer(1 << 6 | 1 << 7);
}

static void probed_alone(void)
{
	mock.load_options = "--probe --quiet";
	mock.no_mp = true;
}

static void probed_without_arch(void)
{
	mock.load_options = "--probe";
	mock.no_arch = true;
}

static void asked_to_wait(void)
{
	mock.load_options = "--wait=2";
	mock.keys_waiting = 3;
	mock.keys = "    x";
}

static const struct scenario scenarios[] = {
	{ "plain", plain, STATUS_PASS, MOCK_RETURNED },
	{ "four-processors", four_processors, STATUS_PASS, MOCK_RETURNED },
	{ "strict-pages", strict_pages, STATUS_PASS, MOCK_RETURNED },
	{ "probed", probed, STATUS_PASS, MOCK_RETURNED },
	{ "probed-x2apic", probed_x2apic, STATUS_PASS, MOCK_RETURNED },
	{ "probed-alone", probed_alone, STATUS_PASS, MOCK_RETURNED },
	{ "probed-without-arch", probed_without_arch, STATUS_PASS, MOCK_RETURNED },
	{ "wait", asked_to_wait, STATUS_PASS, MOCK_RETURNED },
};

static void test_scenario(gconstpointer data)
{
	scenario_fail(data);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		g_autofree char *path = g_strdup_printf("/failing-calls/%s", scenarios[i].name);

		g_test_add_data_func(path, &scenarios[i], test_scenario);
	}
	return g_test_run();
}
