/* SPDX-License-Identifier: BSD-2-Clause */
/* The command cases on this machine: its status, its TAP, and the files in each guest's folder. */
#include <string.h>

#include "unit/fake/fake_run.h"
#include "unit/fake/store.h"

static void test_good_and_bad(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a-good", "tcg", "start = cold");
	fake_case(&run, "b-bad", "tcg", "start = cold\nverdict = kvm");
	fake_run_cases(&run, "a-*");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpstr(run.said->str, ==, "TAP version 14\n1..1\nok 1 - a-good\n");
	g_assert_no_error(run.error);
	fake_assert_file(&run, "out/a-good/command", "'-append' '--exit=qemu'");
	fake_assert_file(&run, "out/a-good/command", "'-cpu' 'qemu64'");
	fake_assert_file(&run, "out/a-good/serial.log", "KVMLEAF-END verdict=other");
	fake_assert_file(&run, "out/a-good/report.json", "{\"schema\":\"kvmleaf/1\"");
	g_assert_true(fake_exists(&run, "out/a-good/VARS.fd"));
	g_assert_false(fake_exists(&run, "out/b-bad"));
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "1..2\nok 1 - a-good\nnot ok 2 - b-bad\n# ");
	g_assert_nonnull(strstr(run.errors->str, "1 passed, 1 failed, 0 skipped in "));
	g_assert_nonnull(strstr(run.errors->str, "failed: b-bad: "));
	fake_clear(&run);
}

/* A report is read from the guest's variable store, and the store of the firmware package is not changed.
 */
static void test_stored_report(void)
{
	g_autofree char *before = NULL, *after = NULL, *report = NULL, *store = NULL;
	struct variable variable;
	struct fake_run run;

	fake_init(&run);
	before = fake_read(&run, "VARS.fd");
	fake_case(&run, "a", "tcg", "start = cold\nstore = flash\narguments = fake=stores");
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_file(&run, "out/a/command", "'-append' '--exit=qemu fake=stores'");
	fake_assert_file(&run, "out/a/command", "if=pflash,unit=1,format=raw,readonly=off,file=");
	report = fake_read(&run, "out/a/report.json");
	store = fake_read(&run, "out/a/VARS.fd");
	g_assert_true(store_find(
		(uint8_t *)store, FAKE_VARS_SIZE, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_cmpmem(variable.data, variable.length, report, strlen(report));
	g_assert_true(g_str_has_suffix(report, "\"problems\":[]}\n"));
	after = fake_read(&run, "VARS.fd");
	g_assert_cmpmem(before, FAKE_VARS_SIZE, after, FAKE_VARS_SIZE);
	fake_clear(&run);
}

/* A report that was in the store before the run is not taken for the guest's. */
static void test_stale_report(void)
{
	static const char old[] = "{\"schema\":\"kvmleaf/1\",\"of\":\"an earlier run\"}\n";
	g_autofree char *store = NULL;
	struct variable variable;
	struct fake_run run;

	fake_init(&run);
	fake_write_firmware(&run, old);
	fake_case(&run, "a", "tcg",
		"start = cold\nstore = flash\narguments = fake=no-report fake=say:report=off:report=unchanged");
	fake_write(&run, "out/a/report.json", old, -1);
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a\n# the console says report=unchanged, and there is none");
	g_assert_false(fake_exists(&run, "out/a/report.json"));
	store = fake_read(&run, "VARS.fd");
	g_assert_true(store_find(
		(uint8_t *)store, FAKE_VARS_SIZE, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_cmpmem(variable.data, variable.length, old, strlen(old));
	fake_clear(&run);
}

static void test_bad_stores(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "start = cold\nstore = flash\narguments = fake=stores fake=attributes:3");
	fake_case(&run, "b", "tcg", "start = cold\nstore = flash\narguments = fake=stores fake=wrecks");
	fake_case(&run, "c", "tcg", "start = cold\nstore = flash\narguments = fake=stores fake=say:written:off");
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a\n# the report variable has attributes 0x3, not 0x7\n");
	fake_assert_said(&run, "not ok 2 - b\n# the variable store cannot be read: not a variable store");
	fake_assert_said(&run, "not ok 3 - c\n# the console says report=off, and there is one\n");
	g_assert_true(fake_exists(&run, "out/a/report.json"));
	g_assert_false(fake_exists(&run, "out/b/report.json"));
	fake_clear(&run);
}

/* KVM cases without KVM are skipped. */
static void test_skips(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "k", "kvm", "start = cold");
	fake_case(&run, "t", "tcg", "start = cold");
	fake_run_cases(&run, "k");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "nothing was run: all 1 cases were skipped");
	fake_assert_said(&run, "1..1\nok 1 - k # SKIP needs KVM, and --accel=tcg was given\n");
	fake_run_cases(&run, "*");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "ok 1 - k # SKIP needs KVM");
	g_assert_nonnull(strstr(run.errors->str, "1 passed, 0 failed, 1 skipped"));
	fake_run_cases(&run, "* --require-kvm");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - k\n# needs KVM, and --accel=tcg was given\n");
	fake_run_cases(&run, "* --no-skip");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - k\n# skipped, and --no-skip was given: needs KVM");
	fake_clear(&run);
}

