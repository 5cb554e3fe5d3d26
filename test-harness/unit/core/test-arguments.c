/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: every option with valid and with invalid values. */
#include "core/arguments/arguments.h"

#include <glib.h>
#include <string.h>

enum { ERROR_SIZE = 1024 };

static bool parse(struct arguments *arguments, const char *line, gssize length, char **ret_error)
{
	char buffer[ERROR_SIZE];
	struct text error;
	bool fine;

	arguments_init(arguments);
	text_init(&error, buffer, sizeof(buffer));
	/* A copy without spare bytes, so that ASan notices reads behind the line. */
	length = length < 0 ? (gssize)strlen(line) : length;
	g_autofree char *copy = g_memdup2(line, (gsize)length);
	fine = arguments_parse(arguments, copy, (size_t)length, &error);
	g_assert_false(error.overflow);
	*ret_error = g_strndup(buffer, error.length);
	return fine;
}

static void assert_good(struct arguments *arguments, const char *line)
{
	g_autofree char *error = NULL;

	if (!parse(arguments, line, -1, &error))
		g_error("%s: %s", line, error);
	g_assert_cmpstr(error, ==, "");
}

/* The error is one line and contains word. */
static void assert_bad(const char *line, const char *word)
{
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(&arguments, line, -1, &error));
	g_assert_cmpstr(error, !=, "");
	g_assert_null(strpbrk(error, "\r\n"));
	if (strstr(error, word) == NULL)
		g_error("%s: \"%s\" does not name %s", line, error, word);
}

static void test_defaults(void)
{
	static const char *const lines[] = { "", " ", "\t\r\n  " };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct arguments arguments;

		assert_good(&arguments, lines[i]);
		g_assert_false(arguments.help || arguments.version || arguments.json || arguments.quiet ||
			       arguments.no_variable || arguments.expect_arguments || arguments.timing ||
			       arguments.explain);
		g_assert_cmpstr(arguments.save, ==, "");
		g_assert_cmpuint(arguments.wait, ==, 0);
		g_assert_cmpint(arguments.exit, ==, EXIT_FIRMWARE);
		g_assert_cmphex(arguments.exit_port, ==, 0xf4);
		g_assert_cmpuint(arguments.expectation_count, ==, 0);
	}
}

/* Each switch sets its own field and no other. */
static void test_switches(void)
{
	static const char *const names[] = { "--help", "--version", "--json", "--quiet", "--no-variable",
		"--expect-arguments", "--timing", "--explain" };

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		struct arguments arguments;
		g_autofree char *with_value = g_strconcat(names[i], "=1", NULL);
		g_autofree char *with_empty = g_strconcat(names[i], "=", NULL);
		unsigned set;

		assert_good(&arguments, names[i]);
		set = (unsigned)arguments.help | (unsigned)arguments.version << 1 | (unsigned)arguments.json << 2 |
		      (unsigned)arguments.quiet << 3 | (unsigned)arguments.no_variable << 4 |
		      (unsigned)arguments.expect_arguments << 5 | (unsigned)arguments.timing << 6 |
		      (unsigned)arguments.explain << 7;
		g_assert_cmphex(set, ==, 1U << i);
		assert_bad(with_value, names[i]);
		assert_bad(with_empty, names[i]);
	}
}

