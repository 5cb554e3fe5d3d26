/* SPDX-License-Identifier: BSD-2-Clause */
/* What unsigned arguments may not do under Secure Boot is refused, and everything else is left as it is. */
#include "core/arguments/restrict.h"

#include <glib.h>
#include <string.h>

enum { ERROR_SIZE = 1024 };

#define REFUSED "Secure Boot is on, and no source of arguments is signed; refused: "

struct restricted {
	struct arguments before, after;
	struct report report;
	bool good;
	char *error;
};

static void restricted_init(struct restricted *restricted, const char *line)
{
	char buffer[ERROR_SIZE];
	struct text error;

	*restricted = (struct restricted){ .good = false };
	text_init(&error, buffer, sizeof(buffer));
	arguments_init(&restricted->after);
	g_assert_true(arguments_parse(&restricted->after, line, strlen(line), &error));
	restricted->before = restricted->after;
	restricted->good = arguments_restrict(&restricted->after, &restricted->report, &error);
	restricted->error = g_strndup(buffer, error.length);
	g_assert_false(error.overflow);
}

/* Which of the three problems the report has: bits 0, 1 and 2. */
static unsigned problems(const struct report *report)
{
	unsigned found = 0;

	for (size_t i = 0; i < report->problem_count; i++) {
		found |= report->problems[i].kind == PROBLEM_EXIT_REFUSED ? 1 : 0;
		found |= report->problems[i].kind == PROBLEM_SAVE_REFUSED ? 2 : 0;
		found |= report->problems[i].kind == PROBLEM_FORCE_REFUSED ? 4 : 0;
	}
	return found;
}

static void test_harmless(void)
{
	static const char *const lines[] = { "", "--exit=firmware", "--exit=reset", "--exit=poweroff", "--probe",
		"--probe --enforced --require=PV_EOI --forbid=MMU_OP --verdict=kvm", "--json --quiet --no-variable",
		"--replay=a.txt", "--wait=3600", "--exit=qemu --exit=reset", "--expect-arguments", "--help --version" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct restricted restricted;

		restricted_init(&restricted, lines[i]);
		g_assert_true(restricted.good);
		g_assert_cmpstr(restricted.error, ==, "");
		g_assert_cmpuint(restricted.report.problem_count, ==, 0);
		g_assert_cmpmem(
			&restricted.before, sizeof(restricted.before), &restricted.after, sizeof(restricted.after));
		g_free(restricted.error);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *line, *error;
		unsigned problems;
	} rows[] = {
		{ "--exit=qemu", REFUSED "--exit=qemu (power off instead)", 1 },
		{ "--exit=qemu:0x64", REFUSED "--exit=qemu (power off instead)", 1 },
		{ "--save=a", REFUSED "--save", 2 },
		{ "--probe=force", REFUSED "--probe=force (--probe instead)", 4 },
		{ "--probe=force --save=\\EFI\\BOOT\\BOOTX64.EFI --exit=qemu:0xcf9",
			REFUSED "--exit=qemu (power off instead), --save, --probe=force (--probe instead)", 7 },
		{ "--save=a --probe=force --exit=reset", REFUSED "--save, --probe=force (--probe instead)", 6 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct restricted restricted;

		restricted_init(&restricted, rows[i].line);
		g_assert_false(restricted.good);
		g_assert_cmpstr(restricted.error, ==, rows[i].error);
		g_assert_cmphex(problems(&restricted.report), ==, rows[i].problems);
		g_assert_cmpstr(restricted.after.save, ==, "");
		g_assert_false(restricted.after.probe_force);
		g_assert_cmpint(restricted.after.exit, !=, EXIT_QEMU);
		g_assert_cmpint(restricted.after.exit, ==,
			restricted.before.exit == EXIT_QEMU ? EXIT_POWEROFF : restricted.before.exit);
		g_assert_cmpint(restricted.after.probe, ==, restricted.before.probe);
		g_free(restricted.error);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments-restrict/harmless", test_harmless);
	g_test_add_func("/arguments-restrict/refused", test_refused);
	return g_test_run();
}
