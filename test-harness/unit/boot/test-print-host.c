/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command host: what was found, for a person or a script. A copy of this test program in a folder that looks like a
 * build tree runs the command with --host, so that the parts of the program are there to be found.
 */
#include "run/print_host.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "unit/fake/fake_run.h"

#define RUN "--host"

/* What the copy does: the command, as main() runs it. */
static int run_host(int argc, char **argv)
{
	struct options options;
	GError *error = NULL;
	int status = BOOT_USAGE;

	argv[1] = (char *)"host";
	if (options_parse(&options, argc, argv, &error))
		status = print_host(&options, &error);
	if (error != NULL) {
		g_printerr("%s\n", error->message);
		status = error->code;
		g_error_free(error);
	}
	options_clear(&options);
	return status;
}

/* Runs the copy with these options and words; run->said, run->errors and run->status are what came of it. */
static void run_copy(struct fake_run *run, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, "@", 0);
	g_autofree char *whole = g_strjoinv(run->folder, parts);
	g_autofree char *program = fake_path(run, "build/copy");
	g_autofree char *all = g_strchomp(g_strdup_printf("%s " RUN " %s", program, whole));
	g_auto(GStrv) argv = g_strsplit(all, " ", 0);
	g_autofree char *said = NULL, *errors = NULL;
	int wait_status;

	g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, &errors, &wait_status, NULL));
	g_assert_true(WIFEXITED(wait_status));
	run->status = WEXITSTATUS(wait_status);
	g_string_assign(run->said, said);
	g_string_assign(run->errors, errors);
}

static void copy_init(struct fake_run *run)
{
	static const char *const names[] = { "kvmleaf.efi", "launcher.efi", "returns.efi" };
	g_autofree char *here = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *config = NULL, *program = NULL, *content = NULL;
	gsize length;

	fake_init(run);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename("build/x86_64", names[i], NULL);

		fake_write(run, path, "", 0);
	}
	g_assert_true(g_file_get_contents(here, &content, &length, NULL));
	fake_write(run, "build/copy", content, (gssize)length);
	program = fake_path(run, "build/copy");
	g_assert_cmpint(g_chmod(program, 0755), ==, 0);
	config = fake_path(run, "config");
	g_setenv("XDG_CONFIG_HOME", config, TRUE);
}

/* A script asks for one value, which is printed alone. */
static void test_one_value(void)
{
	g_autofree char *firmware = NULL, *cache = NULL;
	struct fake_run run;

	copy_init(&run);
	run_copy(&run, "accelerator --accel=tcg --qemu=" FAKE_QEMU " --firmware=@/CODE.fd:@/VARS.fd");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpstr(run.said->str, ==, "tcg\n");
	run_copy(&run, "accelerator --accel=nested --qemu=" FAKE_QEMU " --firmware=@/CODE.fd:@/VARS.fd");
	g_assert_cmpstr(run.said->str, ==, "nested\n");
	run_copy(&run, "qemu --qemu=" FAKE_QEMU);
	fake_assert_status(&run, BOOT_PASS);
	g_assert_true(g_str_has_suffix(run.said->str, FAKE_QEMU "\n"));
	run_copy(&run, "firmware --firmware=@/CODE.fd:@/VARS.fd");
	fake_assert_status(&run, BOOT_PASS);
	firmware = g_strconcat(run.firmware, "\n", NULL);
	g_assert_cmpstr(run.said->str, ==, firmware);
	run_copy(&run, "cache --cache=@/mine");
	fake_assert_status(&run, BOOT_PASS);
	cache = g_strdup_printf("%s/mine\n", run.folder);
	g_assert_cmpstr(run.said->str, ==, cache);
	g_assert_cmpstr(run.errors->str, ==, "");
	fake_clear(&run);
}