static void test_expectations(void)
{
	struct arguments arguments;

	assert_good(&arguments,
		"--require=PV_EOI,kvmclock,KVM_HINTS_REALTIME --forbid=kvm-mmu --verdict=kvm-behind --forbid=MMU_OP");
	g_assert_cmpuint(arguments.expectation_count, ==, 6);
	for (size_t i = 0; i < 3; i++)
		g_assert_cmpint(arguments.expectations[i].kind, ==, EXPECT_REQUIRE);
	g_assert_cmpstr(arguments.expectations[0].name, ==, "KVM_FEATURE_PV_EOI");
	g_assert_cmphex(arguments.expectations[0].eax, ==, 0x40);
	g_assert_cmpstr(arguments.expectations[1].name, ==, "kvmclock");
	g_assert_cmphex(arguments.expectations[1].eax, ==, 0x9);
	g_assert_cmphex(arguments.expectations[1].edx, ==, 0);
	g_assert_cmphex(arguments.expectations[2].eax, ==, 0);
	g_assert_cmphex(arguments.expectations[2].edx, ==, 1);
	g_assert_cmpint(arguments.expectations[3].kind, ==, EXPECT_FORBID);
	g_assert_cmphex(arguments.expectations[3].eax, ==, 4);
	g_assert_cmpint(arguments.expectations[4].kind, ==, EXPECT_VERDICT);
	g_assert_cmpint(arguments.expectations[4].verdict, ==, VERDICT_KVM_BEHIND);
	g_assert_cmpint(arguments.expectations[5].kind, ==, EXPECT_FORBID);
}

static void test_verdicts(void)
{
	static const char *const names[] = { [VERDICT_NONE] = "none",
		[VERDICT_MASKED] = "masked",
		[VERDICT_OTHER] = "other",
		[VERDICT_KVM_BEHIND] = "kvm-behind",
		[VERDICT_KVM] = "kvm" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *line = g_strconcat("--verdict=", names[i], NULL);
		struct arguments arguments;

		assert_good(&arguments, line);
		g_assert_cmpuint(arguments.expectation_count, ==, 1);
		g_assert_cmpint(arguments.expectations[0].verdict, ==, (int)i);
		g_assert_cmpstr(arguments.expectations[0].name, ==, names[i]);
	}
}

static void test_numbers(void)
{
	static const struct {
		const char *line;
		uint32_t wait, port;
	} rows[] = { { "--wait=0", 0, 0xf4 }, { "--wait=30", 30, 0xf4 }, { "--wait=3600", 3600, 0xf4 },
		{ "--wait=0x1e", 30, 0xf4 }, { "--wait=0X1E", 30, 0xf4 }, { "--wait=0030", 30, 0xf4 },
		{ "--exit=qemu", 0, 0xf4 }, { "--exit=qemu:0x501", 0, 0x501 }, { "--exit=qemu:1281", 0, 0x501 },
		{ "--exit=qemu:0xFFFF", 0, 0xffff }, { "--exit=qemu:65535", 0, 0xffff },
		{ "--wait=5 --exit=qemu:0xaBc", 5, 0xabc } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arguments arguments;

		assert_good(&arguments, rows[i].line);
		g_assert_cmpuint(arguments.wait, ==, rows[i].wait);
		g_assert_cmphex(arguments.exit_port, ==, rows[i].port);
		g_assert_cmpint(arguments.exit, ==, strstr(rows[i].line, "qemu") != NULL ? EXIT_QEMU : EXIT_FIRMWARE);
	}
}

static void test_exits(void)
{
	struct arguments arguments;

	assert_good(&arguments, "--exit=reset");
	g_assert_cmpint(arguments.exit, ==, EXIT_RESET);
	assert_good(&arguments, "--exit=poweroff");
	g_assert_cmpint(arguments.exit, ==, EXIT_POWEROFF);
	assert_good(&arguments, "--exit=qemu --exit=firmware");
	g_assert_cmpint(arguments.exit, ==, EXIT_FIRMWARE);
}

static void test_quotes(void)
{
	struct arguments arguments;

	assert_good(&arguments, "--save=\"\\my reports\\r 1.json\" --json");
	g_assert_cmpstr(arguments.save, ==, "\\my reports\\r 1.json");
	g_assert_true(arguments.json);
	assert_good(&arguments, "\"--save=a b\"");
	g_assert_cmpstr(arguments.save, ==, "a b");
	assert_good(&arguments, "--sa\"ve=/a/\"b");
	g_assert_cmpstr(arguments.save, ==, "\\a\\b");
	assert_good(&arguments, "--save=a=b");
	g_assert_cmpstr(arguments.save, ==, "a=b");
	assert_bad("--json \"--quiet", "--quiet");
	assert_bad("--save=\"a b", "--save=a b");
	assert_bad("\"\"", "\"\"");
}

