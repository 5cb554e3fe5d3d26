/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's modules are loaded anew for a case's parameters, each is read back, and the next case has the usual ones. Two
 * scripts play rmmod and insmod, on a folder that plays /sys/module.
 */
#include "nested/kvm_modules.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/process.h"
#include "unit/fake/workplace.h"

/* Both record their call. As in the kernel, kvm cannot be removed before the module that uses it. */
static const char fake_rmmod[] = "#!/bin/sh\n"
				 "echo \"rmmod $*\" >>\"$FAKE/calls\"\n"
				 "if [ \"$1\" = kvm ] && [ -e \"$FAKE/sys/kvm_intel\" ]; then exit 1; fi\n"
				 "[ ! -e \"$FAKE/busy\" ] && rm -r \"$FAKE/sys/$1\"\n";

/* The usual values are those of a CPU with EPT and without APICv. What is not among the parameters is not taken. */
static const char fake_insmod[] =
	"#!/bin/sh\n"
	"echo \"insmod ${1##*/} $2 $3\" >>\"$FAKE/calls\"\n"
	"name=$(basename \"$1\" .ko | tr - _)\n"
	"shift\n"
	"case \" $* \" in *' ple_gap=x '*) exit 1 ;; esac\n"
	"mkdir \"$FAKE/sys/$name\" && cd \"$FAKE/sys/$name\" && mkdir parameters && cd parameters || exit 1\n"
	"if [ \"$name\" = kvm ]; then echo N >ignore_msrs; else echo Y >ept; echo N >enable_apicv; echo 128 >ple_gap; "
	"fi\n"
	"for word; do\n"
	"	case $word in\n"
	"	ept=0 | ept=n) echo N >ept ;;\n"
	"	ignore_msrs=1) echo Y >ignore_msrs ;;\n"
	"	ple_gap=*) echo \"${word#*=}\" >ple_gap ;;\n"
	"	esac\n"
	"done\n";

struct place {
	char *folder, *path_before, *files, *loaded;
	struct kvm_modules_state state;
};

static void add_program(const struct place *place, const char *name, const char *script)
{
	g_autofree char *path = workplace_write(place->folder, name, script, -1);

	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

/* The modules are loaded, as in a host that has started. */
static void place_init(struct place *place)
{
	g_autofree char *path = NULL, *start = NULL;
	const char *shell[] = { "sh", "-c", NULL, NULL };

	*place = (struct place){ .folder = workplace_make(), .path_before = g_strdup(g_getenv("PATH")) };
	place->files = g_build_filename(place->folder, "modules", NULL);
	place->loaded = g_build_filename(place->folder, "sys", NULL);
	g_assert_cmpint(g_mkdir(place->files, 0755), ==, 0);
	g_assert_cmpint(g_mkdir(place->loaded, 0755), ==, 0);
	g_free(workplace_write(place->files, "kvm.ko", "", 0));
	g_free(workplace_write(place->files, "kvm-intel.ko", "", 0));
	add_program(place, "rmmod", fake_rmmod);
	add_program(place, "insmod", fake_insmod);
	path = g_strconcat(place->folder, ":", place->path_before, NULL);
	g_setenv("PATH", path, TRUE);
	g_setenv("FAKE", place->folder, TRUE);
	start = g_strdup_printf("insmod %s/kvm.ko && insmod %s/kvm-intel.ko", place->files, place->files);
	shell[2] = start;
	g_assert_true(process_run(shell, 20, NULL));
	g_free(workplace_write(place->folder, "calls", "", 0));
	place->state = (struct kvm_modules_state){ .files = place->files, .loaded = place->loaded };
}

static void place_clear(struct place *place)
{
	g_setenv("PATH", place->path_before, TRUE);
	workplace_remove(place->folder);
	g_free(place->state.parameters);
	g_free(place->path_before);
	g_free(place->files);
	g_free(place->loaded);
}

/* The calls since the last time, and what the modules show. */
static void assert_calls(const struct place *place, const char *calls, const char *shown)
{
	g_autofree char *path = g_build_filename(place->folder, "calls", NULL);
	g_autofree char *content = NULL, *now = kvm_modules_show(&place->state);

	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, calls);
	g_assert_cmpstr(now, ==, shown);
	g_free(workplace_write(place->folder, "calls", "", 0));
}

static void set(struct place *place, const char *parameters)
{
	GError *error = NULL;
	gboolean done = kvm_modules_set(&place->state, parameters, &error);

	g_assert_no_error(error);
	g_assert_true(done);
}

static void assert_fails(struct place *place, const char *parameters, int code, const char *words)
{
	GError *error = NULL;

	g_assert_false(kvm_modules_set(&place->state, parameters, &error));
	assert_error_says(&error, code, words);
}

static void assert_refuses(struct place *place, const char *parameters, const char *words)
{
	assert_fails(place, parameters, BOOT_FAILED, words);
}

#define USUAL "kvm.ignore_msrs=N\nkvm_intel.enable_apicv=N\nkvm_intel.ept=Y\nkvm_intel.ple_gap=128\n"
#define ANEW(kvm, intel) "rmmod kvm_intel\nrmmod kvm\ninsmod kvm.ko " kvm "\ninsmod kvm-intel.ko " intel "\n"

