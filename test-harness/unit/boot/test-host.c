/* SPDX-License-Identifier: BSD-2-Clause */
/* What is found on a machine before guests are run, and what is said of each part that is missing. */
#include "host.h"

#include <string.h>

#include "unit/fake/fake_run.h"

/* Without options: paths and names only, and nothing that has to be looked for. */
static void test_nothing_asked(void)
{
	const struct options options = { .command = COMMAND_BOOT };
	struct host host;

	host_find(&host, &options);
	g_assert_cmpstr(host.qemu, ==, "qemu-system-x86_64");
	g_assert_false(host.inside);
	g_assert_null(host.captured);
	g_assert_null(host.cache);
	g_assert_null(host.firmware);
	host_clear(&host);
}

static void test_asked(void)
{
	const struct options options = { .command = COMMAND_CASES,
		.qemu = (char *)"my-qemu",
		.app = (char *)"my.efi",
		.cases = (char *)"my-cases" };
	struct host host;

	host_find(&host, &options);
	g_assert_cmpstr(host.qemu, ==, "my-qemu");
	g_assert_cmpstr(host.app, ==, "my.efi");
	g_assert_cmpstr(host.cases, ==, "my-cases");
	host_clear(&host);
}

/* A missing part is named, and what to do about it. A file that the user named is wrong usage. */
static void test_missing_parts(void)
{
	static const struct {
		const char *line, *gone, *why;
		int code;
	} rows[] = { { "--qemu=/nonexistent/qemu", NULL, "/nonexistent/qemu cannot be run (", BOOT_SETUP },
		{ "--app=@/typo.efi", NULL, "/typo.efi is not there; 'make all' builds it, --app names another",
			BOOT_SETUP },
		{ "--firmware=x", NULL, "--firmware=x: expected CODE:VARS, two files", BOOT_USAGE },
		{ "--firmware=x:y", NULL, "firmware named by --firmware: ", BOOT_SETUP },
		{ "--disk=@/typo.img", NULL, "/typo.img: no such file", BOOT_USAGE },
		{ "--disk=@/images", NULL, "/images: no such file", BOOT_USAGE },
		{ "--cache=@/CODE.fd/cache", NULL, "/CODE.fd/cache: cannot be written: ", BOOT_SETUP },
		{ "", "x86_64/launcher.efi", "/launcher.efi is not there; 'make all' builds it", BOOT_SETUP },
		{ "", "x86_64/returns.efi", "/returns.efi is not there; 'make all' builds it", BOOT_SETUP } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_run run;

		fake_init(&run);
		if (rows[i].gone != NULL)
			fake_remove(&run, rows[i].gone);
		g_assert_false(fake_parse(&run, "boot", rows[i].line));
		g_assert_error(run.error, BOOT_ERROR, rows[i].code);
		fake_assert_why(&run, rows[i].why);
		fake_release(&run);
		fake_clear(&run);
	}
}

/* What captures and cases are given from what was found. */
static void test_sources(void)
{
	struct capture_source source;
	struct case_places places;
	struct fake_run run;

	fake_init(&run);
	g_assert_true(fake_parse(&run, "boot", "--timeout=33"));
	source = host_capture_source(&run.host, &run.options);
	g_assert_cmpstr(source.qemu, ==, FAKE_QEMU);
	g_assert_true(source.firmware == run.host.firmware);
	g_assert_true(g_str_has_suffix(source.launcher, "/x86_64/launcher.efi"));
	g_assert_true(g_str_has_suffix(source.cache, "/cache"));
	g_assert_null(source.ready);
	g_assert_cmpuint(source.timeout, ==, 33);
	places = host_case_places(&run.host);
	g_assert_true(g_str_has_suffix(places.app, "/x86_64/kvmleaf.efi"));
	g_assert_true(g_str_has_suffix(places.images, "/images"));
	fake_release(&run);
	fake_clear(&run);
}

/*
 * Inside a nested host the captured guests are given, and QEMU was checked outside: neither launcher, nor the trial's
 * app, nor QEMU's version are looked for. Firmware beside the program goes before the machine's own.
 */
static void test_inside(void)
{
	struct options options = { .command = COMMAND_NESTED_JOB };
	struct fake_run run;
	struct host host;

	fake_init(&run);
	host_find(&host, &options);
	g_assert_true(host.inside);
	g_assert_true(g_str_has_suffix(host.captured, "/captured"));
	g_free(host.home);
	host.home = g_strdup(run.folder);
	g_free(host.qemu);
	host.qemu = g_strdup("/nonexistent/qemu");
	g_free(host.app);
	host.app = fake_path(&run, "x86_64/kvmleaf.efi");
	g_free(host.launcher);
	host.launcher = g_strdup("/nonexistent/launcher.efi");
	g_free(host.trial);
	host.trial = g_strdup("/nonexistent/returns.efi");
	fake_copy(&run, "CODE.fd", "firmware/CODE.fd");
	fake_copy(&run, "VARS.fd", "firmware/VARS.fd");
	g_assert_true(host_find_parts(&host, &options, &run.error));
	g_assert_true(g_str_has_prefix(host.firmware->code, run.folder));
	g_assert_true(g_str_has_suffix(host.firmware->code, "/firmware/CODE.fd"));
	g_assert_true(g_str_has_suffix(host.firmware->vars, "/firmware/VARS.fd"));
	g_assert_cmpstr(host_capture_source(&host, &options).ready, ==, host.captured);
	host_clear(&host);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/host/nothing-asked", test_nothing_asked);
	g_test_add_func("/host/asked", test_asked);
	g_test_add_func("/host/missing-parts", test_missing_parts);
	g_test_add_func("/host/sources", test_sources);
	g_test_add_func("/host/inside", test_inside);
	return g_test_run();
}