static void test_probe(void)
{
	struct arguments arguments;

	assert_good(&arguments, "--json");
	g_assert_false(arguments.probe || arguments.probe_force || arguments.enforced);
	assert_good(&arguments, "--probe");
	g_assert_true(arguments.probe && !arguments.probe_force && !arguments.enforced);
	assert_good(&arguments, "--probe=force --enforced");
	g_assert_true(arguments.probe && arguments.probe_force && arguments.enforced);
	assert_bad("--probe=all", "expected --probe or --probe=force");
	assert_bad("--probe=", "expected --probe or --probe=force");
	assert_bad("--enforced=1", "takes no value");
	assert_bad("--enforced", "argument \"--enforced\": only a probe, --probe, can tell");
	assert_bad("--enforced --require=PV_EOI", "only a probe");
	assert_bad("--enforced --replay=a", "only a probe");
	assert_good(&arguments, "--enforced --probe");
}

static void test_replay(void)
{
	struct arguments arguments;

	assert_good(&arguments, "--replay=/dumps/a.txt --json");
	g_assert_cmpstr(arguments.replay, ==, "\\dumps\\a.txt");
	assert_bad("--replay", "expected a value");
	assert_bad("--replay=", "expected a path on the boot volume");
	assert_bad("--replay=a --probe", "cannot be probed");
	assert_bad("--probe=force --replay=a", "cannot be probed");
}

/* Words of up to 255 characters are accepted; the error about a longer one quotes its beginning. */
static void test_long_words(void)
{
	for (size_t length = 250; length < 300; length++) {
		g_autoptr(GString) line = g_string_new("--save=");
		struct arguments arguments;

		while (line->len < length)
			g_string_append_c(line, 'x');
		if (length <= 255) {
			assert_good(&arguments, line->str);
			g_assert_cmpstr(arguments.save, ==, line->str + 7);
		} else {
			assert_bad(line->str, "--save=xxx");
			assert_bad(line->str, "255");
		}
	}
}

static void test_too_many(void)
{
	g_autoptr(GString) line = g_string_new("--require=PV_EOI");
	struct arguments arguments;

	for (int i = 1; i < EXPECTATIONS_MAX; i++)
		g_string_append(line, ",PV_EOI");
	assert_good(&arguments, line->str);
	g_assert_cmpuint(arguments.expectation_count, ==, EXPECTATIONS_MAX);
	assert_bad("--require=kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu "
		   "--forbid=kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,"
		   "kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu,kvm-mmu",
		"--forbid=kvm-mmu,kvm-mmu");
	g_string_append(line, " --verdict=kvm");
	assert_bad(line->str, "--verdict=kvm");
	g_string_append(line, " --forbid=MMU_OP");
	assert_bad(line->str, "32");
}

/* The first wrong word is named, and only that one. Neither what stands before it nor what follows is applied. */
static void test_first_error(void)
{
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(&arguments, "--json --nonsense --quiet --more-nonsense", -1, &error));
	g_assert_false(arguments.json || arguments.quiet);
	g_assert_nonnull(strstr(error, "--nonsense"));
	g_assert_null(strstr(error, "--more-nonsense"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments/defaults", test_defaults);
	g_test_add_func("/arguments/switches", test_switches);
	g_test_add_func("/arguments/expectations", test_expectations);
	g_test_add_func("/arguments/verdicts", test_verdicts);
	g_test_add_func("/arguments/numbers", test_numbers);
	g_test_add_func("/arguments/exits", test_exits);
	g_test_add_func("/arguments/quotes", test_quotes);
	g_test_add_func("/arguments/replay", test_replay);
	g_test_add_func("/arguments/probe", test_probe);
	g_test_add_func("/arguments/long-words", test_long_words);
	g_test_add_func("/arguments/too-many", test_too_many);
	g_test_add_func("/arguments/first-error", test_first_error);
	return g_test_run();
}
