/* SPDX-License-Identifier: BSD-2-Clause */
/* --timing: one line before the last one, and nothing else is changed by it. The mock's TSC counts 100 for each
 * reading. */
#include <string.h>

#include "kvmleaf/report_variable.h"
#include "unit/firmware/failing.h"

/*
 * As counted in test-discover.c: three basic leaves, leaf 7, the highest extended leaf; 256 bases; KVM's features. Then
 * the highest extended leaf once more, for the leaves of the CPU.
 */
#define QUERIES "263"

static void run(const char *arguments, unsigned processors)
{
	mock_init();
	mock.processors = processors;
	mock.load_options = arguments;
	mock_run();
	assert_ended_well();
}

/* The last line but one. */
static char *line_before_last(void)
{
	g_auto(GStrv) lines = g_strsplit(mock.console->str, "\r\n", 0);
	guint count = g_strv_length(lines);

	g_assert_cmpuint(count, >=, 3);
	g_assert_true(g_str_has_prefix(lines[count - 2], "KVMLEAF-END "));
	g_assert_cmpstr(lines[count - 1], ==, "");
	return g_strdup(lines[count - 3]);
}

static void test_line(void)
{
	static const char *const arguments[] = { "--timing", "--timing --quiet", "--timing --json",
		"--timing --no-variable" };

	for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++) {
		g_autofree char *line = NULL;

		run(arguments[i], 1);
		line = line_before_last();
		g_assert_cmpstr(line, ==,
			"KVMLEAF-TIMING arguments=100 vcpu=200 others=100 probe=0 store=100 save=100 table=100 "
			"cpuid=" QUERIES);
	}
}

static uint64_t value_of(const char *line, const char *key)
{
	g_autofree char *word = g_strdup_printf(" %s=", key);
	const char *at = strstr(line, word);

	g_assert_nonnull(at);
	return g_ascii_strtoull(at + strlen(word), NULL, 10);
}

/* The time of the probe is counted as the probe's: the mock's clock passes while it is watched. */
static void test_probe(void)
{
	g_autofree char *line = NULL;

	run("--timing --probe", 2);
	line = line_before_last();
	g_assert_cmpuint(value_of(line, "probe"), >, 1000);
	g_assert_cmpuint(value_of(line, "vcpu"), ==, 300);
	g_assert_cmpuint(value_of(line, "others"), ==, 100);
}

static void test_not_asked(void)
{
	static const char *const arguments[] = { "", "--quiet", "--timing --help", "--timing --wrong" };

	for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++) {
		run(arguments[i], 1);
		g_assert_null(strstr(mock.console->str, "KVMLEAF-TIMING"));
	}
}

/* The variable, the JSON and the rest of the console are the same bytes with it and without it. */
static void test_nothing_else_changes(void)
{
	static const char *const pairs[][2] = { { "--json", "--json --timing" }, { "--probe", "--probe --timing" },
		{ "--save=\\report.json", "--save=\\report.json --timing" } };

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autoptr(GBytes) variable = NULL;
		g_autoptr(GString) console = NULL;
		const struct mock_variable *stored;
		g_autofree char *before_last = NULL;
		g_autofree char *line = NULL;

		run(pairs[i][0], 2);
		stored = mock_variable_find(REPORT_VARIABLE_NAME);
		g_assert_nonnull(stored);
		variable = g_bytes_new(stored->bytes->data, stored->bytes->len);
		console = g_string_new(mock.console->str);
		run(pairs[i][1], 2);
		stored = mock_variable_find(REPORT_VARIABLE_NAME);
		g_assert_nonnull(stored);
		g_assert_cmpmem(stored->bytes->data, stored->bytes->len, g_bytes_get_data(variable, NULL),
			g_bytes_get_size(variable));
		before_last = line_before_last();
		line = g_strconcat(before_last, "\r\n", NULL);
		g_assert_cmpuint(g_string_replace(mock.console, line, "", 0), ==, 1);
		g_assert_cmpstr(mock.console->str, ==, console->str);
	}
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/timing/line", test_line);
	g_test_add_func("/timing/probe", test_probe);
	g_test_add_func("/timing/not-asked", test_not_asked);
	g_test_add_func("/timing/nothing-else-changes", test_nothing_else_changes);
	status = g_test_run();
	mock_free();
	return status;
}
