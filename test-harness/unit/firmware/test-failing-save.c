/* SPDX-License-Identifier: BSD-2-Clause */
/* Each call fails in runs with --save: the file is the old one or the new one, whole. */
#include "unit/firmware/failing.h"

static void saved(void)
{
	mock.load_options = "--save=\\report.json --json";
	mock.saves_to = "\\report.json";
}

static void saved_over_another(void)
{
	mock.load_options = "--save=\\report.json --no-variable";
	mock.saves_to = "\\report.json";
	mock_file_set("\\report.json", "{\"schema\":\"kvmleaf/1\"}");
}

static const struct scenario scenarios[] = {
	{ "new-file", saved, STATUS_PASS, MOCK_RETURNED },
	{ "over-a-shorter-file", saved_over_another, STATUS_PASS, MOCK_RETURNED },
};

static void test_scenario(gconstpointer data)
{
	scenario_fail(data);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		g_autofree char *path = g_strdup_printf("/failing-save/%s", scenarios[i].name);

		g_test_add_data_func(path, &scenarios[i], test_scenario);
	}
	return g_test_run();
}
