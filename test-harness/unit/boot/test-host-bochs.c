/* SPDX-License-Identifier: BSD-2-Clause */
/* A nested host whose Bochs is missing, lacks a part, dies, hangs or never stops writing: one line each, and no process
 * and no lock is left. The Bochs here is a script that boots nothing. */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "nested/host_machine.h"
#include "unit/fake/workplace.h"

/* What Bochs 2.7 prints when it is asked, and then what the test says that it does in place of the machine. $f is its
 * configuration file. */
static const char fake_bochs[] =
	"#!/bin/sh\n"
	"case \"$*\" in\n"
	"'--help cpu') printf 'Supported CPU models:\\n\\nbx_generic\\n%s\\n' \"$FAKE_MODEL\" >&2; exit 0 ;;\n"
	"--help) echo '  -rc filename     execute debugger commands stored in file' >&2\n"
	"	echo '                        Bochs x86 Emulator 2.7'; exit 0 ;;\n"
	"esac\n"
	"f=$3\n"
	"path() { sed -n \"s/^$1.*=\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" \"$f\"; }\n"
	"echo $$ >\"$FAKE_PID\"\n"
	"[ \"$4\" = -rc ] && [ \"$(cat \"$5\")\" = c ] || exit 9\n"
	"disk=$(path ata1-master)\n"
	"out=${disk%/*}\n"
	"[ ! -e \"$disk.lock\" ] || exit 8\n"
	": >\"$disk.lock\"\n";

struct place {
	char *folder, *path_before, *pid, *results;
	GString *said;
	struct nested_host_source source;
	struct nested_host_job job;
};

static void take(gpointer context, const char *line)
{
	g_string_append_printf(context, "%s|", line);
}

static void place_init(struct place *place, const char *does)
{
	g_autofree char *folder = workplace_make();
	g_autofree char *path = NULL, *script = g_strconcat(fake_bochs, does, NULL);
	g_autofree char *bochs = workplace_write(folder, "bochs", script, -1);

	*place = (struct place){ .path_before = g_strdup(g_getenv("PATH")), .said = g_string_new(NULL) };
	g_free(workplace_write(folder, "BIOS-bochs-latest", "x", 1));
	g_free(workplace_write(folder, "vgabios.bin", "x", 1));
	g_free(workplace_write(folder, "host.iso", "x", 1));
	g_assert_cmpint(g_chmod(bochs, 0755), ==, 0);
	path = g_strconcat(folder, ":", place->path_before, NULL);
	place->pid = g_build_filename(folder, "pid", NULL);
	g_setenv("PATH", path, TRUE);
	g_setenv("BXSHARE", folder, TRUE);
	g_setenv("FAKE_MODEL", "corei7_skylake_x", TRUE);
	g_setenv("FAKE_PID", place->pid, TRUE);
	place->folder = g_steal_pointer(&folder);
	place->results = g_build_filename(place->folder, "results.tar", NULL);
	place->source = (struct nested_host_source){ .machine = &host_bochs, .system = place->folder, .silence = 60 };
	place->job = (struct nested_host_job){ .folder = place->folder,
		.stay = "",
		.archive = place->results,
		.results = place->results,
		.timeout = 60,
		.on_line = take,
		.context = place->said };
}

/* Nothing of the host is left: no process, and no lock beside its disk. */
static void place_clear(struct place *place)
{
	g_autofree char *pid = NULL;

	if (g_file_get_contents(place->pid, &pid, NULL, NULL))
		g_assert_cmpint(kill((pid_t)atoi(pid), 0), ==, -1);
	g_assert_false(workplace_has(place->folder, "results.tar.lock"));
	g_setenv("PATH", place->path_before, TRUE);
	workplace_remove(place->folder);
	g_string_free(place->said, TRUE);
	g_free(place->path_before);
	g_free(place->pid);
	g_free(place->results);
}

static void assert_refuses(struct place *place, enum boot_status status, const char *words)
{
	GError *error = NULL;

	g_assert_false(host_bochs.run(&place->source, &place->job, &error));
	assert_error_says(&error, status, words);
	place_clear(place);
}

static gsize size_of(const char *path)
{
	struct stat status;

	g_assert_cmpint(stat(path, &status), ==, 0);
	return (gsize)status.st_size;
}

static void test_good(void)
{
	struct place place;
	GError *error = NULL;
	gboolean ended;

	place_init(&place, "printf 'TAP version 14\\n1..1\\n# alive\\n' >>\"$out/stdout\"; sleep 0.3; echo 'ok 1 - a' "
			   ">>\"$out/stdout\"\n"
			   "printf results | dd of=\"$disk\" conv=notrunc 2>/dev/null\n"
			   "echo '0p[ACPI  ] >>PANIC<< ACPI control: soft power off' >\"$out/bochs.log\"\n"
			   "exit 1\n");
	/* Of a Bochs that was killed. */
	g_free(workplace_write(place.folder, "results.tar.lock", "", 0));
	ended = host_bochs.run(&place.source, &place.job, &error);
	g_assert_no_error(error);
	g_assert_true(ended);
	g_assert_cmpstr(place.said->str, ==, "TAP version 14|1..1|ok 1 - a|");
	g_assert_cmpuint(size_of(place.results), >, strlen("results"));
	place_clear(&place);
}

