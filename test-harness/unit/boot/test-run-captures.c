/* SPDX-License-Identifier: BSD-2-Clause */
/* Captured guests: which cases are restored, how QEMU is started then, one capture for all cases, and failures. */
#include "guest/capture.h"

#include "unit/fake/fake_run.h"

/* The only folder in the cache that holds a captured guest. */
static char *only_guest(const struct fake_run *run)
{
	g_autofree char *cache = fake_path(run, "cache");
	g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
	char *found = NULL;
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		if (!g_str_has_prefix(name, "guest-"))
			continue;
		g_assert_null(found);
		found = g_build_filename("cache", name, NULL);
	}
	g_assert_nonnull(found);
	return found;
}

static void test_one_capture_for_all(void)
{
	g_autofree char *guest = NULL, *ram = NULL, *memory = NULL;
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "arguments = fake=stores");
	fake_case(&run, "b", "tcg", "cpu = max\narguments = fake=stores");
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_PASS);
	guest = only_guest(&run);
	ram = g_strdup_printf("size=62M,mem-path=%s/%s/ram,share=", run.folder, guest);
	g_assert_cmpuint(fake_started(&run, ram), ==, 2);
	g_assert_cmpuint(fake_started(&run, "/ram,share=on"), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-incoming defer"), ==, 2);
	fake_assert_file(&run, "out/a/command", "share=off'");
	fake_assert_file(&run, "out/b/command", "'-cpu' 'max'");
	fake_assert_file(&run, "out/b/command", "x86_64/launcher.efi'");
	fake_assert_file(&run, "out/b/report.json", "kvmleaf/1");
	fake_assert_file(&run, "out/b/serial.log", "KVMLEAF-END "); /* though the guest printed to the payload disk */
	g_assert_false(fake_exists(&run, "out/a/payload.img"));
	fake_run_cases(&run, "b");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "/ram,share=on"), ==, 0);
	g_assert_cmpuint(fake_started(&run, "-incoming defer"), ==, 1);
	memory = g_build_filename(guest, "ram", NULL);
	fake_assert_file(&run, memory, "memory");
	fake_clear(&run);
}

/* A report that the firmware's own store had, and so the captured one, is not taken for the restored guest's. */
static void test_captured_store(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_write_firmware(&run, "{\"old\":1}\n");
	fake_case(&run, "a", "tcg", "store = flash\narguments = fake=say:report=off:report=unchanged");
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a\n# the console says report=unchanged, and there is none");
	fake_clear(&run);
}

static void test_by_vcpus(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "three", "tcg", "smp = 3");
	fake_case(&run, "two", "tcg", "smp = 2\narguments = fake=stores");
	fake_run_cases(&run, "t* --jobs=1");
	fake_assert_status(&run, BOOT_FAILED); /* the fake QEMU always has one vCPU */
	fake_assert_said(&run, "not ok 2 - two\n");
	fake_assert_file(&run, "out/two/command", "'-incoming' 'defer'");
	g_assert_cmpuint(fake_started(&run, "-smp 2 "), ==, 2);
	g_assert_cmpuint(fake_started(&run, "-smp 3 "), ==, 1);
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 1);
	fake_clear(&run);
}

/* With --cold every guest is booted from reset, and none is captured. */
static void test_cold(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "");
	fake_run_cases(&run, "a --cold");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	g_assert_cmpuint(fake_started(&run, "/ram,share=on"), ==, 0);
	fake_run_boot(&run, "--cold -- fake=stores");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	fake_clear(&run);
}

#define REFUSED                                                                                                        \
	"booted from reset, since QEMU did not restore the captured guest with this CPU model: qemu: error while "     \
	"loading state for "                                                                                           \
	"instance 0x0 of device 'cpu'"