static void test_usual(void)
{
	struct place place;

	place_init(&place);
	set(&place, NULL);
	assert_calls(&place, "", USUAL);
	place_clear(&place);
}

static void test_set(void)
{
	struct place place;

	place_init(&place);
	set(&place, "kvm_intel.ept=0");
	assert_calls(&place, ANEW(" ", "ept=0 "),
		"kvm.ignore_msrs=N\nkvm_intel.enable_apicv=N\nkvm_intel.ept=N\nkvm_intel.ple_gap=128\n");
	set(&place, "kvm_intel.ept=0");
	assert_calls(
		&place, "", "kvm.ignore_msrs=N\nkvm_intel.enable_apicv=N\nkvm_intel.ept=N\nkvm_intel.ple_gap=128\n");
	set(&place, " kvm_intel.ept=n \tkvm.ignore_msrs=1  kvm_intel.ple_gap=7");
	assert_calls(&place, ANEW("ignore_msrs=1 ", "ept=n ple_gap=7"),
		"kvm.ignore_msrs=Y\nkvm_intel.enable_apicv=N\nkvm_intel.ept=N\nkvm_intel.ple_gap=7\n");
	/* One that has its usual value already. */
	set(&place, "kvm_intel.enable_apicv=0 kvm_intel.ept=1");
	assert_calls(&place, ANEW(" ", "enable_apicv=0 ept=1"), USUAL);
	set(&place, NULL);
	assert_calls(&place, ANEW(" ", " "), USUAL);
	set(&place, NULL);
	assert_calls(&place, "", USUAL);
	place_clear(&place);
}

/* Parameters that the host has from its start stay, unless a case names another value, which comes later. */
static void test_usual_file(void)
{
	struct place place;

	place_init(&place);
	g_free(workplace_write(place.files, "parameters", "kvm_intel.ept=0\n", -1));
	set(&place, "kvm.ignore_msrs=1");
	assert_calls(&place, ANEW("ignore_msrs=1 ", "ept=0 "),
		"kvm.ignore_msrs=Y\nkvm_intel.enable_apicv=N\nkvm_intel.ept=N\nkvm_intel.ple_gap=128\n");
	set(&place, "kvm_intel.ple_gap=7");
	assert_calls(&place, ANEW(" ", "ept=0 ple_gap=7"),
		"kvm.ignore_msrs=N\nkvm_intel.enable_apicv=N\nkvm_intel.ept=N\nkvm_intel.ple_gap=7\n");
	place_clear(&place);
}

/* The kernel ignores a parameter that it does not know, and one that the CPU cannot support. */
static void test_not_taken(void)
{
	struct place place;

	place_init(&place);
	assert_refuses(
		&place, "kvm_intel.frob=1", "kvm_intel.frob=1 was given, and the nested host's kernel has no such");
	assert_fails(&place, "kvm_intel.ept=0 kvm_intel.enable_apicv=1", BOOT_LACKS,
		"the nested host's CPU does not support kvm_intel.enable_apicv=1");
	assert_refuses(&place, "kvm_amd.npt=0", "kvm_amd.npt=0 was given, and the nested host's kernel has no such");
	assert_refuses(&place, "kvm.ignore_msrs=2", "kvm.ignore_msrs=2 was given, and the nested host's kernel has N");
	set(&place, NULL);
	g_free(workplace_write(place.folder, "calls", "", 0));
	assert_calls(&place, "", USUAL);
	place_clear(&place);
}

/* After a failure the modules are in no known state, and are loaded anew even for the same parameters. */
static void test_not_loaded(void)
{
	struct place place;

	place_init(&place);
	assert_refuses(&place, "kvm_intel.ple_gap=x", "the nested host's KVM modules cannot be loaded anew: insmod: ");
	assert_calls(&place, ANEW(" ", "ple_gap=x "), "kvm.ignore_msrs=N\n");
	assert_refuses(&place, "kvm_intel.ple_gap=x", "the nested host's KVM modules cannot be loaded anew: insmod: ");
	assert_calls(&place, "rmmod kvm\ninsmod kvm.ko  \ninsmod kvm-intel.ko ple_gap=x \n", "kvm.ignore_msrs=N\n");
	set(&place, NULL);
	assert_calls(&place, "rmmod kvm\ninsmod kvm.ko  \ninsmod kvm-intel.ko  \n", USUAL);
	g_free(workplace_write(place.folder, "busy", "", 0));
	assert_refuses(&place, "kvm_intel.ept=0", "the nested host's KVM modules cannot be loaded anew: rmmod: ");
	place_clear(&place);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kvm-modules/usual", test_usual);
	g_test_add_func("/kvm-modules/set", test_set);
	g_test_add_func("/kvm-modules/usual-file", test_usual_file);
	g_test_add_func("/kvm-modules/not-taken", test_not_taken);
	g_test_add_func("/kvm-modules/not-loaded", test_not_loaded);
	return g_test_run();
}