/* Nothing is on the disk, and the file says so by its length. Whoever wants results says that there are none. */
static void test_no_results(const char *does)
{
	struct place place;
	GError *error = NULL;
	gboolean ended;

	place_init(&place, does);
	ended = host_bochs.run(&place.source, &place.job, &error);
	g_assert_no_error(error);
	g_assert_true(ended);
	g_assert_cmpuint(size_of(place.results), ==, 0);
	place_clear(&place);
}

static void test_dies(void)
{
	test_no_results("echo 1..1 >>\"$out/stdout\"\nkill -9 $$\n");
}

/* As init does where it finds no VMX. To Bochs that is a panic like any other. */
static void test_powers_off(void)
{
	test_no_results("echo '0p[ACPI  ] >>PANIC<< ACPI control: soft power off' >\"$out/bochs.log\"\nexit 1\n");
}

static void test_gives_up(void)
{
	struct place place;

	place_init(&place,
		"echo '00p[GUI   ] >>PANIC<< display library term not available' >\"$out/bochs.log\"\nexit 1\n");
	assert_refuses(&place, BOOT_FAILED, "Bochs gave up: display library term not available; its messages are in ");
}

/* As where Bochs computes so wrongly that the kernel's start ends in a panic. It is given up at once. */
static void test_halts(void)
{
	struct place place;
	gint64 start = g_get_monotonic_time();

	place_init(
		&place, "echo '01w[CPU0  ] [CPU0] HLT instruction with IF=0!' >\"$out/bochs.log\"\nsleep 60 & wait\n");
	assert_refuses(&place, BOOT_FAILED,
		"the nested host's CPU has halted for good in Bochs 2.7 (HLT instruction with IF=0); its messages ");
	g_assert_cmpint(g_get_monotonic_time() - start, <, 30 * G_USEC_PER_SEC);
}

/* A second is five for this machine, whose patience that is. */
static void test_silent(void)
{
	struct place place;
	gint64 start = g_get_monotonic_time();

	place_init(&place, "sleep 60 & wait\n");
	place.source.silence = 1;
	assert_refuses(&place, BOOT_FAILED, "the nested host said nothing for 5 s; ");
	g_assert_cmpint(g_get_monotonic_time() - start, >=, 5 * G_USEC_PER_SEC);
}

static void test_takes_too_long(void)
{
	struct place place;

	place_init(&place, "while :; do echo '# alive' >>\"$out/stdout\"; sleep 0.2; done\n");
	place.job.timeout = 1;
	assert_refuses(&place, BOOT_FAILED, "the nested host did not end within 1 s; ");
}

/* The console, what Bochs logs and what it prints, none of which has an end. */
static void test_says_too_much(void)
{
	static const char *const endless[] = { "exec yes >\"$out/host.log\"\n", "exec yes >\"$out/bochs.log\"\n",
		"exec yes\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(endless); i++) {
		struct place place;

		place_init(&place, endless[i]);
		assert_refuses(&place, BOOT_FAILED, "the nested host said more than 64 MiB; ");
	}
}

static void test_not_installed(void)
{
	struct place place;
	g_autofree char *bochs = NULL;

	place_init(&place, "exit 0\n");
	bochs = g_build_filename(place.folder, "bochs", NULL);
	g_assert_cmpint(g_unlink(bochs), ==, 0);
	g_setenv("PATH", place.folder, TRUE);
	assert_refuses(&place, BOOT_SETUP, "bochs is not installed (package bochs)");
}

static void test_no_rom(const char *name, const char *words)
{
	struct place place;
	g_autofree char *rom = NULL;

	place_init(&place, "exit 0\n");
	rom = g_build_filename(place.folder, name, NULL);
	g_assert_cmpint(g_unlink(rom), ==, 0);
	assert_refuses(&place, BOOT_SETUP, words);
}

static void test_no_roms(void)
{
	test_no_rom("BIOS-bochs-latest", " (package bochsbios); BXSHARE names the folder that has this ROM");
	test_no_rom("vgabios.bin", " (package vgabios); BXSHARE names the folder that has this ROM");
	test_no_rom("host.iso", "is not built; 'make nested-intel' builds it");
}

static void test_no_model(void)
{
	struct place place;

	place_init(&place, "exit 0\n");
	g_setenv("FAKE_MODEL", "ryzen", TRUE);
	assert_refuses(&place, BOOT_SETUP, "this Bochs has no CPU model with VMX");
}

static void test_bad_name(void)
{
	struct place place;

	place_init(&place, "exit 0\n");
	place.job.archive = "/nowhere/$HOME/job.tar";
	assert_refuses(&place, BOOT_SETUP, "/nowhere/$HOME/job.tar: Bochs takes no file whose name has a quote");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/host-bochs/good", test_good);
	g_test_add_func("/host-bochs/dies", test_dies);
	g_test_add_func("/host-bochs/powers-off", test_powers_off);
	g_test_add_func("/host-bochs/gives-up", test_gives_up);
	g_test_add_func("/host-bochs/halts", test_halts);
	g_test_add_func("/host-bochs/silent", test_silent);
	g_test_add_func("/host-bochs/takes-too-long", test_takes_too_long);
	g_test_add_func("/host-bochs/says-too-much", test_says_too_much);
	g_test_add_func("/host-bochs/not-installed", test_not_installed);
	g_test_add_func("/host-bochs/no-roms", test_no_roms);
	g_test_add_func("/host-bochs/no-model", test_no_model);
	g_test_add_func("/host-bochs/bad-name", test_bad_name);
	return g_test_run();
}