/* An oracle that gives no answer is named in the result's line, and with --require-kvm this is a failure. */
static void test_silent_oracle(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "start = cold\narguments = fake=no-words");
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "ok 1 - a # not compared with QEMU's feature words\n");
	fake_run_cases(&run, "a --require-kvm");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "# no answer from QEMU's feature words\n");
	fake_clear(&run);
}

/* A guest that KVM itself refuses is skipped, as a limit of the host. QEMU's message is one of those in kvm_limits.c.
 */
static void test_limit(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "start = cold\nmachine = q35,kernel-irqchip=off\narguments = fake=no-apic");
	fake_case(&run, "b", "tcg", "start = cold\narguments = fake=no-apic");
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(
		&run, "ok 1 - a # SKIP this QEMU gives a guest of KVM no APIC outside of the kernel\nnot ok 2 - b\n");
	fake_clear(&run);
}

static void test_junit(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "start = cold");
	fake_run_cases(&run, "a random-* --random=1 --seed=5 --junit=@/results.xml");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_file(&run, "results.xml", "name=\"qemu\" value=\"99.0.0\"");
	fake_assert_file(&run, "results.xml", "name=\"accelerator\" value=\"tcg\"");
	fake_assert_file(&run, "results.xml", "name=\"seed\" value=\"5\"");
	fake_assert_file(&run, "results.xml", "name=\"random-5-0\"");
	fake_run_cases(&run, "a --junit=@/nowhere/results.xml");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "/nowhere/results.xml");
	g_assert_cmpstr(run.said->str, ==, "");
	fake_clear(&run);
}

/* A case with a ROM of its own, one with a disk, and one whose QEMU options name the folder of the images. */
static void test_own_parts(void)
{
	struct fake_run run;
	g_autofree char *rom = NULL;

	fake_init(&run);
	rom = g_strdup_printf("firmware = %s/CODE.fd", run.folder);
	fake_case(&run, "a", "tcg", rom);
	fake_case(&run, "b", "tcg", "disk = kvmleaf.iso\nmedia = cdrom");
	fake_case(&run, "c", "tcg", "disk = none\nqemu = -cdrom @images@/kvmleaf.iso\narguments = x,y");
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_file(&run, "out/a/command", "/CODE.fd' ");
	fake_assert_file(&run, "out/b/command", "media=cdrom,readonly=on,file=");
	fake_assert_file(&run, "out/b/command", "'name=opt/kvmleaf/args,string=--exit=qemu'");
	fake_assert_file(&run, "out/b/disk.img", "images/kvmleaf.iso");
	fake_assert_file(&run, "out/c/command", "/images/kvmleaf.iso'");
	fake_assert_file(&run, "out/c/command", "--exit=qemu x,,y'");
	g_assert_cmpuint(fake_started(&run, "-bios"), ==, 3);
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/run-cases/good-and-bad", test_good_and_bad);
	g_test_add_func("/run-cases/stored-report", test_stored_report);
	g_test_add_func("/run-cases/stale-report", test_stale_report);
	g_test_add_func("/run-cases/bad-stores", test_bad_stores);
	g_test_add_func("/run-cases/skips", test_skips);
	g_test_add_func("/run-cases/silent-oracle", test_silent_oracle);
	g_test_add_func("/run-cases/limit", test_limit);
	g_test_add_func("/run-cases/junit", test_junit);
	g_test_add_func("/run-cases/own-parts", test_own_parts);
	return g_test_run();
}
