/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file, wrong input on the command line and in the file, and random input. */
#include "core/arguments/arguments.h"

#include <glib.h>
#include <string.h>

enum { ERROR_SIZE = 1024, FUZZ_ROUNDS = 6000, FUZZ_SIZE = 400 };

typedef bool parser(struct arguments *arguments, const char *text, size_t length, struct text *error);

/* Runs a parser on a copy without spare bytes, so that ASan notices reads behind it. *ret_error: "" for no error. */
static bool parse(parser *with, struct arguments *arguments, const char *bytes, size_t length, char **ret_error)
{
	g_autofree char *copy = g_memdup2(bytes, length);
	char buffer[ERROR_SIZE];
	struct text error;
	bool fine;

	arguments_init(arguments);
	text_init(&error, buffer, sizeof(buffer));
	fine = with(arguments, copy, length, &error);
	g_assert_false(error.overflow);
	g_assert_cmpint(error.length == 0, ==, fine);
	*ret_error = g_strndup(buffer, error.length);
	for (size_t i = 0; i < error.length; i++)
		g_assert_true(buffer[i] != '\r' && buffer[i] != '\n');
	return fine;
}

static void test_bad_words(void)
{
	/* Each of these is wrong on a command line and in the file, and the error quotes it. */
	static const char *const words[] = { "--", "--=", "--=x", "--jsonx", "--jso", "--JSON", "--json=yes", "--save",
		"--save=", "--wait", "--wait=", "--wait=x", "--wait=-1", "--wait=+1", "--wait=3601", "--wait=0x",
		"--wait=0xe11", "--wait=1s", "--wait=1.5", "--wait=4294967297", "--wait=99999999999999999999",
		"--wait=1f", "--wait=0x1g", "--exit", "--exit=", "--exit=qemu:", "--exit=qemu:x", "--exit=qemu:0x10000",
		"--exit=qemu:65536", "--exit=qemu:-1", "--exit=qemux", "--exit=QEMU", "--exit=halt", "--verdict",
		"--verdict=", "--verdict=KVM", "--verdict=kv", "--verdict=kvm,other", "--require",
		"--require=", "--require=,", "--require=PV_EOI,", "--require=,PV_EOI", "--require=PV_EOI,,MMU_OP",
		"--require=NO_SUCH", "--require=kvm", "--forbid", "--forbid=", "--forbid=8", "--no-variable=0",
		"---json", "--no_variable", "--probe=all", "--enforced=1", "--replay", "--replay=" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		parser *const parsers[] = { arguments_parse, arguments_parse_conf };

		for (size_t k = 0; k < G_N_ELEMENTS(parsers); k++) {
			struct arguments arguments;
			g_autofree char *error = NULL;

			if (parse(parsers[k], &arguments, words[i], strlen(words[i]), &error))
				g_error("%s is taken", words[i]);
			g_assert_nonnull(strstr(error, words[i]));
		}
	}
}

/* Bytes that are not ASCII must not be printed as they are. */
static void test_foreign_bytes(void)
{
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(arguments_parse, &arguments, "\xff\xfej", 3, &error));
	g_assert_nonnull(strstr(error, "\"??j\""));
}

/* Dashes are required on the command line only. */
static void test_bare_words(void)
{
	static const char *const words[] = { "json", "-json", "kvmleaf.efi", "/json", "=", "-", "#", "verdict=kvm" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_false(parse(arguments_parse, &arguments, words[i], strlen(words[i]), &error));
		g_assert_nonnull(strstr(error, words[i]));
	}
}

static void test_conf(void)
{
	static const char conf[] = "# what this guest must have\r\n"
				   "\r\n"
				   "  require=PV_EOI,kvmclock  \r\n"
				   "--forbid=MMU_OP\n"
				   "\t# indented comment = not an argument\n"
				   "   \t \n"
				   "json\n"
				   "save=/a folder/r.json\n"
				   "--exit=qemu:0x501";
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_true(parse(arguments_parse_conf, &arguments, conf, sizeof(conf) - 1, &error));
	g_assert_cmpuint(arguments.expectation_count, ==, 3);
	g_assert_cmphex(arguments.expectations[1].eax, ==, 9);
	g_assert_cmpint(arguments.expectations[2].kind, ==, EXPECT_FORBID);
	g_assert_true(arguments.json);
	g_assert_cmpstr(arguments.save, ==, "\\a folder\\r.json");
	g_assert_cmphex(arguments.exit_port, ==, 0x501);
}

