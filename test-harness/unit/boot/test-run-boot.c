/* SPDX-License-Identifier: BSD-2-Clause */
/* A single boot: what a person sees, the status, and names that nobody knows. */
#include "unit/fake/fake_run.h"

static void test_good(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_start(&run, "-- fake=stores --quiet");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_no_error(run.error);
	g_assert_true(g_str_has_prefix(run.said->str, "KVMLEAF-BEGIN version=0.1.0 source=cpu\n"));
	fake_assert_said(&run, "report=written status=pass\n\nThe report, read back from the variable store (");
	fake_assert_said(&run, " bytes):\n{\"schema\":\"kvmleaf/1\"");
	g_assert_cmpstr(run.errors->str, ==, "Booting kvmleaf on tcg.\n");
	fake_assert_file(&run, "out/boot/command", "'-cpu' 'max' '-smp' '1'");
	g_assert_cmpuint(fake_started(&run, "-incoming defer"), ==, 1);
	g_assert_true(fake_exists(&run, "out/boot/VARS.fd"));
	fake_assert_file(&run, "out/boot/report.json", "kvmleaf/1");
	fake_clear(&run);
}

/* The status is the app's own word; whoever asked for something that does not hold gets a failure. */
static void test_failures(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_start(&run, "--cold -- fake=stores fake=status:35 fake=say:status=pass:status=expectation");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_cmpstr(run.errors->str, ==, "Booting kvmleaf on tcg.\n");
	fake_start(&run, "--cold --require=PV_EOI -- fake=stores");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_nonnull(strstr(run.errors->str, "kvmleaf-boot: "));
	fake_assert_said(&run, "The report, read back from");
	fake_start(&run, "--cold --forbid=PV_EOI -- fake=stores fake=no-words");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_nonnull(
		strstr(run.errors->str, "kvmleaf-boot: not held against QEMU's feature words, which gave no answer\n"));
	fake_start(&run, "--cold --cpu=qemu64 -- fake=abort");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_nonnull(strstr(run.errors->str, "kvmleaf-boot: QEMU was killed by signal 6: "));
	fake_clear(&run);
}

static void test_machine_and_vcpus(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_start(&run, "--machine=pc,hpet=on --smp=3 --cpu=qemu64,+kvm-pv-eoi -- fake=stores");
	fake_assert_file(&run, "out/boot/command", "'-machine' 'pc,");
	fake_assert_file(&run, "out/boot/command", ",hpet=on'");
	fake_assert_file(&run, "out/boot/command", "'if=pflash,unit=1,format=raw,readonly=off,file=");
	fake_assert_file(&run, "out/boot/command", "'-smp' '3'");
	fake_assert_file(&run, "out/boot/command", "'-cpu' 'qemu64,+kvm-pv-eoi'");
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	fake_clear(&run);
}

/* One line on bad names, before anything is booted. */
static void test_unknown_names(void)
{
	static const struct {
		const char *line, *why;
	} rows[] = { { "--cpu=nonsense", "command line: [boot] cpu =: QEMU 99.0.0 has no \"nonsense\"" },
		{ "--cpu=max,+nonsense", "command line: [boot] cpu =: QEMU 99.0.0 has no \"nonsense\"" },
		{ "--cpu=max,-kvm-pv-ipi", "QEMU 99.0.0 has no property kvm-pv-ipi" },
		{ "--machine=isapc", "command line: [boot] machine =: QEMU 99.0.0 has no \"isapc\"" },
		{ "--machine=pc-q35-2.4", "QEMU 99.0.0 has no machine pc-q35-2.4" },
		{ "--require=NONSENSE", "set = NONSENSE: expected KVM_FEATURE_" },
		{ "--forbid=NONSENSE", "clear = NONSENSE: expected KVM_FEATURE_" } };
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_start(&run, rows[i].line);
		g_assert_cmpint(run.status, !=, BOOT_PASS);
		g_assert_error(run.error, BOOT_ERROR, BOOT_USAGE);
		fake_assert_why(&run, rows[i].why);
		g_assert_cmpuint(fake_started(&run, "-cpu"), ==, 0);
	}
	fake_clear(&run);
}

/* A disk that is booted without a word follows its own configuration, and its statuses are its own. */
static void test_disk(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_write(&run, "x.img", "a disk", -1);
	g_setenv("FAKE", "stores", TRUE);
	fake_start(&run, "--disk=@/x.img");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_file(&run, "out/boot/disk.img", "a disk");
	g_assert_cmpuint(fake_started(&run, "bootindex=0"), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-fw_cfg"), ==, 0);
	fake_start(&run, "--disk=@/x.img -- --quiet");
	fake_assert_file(&run, "out/boot/command", "'name=opt/kvmleaf/args,string=--exit=qemu --quiet'");
	g_unsetenv("FAKE");
	fake_clear(&run);
}

static void test_libvirt(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_write(&run, "d.xml",
		"<domain type='qemu'><vcpu>2</vcpu><os><type machine='pc'>hvm</type></os>"
		"<cpu mode='maximum'/></domain>",
		-1);
	fake_start(&run, "--libvirt=@/d.xml -- fake=stores");
	fake_assert_file(&run, "out/boot/command", "'-accel' 'tcg' '-machine' 'pc,");
	fake_assert_file(&run, "out/boot/command", "'-cpu' 'max' '-smp' '2'");
	fake_clear(&run);
}

/* In the nested host a guest has KVM, no names are asked for, and another machine than q35 gets no flash. */
static void test_inside(void)
{
	struct fake_run run;

	if (fake_would_space_ticks()) {
		g_test_skip("this machine has KVM of its own");
		return;
	}
	fake_init(&run);
	g_setenv("KVMLEAF_NESTED_HOST", "1", TRUE);
	fake_start(&run, "--accel=kvm --machine=pc --cpu=host,+what-ever");
	g_unsetenv("KVMLEAF_NESTED_HOST");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpstr(strstr(run.errors->str, "Booting"), ==, NULL);
	fake_assert_said(&run, "The report, read back from the console (");
	g_assert_cmpuint(fake_started(&run, "-accel kvm "), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-bios "), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-machine none"), ==, 0);
	fake_clear(&run);
}

/* Its own process: a deadline is a reason to stop for good. */
static void test_deadline(void)
{
	if (g_test_subprocess()) {
		struct fake_run run;

		fake_init(&run);
		fake_start(&run, "--cold --deadline=2 --timeout=100 -- fake=hang");
		g_printerr("status %d: %s", run.status, run.errors->str);
		fake_clear(&run);
		return;
	}
	g_test_trap_subprocess(NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("*status 1: *the run did not end within its deadline of 2 s*");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/run-one/good", test_good);
	g_test_add_func("/run-one/failures", test_failures);
	g_test_add_func("/run-one/machine-and-vcpus", test_machine_and_vcpus);
	g_test_add_func("/run-one/unknown-names", test_unknown_names);
	g_test_add_func("/run-one/disk", test_disk);
	g_test_add_func("/run-one/libvirt", test_libvirt);
	g_test_add_func("/run-one/inside", test_inside);
	g_test_add_func("/run-one/deadline", test_deadline);
	return g_test_run();
}
