/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cases a command line selects: by name, by --shard, by --rerun; and names that this QEMU does not know. */
#include "run/case_select.h"

#include <jansson.h>

#include "unit/fake/fake_run.h"

static void select_init(struct fake_run *run)
{
	fake_init(run);
	fake_case(run, "a-one", "tcg", "");
	fake_case(run, "a-two", "tcg", "smp = 2\nstart = cold");
	fake_case(run, "b-one", "kvm", "");
}

/* The names of the selected cases, separated by blanks; NULL where the selection is refused. */
static char *selected(struct fake_run *run, const char *line)
{
	g_autofree char *all = g_strconcat("--cases=@/cases ", line, NULL), *qemu = NULL;
	GString *names = g_string_new(NULL);
	GPtrArray *cases = NULL;

	g_clear_error(&run->error);
	if (fake_parse(run, "cases", all))
		cases = case_select(&run->options, &run->host, &qemu, &run->error);
	if (cases != NULL)
		g_assert_cmpstr(qemu, ==, "99.0.0");
	for (guint i = 0; cases != NULL && i < cases->len; i++)
		g_string_append_printf(
			names, "%s%s", i > 0 ? " " : "", ((struct boot_case *)g_ptr_array_index(cases, i))->name);
	fake_release(run);
	if (cases == NULL)
		return g_string_free(names, TRUE);
	g_ptr_array_unref(cases);
	return g_string_free(names, FALSE);
}

static void assert_selected(struct fake_run *run, const char *line, const char *expected)
{
	g_autofree char *names = selected(run, line);

	if (g_strcmp0(names, expected) != 0)
		g_error("\"%s\" selects \"%s\", not \"%s\": %s", line, names, expected, fake_why(run));
}

static void assert_not_selected(struct fake_run *run, const char *line, const char *why)
{
	g_assert_null(selected(run, line));
	g_assert_error(run->error, BOOT_ERROR, BOOT_USAGE);
	fake_assert_why(run, why);
}

static void test_names(void)
{
	struct fake_run run;

	select_init(&run);
	assert_selected(&run, "*", "a-one a-two b-one");
	assert_selected(&run, "a-*", "a-one a-two");
	assert_selected(&run, "b-one a-t?o", "a-two b-one");
	assert_not_selected(&run, "a", "no case matches \"a\"; 'cases --list' shows those in ");
	assert_not_selected(&run, "a-one b-typo", "no case matches \"b-typo\"; 'cases --list' shows those in ");
	assert_not_selected(&run, "* --cases=@/nowhere", "/nowhere");
	assert_selected(&run, "--random=2 --seed=9", "random-9-0 random-9-1");
	assert_selected(&run, "a-one random-* --random=1", "a-one random-0-0");
	assert_not_selected(&run, "a-one --random=1 --seed=7",
		"--random: no given name matches a random case, as 'random-7-*' would");
	fake_clear(&run);
}

/* Each case belongs to exactly one shard, and a shard may be empty. */
static void test_shards(void)
{
	struct fake_run run;

	select_init(&run);
	assert_selected(&run, "* --shard=1/2", "a-one b-one");
	assert_selected(&run, "* --shard=2/2", "a-two");
	assert_selected(&run, "* --shard=3/3", "b-one");
	assert_selected(&run, "* --shard=4/4", "");
	fake_run_cases(&run, "* --shard=4/4");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpstr(run.said->str, ==, "TAP version 14\n1..0 # SKIP part 4 of 4 of the cases is empty\n");
	fake_clear(&run);
}

