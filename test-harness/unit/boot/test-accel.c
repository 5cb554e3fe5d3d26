/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which accelerator is chosen on a machine. This file has an open() of its own, so that the test decides whether there
 * is a /dev/kvm; the guest that is tried on it is run by the fake QEMU.
 */
#undef _FORTIFY_SOURCE
#include "run/accel.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "unit/fake/fake_run.h"

static gboolean has_kvm;

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	if ((flags & O_CREAT) != 0) {
		va_list arguments;

		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if (strcmp(path, "/dev/kvm") == 0) {
		if (!has_kvm) {
			errno = ENOENT;
			return -1;
		}
		path = "/dev/null";
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* The accelerator that --accel=ACCEL leads to; NULL for none, with the reason in run->error. */
static const char *resolved(struct fake_run *run, const char *accel)
{
	g_autofree char *line = g_strconcat("--accel=", accel, NULL);
	const char *found;

	g_clear_error(&run->error);
	(void)g_unlink(run->log);
	g_assert_true(fake_parse(run, "boot", line));
	found = accel_resolve(run->options.accel, &run->host, &run->error);
	fake_release(run);
	return found;
}

/* The number of guests that were tried on KVM. */
static guint trials(const struct fake_run *run)
{
	return fake_started(run, "-accel kvm ");
}

static void test_no_kvm(void)
{
	struct fake_run run;

	fake_init(&run);
	has_kvm = FALSE;
	g_assert_cmpstr(resolved(&run, "auto"), ==, "nested");
	g_assert_cmpstr(resolved(&run, "tcg"), ==, "tcg");
	g_assert_cmpstr(resolved(&run, "nested"), ==, "nested");
	g_assert_null(resolved(&run, "kvm"));
	g_assert_error(run.error, BOOT_ERROR, BOOT_SETUP);
	g_assert_cmpstr(fake_why(&run), ==,
		"KVM cannot be used here (/dev/kvm: No such file or directory); --accel=nested brings its own");
	g_assert_false(fake_exists(&run, "cache/kvm-trial"));
	fake_clear(&run);
}

/* KVM is tried by one guest, and the result is remembered. */
static void test_works(void)
{
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	g_assert_cmpstr(resolved(&run, "tcg"), ==, "tcg");
	g_assert_cmpstr(resolved(&run, "nested"), ==, "nested");
	g_assert_cmpuint(trials(&run), ==, 0);
	g_assert_cmpstr(resolved(&run, "auto"), ==, "kvm");
	g_assert_cmpuint(trials(&run), ==, 1);
	g_assert_cmpuint(fake_started(&run, "x86_64/returns.efi -append --exit=qemu"), ==, 1);
	fake_assert_file(&run, "cache/kvm-trial", "works=true");
	g_assert_cmpstr(resolved(&run, "kvm"), ==, "kvm");
	g_assert_cmpuint(trials(&run), ==, 0);
	fake_clear(&run);
}

/* A KVM that stops its guest does not work, which is remembered. */
static void test_fails(void)
{
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	g_setenv("FAKE", "stop", TRUE);
	g_assert_cmpstr(resolved(&run, "auto"), ==, "nested");
	fake_assert_file(&run, "cache/kvm-trial", "works=false");
	g_unsetenv("FAKE");
	g_assert_null(resolved(&run, "kvm"));
	g_assert_cmpuint(trials(&run), ==, 0);
	fake_assert_why(&run, "KVM cannot be used here (QEMU stopped the guest: internal-error); ");
	fake_clear(&run);
}

/* A trial that ends in a way that says nothing about KVM is not remembered. */
static void test_unknown(void)
{
	static const char *const faults[] = { "abort", "status:35", "returns" };
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_setenv("FAKE", faults[i], TRUE);
		g_assert_null(resolved(&run, "kvm"));
		g_assert_cmpuint(trials(&run), ==, 1);
		g_assert_false(fake_exists(&run, "cache/kvm-trial"));
	}
	fake_assert_why(&run, "(the trial's app did not end as it should)");
	g_unsetenv("FAKE");
	g_assert_cmpstr(resolved(&run, "kvm"), ==, "kvm");
	fake_clear(&run);
}

/* A record of another kernel, QEMU or firmware, or a damaged one, is ignored. */
static void test_other_record(void)
{
	static const char *const records[] = { "[trial]\nkey=another\nworks=false\n", "no key file", "" };
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		fake_write(&run, "cache/kvm-trial", records[i], -1);
		g_assert_cmpstr(resolved(&run, "auto"), ==, "kvm");
		g_assert_cmpuint(trials(&run), ==, 1);
	}
	fake_clear(&run);
}

static void test_run_on_kvm(void)
{
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	fake_case(&run, "a", "kvm", "start = cold\narguments = fake=no-words");
	fake_run_cases(&run, "--accel=auto a");
	fake_assert_status(&run, BOOT_PASS);
	/* /dev/null, which is opened in place of /dev/kvm, does not know KVM_GET_SUPPORTED_CPUID. */
	fake_assert_said(&run, "ok 1 - a # not compared with QEMU's feature words, KVM_GET_SUPPORTED_CPUID\n");
	g_assert_cmpuint(trials(&run), ==, 2);
	has_kvm = FALSE;
	fake_run_cases(&run, "--accel=kvm a");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_said(&run, "ok 1 - a # SKIP KVM cannot be used here (/dev/kvm: ");
	fake_run_boot(&run, "--accel=kvm");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "KVM cannot be used here (/dev/kvm: ");
	fake_clear(&run);
}

/* KVM's modules belong to this system, and nobody asked to load them with other parameters. */
static void test_parameters_on_kvm(void)
{
	struct fake_run run;

	fake_init(&run);
	has_kvm = TRUE;
	fake_case(&run, "a", "kvm", "start = cold\narguments = fake=no-words");
	fake_case(&run, "b", "kvm", "start = cold\narguments = fake=no-words\nkvm-parameters = kvm.ignore_msrs=1");
	fake_run_cases(&run, "--accel=auto --jobs=1 *");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(
		&run, "ok 1 - b # SKIP sets parameters of KVM's modules, which is done in nested hosts only\n");
	fake_assert_said(&run, "ok 2 - a #");
	g_assert_cmpuint(trials(&run), ==, 2);
	fake_clear(&run);
}

/* A nested host is made of nothing but KVM: there is no need to try a guest on it. */
static void test_inside(void)
{
	const struct host host = { .inside = TRUE };

	has_kvm = FALSE;
	g_assert_cmpstr(accel_resolve(NULL, &host, NULL), ==, "kvm");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/accel/no-kvm", test_no_kvm);
	g_test_add_func("/accel/works", test_works);
	g_test_add_func("/accel/fails", test_fails);
	g_test_add_func("/accel/unknown", test_unknown);
	g_test_add_func("/accel/other-record", test_other_record);
	g_test_add_func("/accel/run-on-kvm", test_run_on_kvm);
	g_test_add_func("/accel/parameters-on-kvm", test_parameters_on_kvm);
	g_test_add_func("/accel/inside", test_inside);
	return g_test_run();
}
