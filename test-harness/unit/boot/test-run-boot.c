/* SPDX-License-Identifier: BSD-2-Clause */
/* The command boot: what a person sees, the status, and names that QEMU does not know. */
#include <string.h>

#include "unit/fake/fake_run.h"

static void test_good(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_run_boot(&run, "-- fake=stores --quiet");
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

/* The command fails if the app says so, if a required feature is missing, or if QEMU does not end as it should. */
static void test_failures(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_run_boot(&run, "--cold -- fake=stores fake=status:35 fake=say:status=pass:status=expectation");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_cmpstr(
		run.errors->str, ==, "Booting kvmleaf on tcg.\nkvmleaf-boot: the app's status is expectation\n");
	fake_run_boot(&run, "--cold --require=PV_EOI -- fake=stores");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_nonnull(strstr(run.errors->str, "kvmleaf-boot: "));
	fake_assert_said(&run, "The report, read back from");
	fake_run_boot(&run, "--cold --forbid=PV_EOI -- fake=stores fake=no-words");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_nonnull(strstr(
		run.errors->str, "kvmleaf-boot: not compared with QEMU's feature words, which gave no answer\n"));
	fake_run_boot(&run, "--cold --cpu=qemu64 -- fake=abort");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_nonnull(strstr(run.errors->str, "kvmleaf-boot: QEMU was killed by signal 6: "));
	fake_clear(&run);
}

static void test_machine_and_vcpus(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_run_boot(&run, "--machine=pc,hpet=on --smp=3 --cpu=qemu64,+kvm-pv-eoi -- fake=stores");
	fake_assert_file(&run, "out/boot/command", "'-machine' 'pc,");
	fake_assert_file(&run, "out/boot/command", ",hpet=on'");
	fake_assert_file(&run, "out/boot/command", "'if=pflash,unit=1,format=raw,readonly=off,file=");
	fake_assert_file(&run, "out/boot/command", "'-smp' '3'");
	fake_assert_file(&run, "out/boot/command", "'-cpu' 'qemu64,+kvm-pv-eoi'");
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	fake_clear(&run);
}

/* A name that QEMU does not know is one line of complaint, and nothing is booted. */
static void test_unknown_names(void)
{
	static const struct {
		const char *line, *why;
	} rows[] = { { "--cpu=nonsense", "command line: [boot] cpu =: QEMU 99.0.0 has no \"nonsense\"" },
		{ "--cpu=max,+nonsense", "command line: [boot] cpu =: QEMU 99.0.0 has no \"nonsense\"" },
		{ "--cpu=max,-kvm-pv-ipi", "QEMU 99.0.0 has no property kvm-pv-ipi" },
		{ "--machine=isapc", "command line: [boot] machine =: QEMU 99.0.0 has no \"isapc\"" },
		{ "--machine=pc-q35-2.4", "QEMU 99.0.0 has no machine pc-q35-2.4" },
		{ "--require=NONSENSE", "--require=NONSENSE: expected KVM_FEATURE_" },
		{ "--forbid=PV_EOI,NONSENSE", "--forbid=NONSENSE: expected KVM_FEATURE_" } };
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_run_boot(&run, rows[i].line);
		g_assert_cmpint(run.status, !=, BOOT_PASS);
		g_assert_error(run.error, BOOT_ERROR, BOOT_USAGE);
		fake_assert_why(&run, rows[i].why);
		g_assert_cmpuint(fake_started(&run, "-cpu"), ==, 0);
	}
	fake_clear(&run);
}

/* A disk that is booted without arguments follows its own configuration. */
static void test_disk(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_write(&run, "x.img", "a disk", -1);
	g_setenv("FAKE", "stores", TRUE);
	fake_run_boot(&run, "--disk=@/x.img");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_file(&run, "out/boot/disk.img", "a disk");
	g_assert_cmpuint(fake_started(&run, "bootindex=0"), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-fw_cfg"), ==, 0);
	fake_run_boot(&run, "--disk=@/x.img -- --quiet");
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
	fake_run_boot(&run, "--libvirt=@/d.xml -- fake=stores");
	fake_assert_file(&run, "out/boot/command", "'-accel' 'tcg' '-machine' 'pc,");
	fake_assert_file(&run, "out/boot/command", "'-cpu' 'max' '-smp' '2'");
	fake_clear(&run);
}

/*
 * A libvirt domain stands for --accel, --machine, --cpu and --smp. KVM is not tried here, and a domain of type kvm runs
 * on TCG where --accel=tcg says so.
 */
static void test_domains(void)
{
	static const char kvm[] = "<domain type='kvm'><vcpu>1</vcpu><cpu mode='maximum'/></domain>";
	static const char qemu[] = "<domain type='qemu'><os><type machine='q35'/></os></domain>";
	static const struct {
		const char *domain, *line, *command, *why;
	} rows[] = { { kvm, "--accel=tcg", "'-accel' 'tcg' '-machine' 'pc,", NULL },
		{ qemu, "--accel=tcg", "'-accel' 'tcg' '-machine' 'q35,", NULL },
		{ qemu, "", "'-cpu' 'qemu64' '-smp' '1'", NULL },
		{ qemu, "--accel=kvm", NULL, "--accel=kvm: not with this domain, whose type is qemu" },
		{ qemu, "--accel=nested", NULL, "--accel=nested: not with this domain" },
		{ "<network/>", "", NULL, "expected a libvirt <domain>" } };
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf("--libvirt=@/d.xml %s -- fake=stores", rows[i].line);

		fake_write(&run, "d.xml", rows[i].domain, -1);
		fake_run_boot(&run, line);
		if (rows[i].why == NULL) {
			fake_assert_status(&run, BOOT_PASS);
			fake_assert_file(&run, "out/boot/command", rows[i].command);
		} else {
			g_assert_error(run.error, BOOT_ERROR, BOOT_USAGE);
			fake_assert_why(&run, rows[i].why);
		}
	}
	fake_clear(&run);
}

/* In a process of its own, because a reason to stop stays for as long as the process lives. */
static void test_deadline(void)
{
	if (g_test_subprocess()) {
		struct fake_run run;

		fake_init(&run);
		fake_run_boot(&run, "--cold --deadline=2 --timeout=100 -- fake=hang");
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
	g_test_add_func("/run-boot/good", test_good);
	g_test_add_func("/run-boot/failures", test_failures);
	g_test_add_func("/run-boot/machine-and-vcpus", test_machine_and_vcpus);
	g_test_add_func("/run-boot/unknown-names", test_unknown_names);
	g_test_add_func("/run-boot/disk", test_disk);
	g_test_add_func("/run-boot/libvirt", test_libvirt);
	g_test_add_func("/run-boot/domains", test_domains);
	g_test_add_func("/run-boot/deadline", test_deadline);
	return g_test_run();
}