/* A guest that QEMU does not restore is booted from reset, as its case would be with start = cold, and this is said. */
static void test_refused(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "arguments = fake=no-restore");
	fake_case(&run, "b", "tcg", "store = flash\narguments = fake=no-restore fake=stores");
	fake_case(&run, "c", "tcg", "arguments = fake=no-restore fake=no-words");
	fake_run_cases(&run, "a --jobs=1");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "\nok 1 - a # " REFUSED "\n");
	fake_assert_file(&run, "out/a/command", "'-append' '--exit=qemu fake=no-restore'");
	fake_assert_file(&run, "out/a/command", "'-bios' ");
	fake_assert_file(&run, "out/a/report.json", "kvmleaf/1");
	fake_run_cases(&run, "b --jobs=1");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "\nok 1 - b # " REFUSED "\n");
	fake_assert_file(&run, "out/b/command", "'-append' '--exit=qemu fake=no-restore fake=stores'");
	fake_run_cases(&run, "c --jobs=1");
	fake_assert_said(&run, "\nok 1 - c # " REFUSED "; not compared with QEMU's feature words\n");
	fake_clear(&run);
}

static void test_refused_boot(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_run_boot(&run, "-- fake=no-restore fake=stores");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_told(&run, "kvmleaf-boot: " REFUSED "\n");
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 1);
	fake_clear(&run);
}

/* What is wrong with the guest that was booted from reset is still a failure. */
static void test_refused_and_bad(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "arguments = fake=no-restore fake=abort");
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a # " REFUSED "\n# QEMU was killed by signal 6");
	fake_clear(&run);
}

/* Each case that needs a capture that failed has failed, with the reason, and the next case tries to make it again. */
static void test_failed_capture(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "");
	fake_case(&run, "b", "tcg", "");
	fake_case(&run, "c", "tcg", "start = cold");
	g_setenv("FAKE", "capture-ends", TRUE);
	fake_run_cases(&run, "* --jobs=1");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a\n# no guest could be captured: QEMU ended before the launcher stopped it\n"
			       "not ok 2 - b\n# no guest could be captured: ");
	fake_assert_said(&run, "\nok 3 - c\n");
	g_assert_cmpuint(fake_started(&run, "/ram,share=on"), ==, 2);
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	g_setenv("FAKE", "capture-fails", TRUE);
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "# no guest could be captured: query-migrate says \"failed\"\n");
	g_unsetenv("FAKE");
	fake_run_cases(&run, "a");
	fake_assert_said(&run, "\nok 1 - a\n"); /* captured and judged at last */
	fake_clear(&run);
}

/* A nested host is given its captured guests: none is made, and the cache is not used. */
static void test_given_captures(void)
{
	const struct capture_source source = { .ready = "given", .cache = "/nonexistent" };
	struct capture *capture = capture_get(&source, 2, STORE_FLASH, NULL);

	g_assert_cmpstr(capture->ram, ==, "given/2-flash/ram");
	g_assert_cmpstr(capture->stream, ==, "given/2-flash/stream");
	g_assert_cmpstr(capture->store, ==, "given/2-flash/store");
	capture_free(capture);
	capture_free(NULL);
}

/* The arguments of the app depend on where its report is to go. */
static void test_told(void)
{
	static const struct {
		const char *lines, *told;
	} rows[] = { { "", "--exit=qemu" }, { "store = flash", "--exit=qemu" },
		{ "store = none", "--exit=qemu --json" },
		{ "store = flash\narguments = --no-variable", "--exit=qemu --json --no-variable" },
		{ "store = flash\narguments = --replay=x", "--exit=qemu --json --replay=x" },
		{ "arguments = --json --quiet", "--exit=qemu --json --quiet" } };
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("c%zu", i);
		g_autofree char *lines = g_strdup_printf("start = cold\n%s", rows[i].lines);

		fake_case(&run, name, "tcg", lines);
	}
	fake_run_cases(&run, "*");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *file = g_strdup_printf("out/c%zu/command", i);
		g_autofree char *text = g_strdup_printf("'-append' '%s' ", rows[i].told);

		fake_assert_file(&run, file, text);
	}
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/captures/one-for-all", test_one_capture_for_all);
	g_test_add_func("/captures/captured-store", test_captured_store);
	g_test_add_func("/captures/by-vcpus", test_by_vcpus);
	g_test_add_func("/captures/cold", test_cold);
	g_test_add_func("/captures/refused", test_refused);
	g_test_add_func("/captures/refused-boot", test_refused_boot);
	g_test_add_func("/captures/refused-and-bad", test_refused_and_bad);
	g_test_add_func("/captures/failed", test_failed_capture);
	g_test_add_func("/captures/given", test_given_captures);
	g_test_add_func("/captures/told", test_told);
	return g_test_run();
}