static void test_rerun(void)
{
	static const char junit[] = "<testsuites><testsuite name='kvmleaf'><testcase name='a-one'/>"
				    "<testcase name='a-two'><failure message='x'/></testcase>"
				    "<testcase name='b-one'><error message='x'/></testcase></testsuite></testsuites>";
	static const char random[] = "<testsuite><testcase name='a-two'><failure message='x'/></testcase>"
				     "<testcase name='random-9-1'><failure message='x'/></testcase></testsuite>";
	struct fake_run run;

	select_init(&run);
	fake_write(&run, "before.xml", junit, -1);
	assert_selected(&run, "--rerun=@/before.xml", "a-two b-one");
	assert_selected(&run, "--rerun=@/before.xml b-*", "b-one");
	assert_not_selected(&run, "--rerun=@/before.xml a-one", "/before.xml: none of these cases has failed there");
	assert_not_selected(&run, "--rerun=@/none.xml", "/none.xml");
	fake_write(&run, "random.xml", random, -1);
	assert_not_selected(&run, "--rerun=@/random.xml",
		"/random.xml: random-9-1 has failed there, and is no case here; --random and --seed bring it");
	assert_selected(&run, "--rerun=@/random.xml --random=2 --seed=9", "a-two random-9-1");
	fake_clear(&run);
}

/* A name that no QEMU has is an error of the case file, even of a case that is not selected. A name that only this QEMU
 * lacks makes the case a skip. */
static void test_names_of_qemu(void)
{
	struct fake_run run;

	select_init(&run);
	fake_case(&run, "c-later", "tcg", "cpu = max,-kvm-pv-ipi\nstart = cold");
	fake_case(&run, "d-old", "tcg", "machine = pc-q35-2.4");
	assert_selected(&run, "c-later d-old", "c-later d-old");
	fake_run_cases(&run, "c-later d-old a-two");
	fake_assert_said(&run, "ok 1 - c-later # SKIP QEMU 99.0.0 has no property kvm-pv-ipi\n");
	fake_assert_said(&run, "ok 2 - d-old # SKIP QEMU 99.0.0 has no machine pc-q35-2.4\n");
	fake_case(&run, "e-typo", "tcg", "cpu = max,+kvm-pv-typo");
	assert_not_selected(&run, "a-one", "/cases/e-typo.ini:1: [e-typo] cpu =: QEMU 99.0.0 has no \"kvm-pv-typo\"");
	fake_case(&run, "e-typo", "tcg", "machine = q36");
	assert_not_selected(&run, "a-one", "[e-typo] machine =: QEMU 99.0.0 has no \"q36\"");
	fake_case(&run, "e-typo", "tcg", "cpu = nonsense");
	assert_not_selected(&run, "a-one", "[e-typo] cpu =: QEMU 99.0.0 has no \"nonsense\"");
	fake_clear(&run);
}

/* A file that a selected case names must exist. Firmware that a case asks for by its kind need not. */
static void test_parts(void)
{
	static const struct {
		const char *lines, *why;
	} rows[] = { { "app = typo.efi", "[c] app = typo.efi: no file " },
		{ "disk = typo.iso", "[c] disk = typo.iso: no file " },
		{ "firmware = /typo.fd", "[c] firmware = /typo.fd: no such file" },
		{ "firmware = /typo.fd:/VARS.fd",
			"[c] firmware = /typo.fd:/VARS.fd: firmware named by --firmware: " } };
	struct fake_run run;

	select_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_case(&run, "c", "tcg", rows[i].lines);
		assert_not_selected(&run, "c --require-kvm", rows[i].why);
	}
	assert_not_selected(&run, "*", "/cases/c.ini:1: ");
	assert_selected(&run, "a-one", "a-one");
	fake_case(&run, "c", "tcg", "app = mutants/x.efi\ndisk = kvmleaf.iso");
	fake_write(&run, "x86_64/mutants/x.efi", "", 0);
	assert_selected(&run, "c", "c");
	fake_clear(&run);
}

/* Hides each firmware descriptor of this machine by an empty file of the same name in the user's folder (QEMU
 * docs/interop/firmware.json). */