static void test_conf_line_numbers(void)
{
	static const struct {
		const char *conf, *where, *word;
	} rows[] = {
		{ "nonsense", "line 1:", "nonsense" },
		{ "nonsense\n", "line 1:", "nonsense" },
		{ "json\nnonsense\nquiet", "line 2:", "nonsense" },
		{ "\n\n\r\n# x\n  -json\n", "line 5:", "-json" },
		{ "json quiet", "line 1:", "json quiet" },
		{ "json\n\nwait=3601", "line 3:", "wait=3601" },
		{ "1\n2\n", "line 1:", "1" },
		{ "\n\n\n\n\n\n\n\n\n\n\nverdict=", "line 12:", "verdict=" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_false(parse(arguments_parse_conf, &arguments, rows[i].conf, strlen(rows[i].conf), &error));
		g_assert_nonnull(strstr(error, rows[i].where));
		g_assert_nonnull(strstr(error, rows[i].word));
		g_assert_true(g_str_has_prefix(error, "line "));
		g_assert_null(strstr(error + 5, "line "));
	}
}

static void test_conf_long_line(void)
{
	g_autofree char *blanks = g_strnfill(1000, ' ');
	g_autofree char *comment = g_strnfill(1000, '#');
	g_autofree char *name = g_strnfill(255, 'x');
	g_autofree char *good = g_strconcat(blanks, "\n", comment, "\n", blanks, "json", blanks, "\n", NULL);
	g_autofree char *bad = g_strconcat("json\nsave=", name, "\n", NULL);
	struct arguments arguments;
	g_autofree char *error = NULL, *none = NULL;

	g_assert_true(parse(arguments_parse_conf, &arguments, good, strlen(good), &none));
	g_assert_true(arguments.json);
	g_assert_false(parse(arguments_parse_conf, &arguments, bad, strlen(bad), &error));
	g_assert_true(g_str_has_prefix(error, "line 2:"));
	g_assert_nonnull(strstr(error, "255"));
	g_assert_cmpstr(arguments.save, ==, "");
}

/* An error is one line even where a quoted word contains line ends. */
static void test_error_is_one_line(void)
{
	static const char *const lines[] = { "\"--no\r\nsense\"", "--save=\"\n", "--verdict=\"k\rvm\"",
		"--require=\"PV_EOI\nMMU_OP\"" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_false(parse(arguments_parse, &arguments, lines[i], strlen(lines[i]), &error));
	}
}

/* A NUL is an error and does not end the word: what follows it must not be ignored silently. */
static void test_embedded_nul(void)
{
	parser *const parsers[] = { arguments_parse, arguments_parse_conf };

	for (size_t k = 0; k < G_N_ELEMENTS(parsers); k++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_false(parse(parsers[k], &arguments, "--json\0nonsense", 15, &error));
	}
}

/* Random bytes among pieces of valid words: no crash, and an error message if and only if parsing fails. */
static void test_fuzz(void)
{
	static const char *const pieces[] = { "--", "require", "forbid", "verdict", "json", "save", "wait", "exit", "=",
		"qemu:", "0x", "kvmclock", "PV_EOI", ",", "\"", " ", "\n", "\r\n", "#", "\t" };
	g_autoptr(GRand) rand = g_rand_new_with_seed(0x4b564d4b);

	for (int round = 0; round < FUZZ_ROUNDS; round++) {
		g_autoptr(GString) line = g_string_new(NULL);
		gsize length = (gsize)g_rand_int_range(rand, 0, FUZZ_SIZE);
		struct arguments arguments;
		g_autofree char *error = NULL, *conf_error = NULL;

		while (line->len < length)
			if (round % 3 == 0 || g_rand_int_range(rand, 0, 4) == 0)
				g_string_append_c(line, (char)g_rand_int_range(rand, 0, 256));
			else
				g_string_append(line, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
		(void)parse(arguments_parse, &arguments, line->str, line->len, &error);
		g_assert_cmpuint(arguments.expectation_count, <=, EXPECTATIONS_MAX);
		(void)parse(arguments_parse_conf, &arguments, line->str, line->len, &conf_error);
		g_assert_cmpuint(arguments.wait, <=, WAIT_MAX);
	}
}

/* The whole message where it lists values or names a limit. */
static void test_messages(void)
{
	static const struct {
		const char *word, *error;
	} rows[] = {
		{ "--verdict=v", "argument \"--verdict=v\": expected kvm, kvm-behind, other, masked or none" },
		{ "--exit=~", "argument \"--exit=~\": expected firmware, reset, poweroff, qemu or qemu:PORT" },
		{ "--exit=qemu", "" },
		{ "--exit=qemu:", "argument \"--exit=qemu:\": expected firmware, reset, poweroff, qemu or qemu:PORT" },
		{ "--wait=3601", "argument \"--wait=3601\": expected seconds, 0 to 3600" },
	};
	struct arguments arguments;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *error = NULL;

		(void)parse(arguments_parse, &arguments, rows[i].word, strlen(rows[i].word), &error);
		g_assert_cmpstr(error, ==, rows[i].error);
	}
	for (unsigned names = 32; names <= 33; names++) {
		g_autoptr(GString) line = g_string_new("--require=PV_EOI");
		g_autofree char *error = NULL;

		for (unsigned i = 1; i < names; i++)
			g_string_append(line, ",MMU_OP");
		(void)parse(arguments_parse_conf, &arguments, line->str, line->len, &error);
		g_assert_true(names == 32 ? *error == '\0'
					  : g_str_has_suffix(error, "\": too many expectations, 32 are the most"));
	}
}

/* --help has a line for each option, and fits a screen. */
static void test_help(void)
{
	static const char *const names[] = { "--probe", "--enforced", "--require", "--forbid", "--verdict", "--json",
		"--explain", "--quiet", "--timing", "--no-variable", "--save", "--replay", "--wait", "--exit",
		"--expect-arguments", "--help", "--version" };
	char buffer[4096];
	struct text help;
	g_auto(GStrv) lines = NULL;
	g_autofree char *text = NULL;

	text_init(&help, buffer, sizeof(buffer));
	arguments_help(&help);
	g_assert_false(help.overflow);
	text = g_strndup(buffer, help.length);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_nonnull(strstr(text, names[i]));
	lines = g_strsplit(text, "\r\n", 0);
	g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(names) + 1);
	for (char **line = lines; *line != NULL; line++)
		g_assert_cmpuint(strlen(*line), <=, 79);
	/* Lines that list the values of their option. */
	g_assert_nonnull(
		strstr(text, "\n  --verdict=V              fail unless kvm, kvm-behind, other, masked or none\r\n"));
	g_assert_nonnull(strstr(text, "\n  --exit=WAY               firmware, reset, poweroff, qemu or qemu:PORT\r\n"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments/bad-words", test_bad_words);
	g_test_add_func("/arguments/bare-words", test_bare_words);
	g_test_add_func("/arguments/foreign-bytes", test_foreign_bytes);
	g_test_add_func("/arguments/conf", test_conf);
	g_test_add_func("/arguments/conf-line-numbers", test_conf_line_numbers);
	g_test_add_func("/arguments/conf-long-line", test_conf_long_line);
	g_test_add_func("/arguments/messages", test_messages);
	g_test_add_func("/arguments/help", test_help);
	g_test_add_func("/arguments/error-is-one-line", test_error_is_one_line);
	g_test_add_func("/arguments/embedded-nul", test_embedded_nul);
	g_test_add_func("/arguments/fuzz", test_fuzz);
	return g_test_run();
}
