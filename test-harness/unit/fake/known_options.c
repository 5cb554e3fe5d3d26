/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/known_options.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"

const struct known_command known_commands[] = {
	{ 'b', "boot", "boot", COMMAND_BOOT },
	{ 'c', "cases", "cases", COMMAND_CASES },
	{ 'r', "read", "read x", COMMAND_READ },
	{ 'd', "decode", "decode x", COMMAND_DECODE },
	{ 'e', "explain", "explain x", COMMAND_EXPLAIN },
	{ 'f', "diff", "diff x y", COMMAND_DIFF },
	{ 't', "features", "features", COMMAND_FEATURES },
	{ 'h', "host", "host", COMMAND_HOST },
	{ 'n', "nested-job", "nested-job", COMMAND_NESTED_JOB },
};
const gsize known_command_count = G_N_ELEMENTS(known_commands);

#define MEMBER(name) offsetof(struct options, name)

const struct known_option known_options[] = {
	{ "accel", "tcg", KNOWN_TEXT, MEMBER(accel), "bch", NULL },
	{ "cpu", "max", KNOWN_TEXT, MEMBER(cpu), "b", NULL },
	{ "machine", "pc", KNOWN_TEXT, MEMBER(machine), "b", NULL },
	{ "smp", "3", KNOWN_NUMBER, MEMBER(smp), "b", NULL },
	{ "libvirt", "x.xml", KNOWN_TEXT, MEMBER(libvirt), "b", NULL },
	{ "require", "PV_EOI", KNOWN_TEXT, MEMBER(require), "b", NULL },
	{ "forbid", "PV_SEND_IPI", KNOWN_TEXT, MEMBER(forbid), "b", NULL },
	{ "disk", "x.img", KNOWN_TEXT, MEMBER(disk), "b", NULL },
	{ "list", NULL, KNOWN_FLAG, MEMBER(list), "c", NULL },
	{ "random", "14", KNOWN_NUMBER, MEMBER(random), "c", NULL },
	{ "seed", "15", KNOWN_NUMBER, MEMBER(seed), "c", "--random=1" },
	{ "rerun", "y.xml", KNOWN_TEXT, MEMBER(rerun), "c", NULL },
	{ "cases", "some", KNOWN_TEXT, MEMBER(cases), "c", NULL },
	{ "shard", "1/2", KNOWN_TEXT, MEMBER(shard), "c", NULL },
	{ "jobs", "7", KNOWN_NUMBER, MEMBER(jobs), "c", NULL },
	{ "require-kvm", NULL, KNOWN_FLAG, MEMBER(require_kvm), "cn", NULL },
	{ "no-skip", NULL, KNOWN_FLAG, MEMBER(no_skip), "c", NULL },
	{ "fail-fast", NULL, KNOWN_FLAG, MEMBER(fail_fast), "c", NULL },
	{ "junit", "x.xml", KNOWN_TEXT, MEMBER(junit), "c", NULL },
	{ "deadline", "11", KNOWN_NUMBER, MEMBER(deadline), "bc", NULL },
	{ "timeout", "12", KNOWN_NUMBER, MEMBER(timeout), "bcn", NULL },
	{ "cold", NULL, KNOWN_FLAG, MEMBER(cold), "bcn", NULL },
	{ "out", "there", KNOWN_TEXT, MEMBER(out), "bc", NULL },
	{ "keep", NULL, KNOWN_FLAG, MEMBER(keep), "bc", NULL },
	{ "qemu", "q", KNOWN_TEXT, MEMBER(qemu), "bch", NULL },
	{ "firmware", "c:v", KNOWN_TEXT, MEMBER(firmware), "bch", NULL },
	{ "app", "x.efi", KNOWN_TEXT, MEMBER(app), "bc", NULL },
	{ "cache", "kept", KNOWN_TEXT, MEMBER(cache), "bch", NULL },
	{ "nested-silence", "13", KNOWN_NUMBER, MEMBER(nested_silence), "bc", NULL },
	{ "console", NULL, KNOWN_FLAG, MEMBER(console), "n", NULL },
	{ "raw", NULL, KNOWN_FLAG, MEMBER(raw), "r", NULL },
	{ "here", NULL, KNOWN_FLAG, MEMBER(here), "d", NULL },
	{ "json", NULL, KNOWN_FLAG, MEMBER(json), "cde", "--list" },
	{ "features", "secure-boot", KNOWN_TEXT, MEMBER(features), "h", "firmware" },
	{ "arch", "i386", KNOWN_TEXT, MEMBER(arch), "h", "firmware" },
};
const gsize known_option_count = G_N_ELEMENTS(known_options);

gboolean known_goes_with(const struct known_option *option, const struct known_command *command)
{
	return strchr(option->takers, command->letter) != NULL;
}

gboolean known_parse(const char *line, struct options *options, GError **error)
{
	g_autofree char *all = g_strchomp(g_strconcat("kvmleaf-boot ", line, NULL));
	g_auto(GStrv) words = g_strsplit(all, " ", 0);
	guint count = g_strv_length(words);
	g_autofree char **argv = g_new0(char *, count + 1);

	memcpy(argv, words, count * sizeof(*argv));
	return options_parse(options, (int)count, argv, error);
}

void known_assert_parsed(const char *line, struct options *options)
{
	GError *error = NULL;

	if (!known_parse(line, options, &error))
		g_error("\"%s\" is refused: %s", line, error->message);
}

void known_assert_refused(const char *line, const char *words)
{
	struct options options;
	GError *error = NULL;

	if (known_parse(line, &options, &error))
		g_error("\"%s\" is taken", line);
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	if (strstr(error->message, words) == NULL || strchr(error->message, '\n') != NULL)
		g_error("\"%s\": \"%s\" does not say \"%s\" in one line", line, error->message, words);
	g_error_free(error);
	options_clear(&options);
}