static void hide_firmware(const struct fake_run *run)
{
	static const char *const folders[] = { "/usr/share/qemu/firmware", "/etc/qemu/firmware" };
	g_autofree char *config = fake_path(run, "config");

	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autoptr(GDir) dir = g_dir_open(folders[i], 0, NULL);
		const char *name;

		while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
			g_autofree char *file = g_build_filename("config/qemu/firmware", name, NULL);

			fake_write(run, file, "", 0);
		}
	}
}

/* No machine needs to have 32-bit firmware: without it the case is skipped, with it the case runs. */
static void test_i386(void)
{
	static const char format[] = "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":"
				     "{\"filename\":\"%s/CODE.fd\"},"
				     "\"nvram-template\":{\"filename\":\"%s/VARS.fd\"}},\"features\":[],"
				     "\"targets\":[{\"architecture\":\"i386\",\"machines\":[\"pc-q35-*\"]}]}";
	g_autofree char *descriptor = NULL;
	struct fake_run run;

	select_init(&run);
	hide_firmware(&run);
	fake_case(&run, "c", "tcg", "firmware = i386\nstart = cold");
	fake_run_cases(&run, "c a-two");
	fake_assert_said(
		&run, "ok 1 - c # SKIP no UEFI firmware for i386 on q35 found by QEMU's firmware descriptors; ");
	descriptor = g_strdup_printf(format, run.folder, run.folder);
	fake_write(&run, "config/qemu/firmware/99-test.json", descriptor, -1);
	fake_run_cases(&run, "c");
	fake_assert_status(&run, BOOT_PASS);
	fake_clear(&run);
}

/* The list can be read where files that a case names are missing, and the run is refused then. */
static void test_list(void)
{
	struct fake_run run;
	json_t *list;

	select_init(&run);
	fake_case(&run, "c", "tcg", "disk = typo.iso");
	fake_run_cases(&run, "* --cold");
	fake_assert_status(&run, BOOT_USAGE);
	fake_assert_why(&run, "typo.iso");
	fake_list_cases(&run, "--cases=@/cases");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "a-one                    tcg  restore -cpu qemu64: a test\n");
	fake_assert_said(&run, "a-two                    tcg  cold    -cpu qemu64: a test\n");
	fake_list_cases(&run, "--cases=@/cases --cold");
	fake_assert_said(&run, "a-one                    tcg  cold    -cpu qemu64: a test\n");
	fake_list_cases(&run, "--cases=@/cases --json");
	list = json_loads(run.said->str, 0, NULL);
	g_assert_cmpuint(json_array_size(list), ==, 4);
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 2), "name")), ==, "b-one");
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 2), "accel")), ==, "kvm");
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 1), "start")), ==, "cold");
	g_assert_cmpint(json_integer_value(json_object_get(json_array_get(list, 1), "smp")), ==, 2);
	json_decref(list);
	fake_clear(&run);
}

/* Without --cases the project's own cases are listed, and those that are made from the feature table. */
static void test_list_generated(void)
{
	struct fake_run run;

	select_init(&run);
	fake_list_cases(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "a-one  ");
	fake_assert_said(&run, "\nmask-all ");
	fake_assert_said(&run, "\nonly-kvm-pv-ipi          kvm  restore -cpu host,-kvmclock,-kvm-pv-eoi,+kvm-pv-ipi: ");
	fake_list_cases(&run, "only-kvm-pv-ipi");
	g_assert_true(g_str_has_prefix(run.said->str, "only-kvm-pv-ipi "));
	fake_list_cases(&run, "only-kvm-typo");
	fake_assert_status(&run, BOOT_USAGE);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/case-select/names", test_names);
	g_test_add_func("/case-select/shards", test_shards);
	g_test_add_func("/case-select/rerun", test_rerun);
	g_test_add_func("/case-select/names-of-qemu", test_names_of_qemu);
	g_test_add_func("/case-select/parts", test_parts);
	g_test_add_func("/case-select/i386", test_i386);
	g_test_add_func("/case-select/list", test_list);
	g_test_add_func("/case-select/list-generated", test_list_generated);
	return g_test_run();
}