/* A value that cannot be found: nothing on standard output, one line of why, and the status of a set-up error. */
static void test_missing_value(void)
{
	static const struct {
		const char *line, *why;
		int status;
	} rows[] = { { "qemu --qemu=/nonexistent/qemu", "/nonexistent/qemu cannot be run (", BOOT_SETUP },
		{ "firmware --firmware=@/none:@/VARS.fd", "firmware named by --firmware: ", BOOT_SETUP },
		{ "firmware --firmware=x", "--firmware=x: expected CODE:VARS", BOOT_USAGE },
		{ "firmware --features=no-such-feature",
			"no UEFI firmware for x86_64 on q35 with the features no-such-feature", BOOT_SETUP },
		{ "firmware --arch=vax --features=!x", "--arch=vax: expected x86_64 or i386", BOOT_USAGE },
		{ "accelerator --qemu=/nonexistent/qemu", "/nonexistent/qemu cannot be run (", BOOT_SETUP },
		{ "qemus", "host qemus: expected accelerator, qemu, firmware or cache; the nearest is qemu\n",
			BOOT_USAGE },
		{ "frobnicate", "host frobnicate: expected accelerator, qemu, firmware or cache\n", BOOT_USAGE } };
	struct fake_run run;

	copy_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		run_copy(&run, rows[i].line);
		fake_assert_status(&run, rows[i].status);
		fake_assert_told(&run, rows[i].why);
		g_assert_cmpstr(run.said->str, ==, "");
	}
	fake_clear(&run);
}

/* A person sees a line for each thing, in the same order, and for what is missing why. */
static void test_all(void)
{
	g_autofree char *expected = NULL;
	struct fake_run run;

	copy_init(&run);
	run_copy(&run, "--accel=tcg --cache=@/mine --qemu=" FAKE_QEMU " --firmware=@/CODE.fd:@/VARS.fd");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_true(g_str_has_prefix(run.said->str, "accelerator tcg\nqemu        "));
	expected = g_strdup_printf(FAKE_QEMU "\nfirmware    %s\ncache       %s/mine\n", run.firmware, run.folder);
	g_assert_true(g_str_has_suffix(run.said->str, expected));
	run_copy(&run, "--qemu=/nonexistent/qemu --firmware=@/CODE.fd:@/VARS.fd");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_said(&run, "\nqemu        /nonexistent/qemu cannot be run (");
	fake_assert_said(&run, "\nfirmware    /");
	g_assert_cmpstr(run.errors->str, ==, "");
	fake_clear(&run);
}

/* Firmware of the wanted features, by the descriptors of the user. */
static void test_features(void)
{
	static const char format[] =
		"{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":"
		"{\"filename\":\"%s/%sCODE.fd\"},\"nvram-template\":{\"filename\":\"%s/VARS.fd\"}},"
		"\"features\":[\"made-up\"%s],\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}]}";
	g_autofree char *plain = NULL, *enrolled = NULL, *expected = NULL;
	struct fake_run run;

	copy_init(&run);
	fake_copy(&run, "CODE.fd", "enrolled-CODE.fd");
	enrolled = g_strdup_printf(format, run.folder, "enrolled-", run.folder, ",\"enrolled-keys\"");
	plain = g_strdup_printf(format, run.folder, "", run.folder, "");
	fake_write(&run, "config/qemu/firmware/10-enrolled.json", enrolled, -1);
	fake_write(&run, "config/qemu/firmware/20-plain.json", plain, -1);
	run_copy(&run, "firmware --features=made-up");
	expected = g_strdup_printf("%s/enrolled-CODE.fd:%s/VARS.fd\n", run.folder, run.folder);
	g_assert_cmpstr(run.said->str, ==, expected);
	g_free(expected);
	run_copy(&run, "firmware --features=made-up,!enrolled-keys");
	expected = g_strdup_printf("%s/CODE.fd:%s/VARS.fd\n", run.folder, run.folder);
	g_assert_cmpstr(run.said->str, ==, expected);
	run_copy(&run, "firmware --features=made-up --arch=i386");
	fake_assert_status(&run, BOOT_SETUP);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], RUN) == 0)
		return run_host(argc, argv);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/print-host/one-value", test_one_value);
	g_test_add_func("/print-host/missing-value", test_missing_value);
	g_test_add_func("/print-host/all", test_all);
	g_test_add_func("/print-host/features", test_features);
	return g_test_run();
}
