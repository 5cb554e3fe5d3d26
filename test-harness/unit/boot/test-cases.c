/* SPDX-License-Identifier: BSD-2-Clause */
/* Good and bad case files; an error names the file and the line. */
#include "cases/cases.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "kvmleaf/kvm_abi.h"

#define NEEDED "why = because\naccel = kvm\ncpu = host\n"

struct folder {
	char *path;
	GPtrArray *files;
};

static void folder_init(struct folder *folder)
{
	folder->path = g_dir_make_tmp("kvmleaf-cases-XXXXXX", NULL);
	folder->files = g_ptr_array_new_with_free_func(g_free);
	g_assert_nonnull(folder->path);
}

static void folder_add(struct folder *folder, const char *name, const char *content)
{
	char *path = g_build_filename(folder->path, name, NULL);

	g_assert_true(g_file_set_contents(path, content, -1, NULL));
	g_ptr_array_add(folder->files, path);
}

static void folder_clear(struct folder *folder)
{
	for (guint i = 0; i < folder->files->len; i++)
		(void)g_unlink(g_ptr_array_index(folder->files, i));
	(void)g_rmdir(folder->path);
	g_ptr_array_unref(folder->files);
	g_free(folder->path);
}

static GPtrArray *load_good(const struct folder *folder)
{
	GError *error = NULL;
	GPtrArray *cases = cases_load(folder->path, &error);

	g_assert_no_error(error);
	g_assert_nonnull(cases);
	return cases;
}

static void test_whole_case(void)
{
	struct folder folder;
	GPtrArray *cases;
	const struct boot_case *boot_case;

	folder_init(&folder);
	folder_add(&folder, "a.ini",
		"# a comment\r\n\r\n  [whole.case-1]  \r\n why =  because = so \r\naccel=kvm\ncpu = max,-kvmclock\n"
		"machine = pc\nsmp = 4\nqemu = -m 256 -device \"x y\"\nstore = flash\narguments = --json --quiet\n"
		"verdict = kvm-behind\nstatus = not-stored\nbase = 0x40000100\nsignature = KVMKVMKVM\n"
		"kvm-parameters = kvm.ignore_msrs=1\t kvm.x=a,b\nhypervisor-bit = clear\nset = PV_EOI, "
		"kvm-hint-dedicated, MMU_OP\nclear = kvmclock\n");
	cases = load_good(&folder);
	g_assert_cmpuint(cases->len, ==, 1);
	boot_case = g_ptr_array_index(cases, 0);
	g_assert_cmpstr(boot_case->name, ==, "whole.case-1");
	g_assert_cmpstr(boot_case->why, ==, "because = so");
	g_assert_cmpstr(boot_case->accel, ==, "kvm");
	g_assert_cmpstr(boot_case->kvm_parameters, ==, "kvm.ignore_msrs=1\t kvm.x=a,b");
	g_assert_cmpstr(boot_case->cpu, ==, "max,-kvmclock");
	g_assert_cmpstr(boot_case->machine, ==, "pc");
	g_assert_cmpuint(boot_case->smp, ==, 4);
	g_assert_cmpuint(g_strv_length(boot_case->extra), ==, 4);
	g_assert_cmpstr(boot_case->extra[3], ==, "x y");
	g_assert_cmpstr(boot_case->store, ==, "flash");
	g_assert_cmpstr(boot_case->arguments, ==, "--json --quiet");
	g_assert_cmpstr(boot_case->verdict, ==, "kvm-behind");
	g_assert_cmpstr(boot_case->status, ==, "not-stored");
	g_assert_cmphex(boot_case->base, ==, 0x40000100);
	g_assert_cmpstr(boot_case->signature, ==, "KVMKVMKVM");
	g_assert_cmpstr(boot_case->hypervisor_bit, ==, "clear");
	g_assert_cmphex(boot_case->set[KVM_EAX], ==, 0x44);
	g_assert_cmphex(boot_case->set[KVM_EDX], ==, 1);
	g_assert_cmphex(boot_case->clear[KVM_EAX], ==, 9);
	g_assert_cmphex(boot_case->clear[KVM_EDX], ==, 0);
	g_ptr_array_unref(cases);
	folder_clear(&folder);
}

static void test_defaults_and_order(void)
{
	static const char *const names[] = { "one", "two", "three" };
	struct folder folder;
	GPtrArray *cases;
	const struct boot_case *boot_case;

	folder_init(&folder);
	folder_add(&folder, "b.ini", "[three]\n" NEEDED);
	folder_add(&folder, "a.ini", "[one]\n" NEEDED "[two]\n" NEEDED "smp = 2\nstore = none\n");
	folder_add(&folder, "README.md", "[four]\n");
	folder_add(&folder, "c.ini", "# nothing yet\n");
	cases = load_good(&folder);
	g_assert_cmpuint(cases->len, ==, 3);
	for (guint i = 0; i < 3; i++) {
		boot_case = g_ptr_array_index(cases, i);
		g_assert_cmpstr(boot_case->name, ==, names[i]);
		g_assert_cmpstr(boot_case->machine, ==, "q35");
		g_assert_cmpstr(boot_case->arguments, ==, "");
		g_assert_cmpuint(boot_case->smp, ==, i == 1 ? 2 : 1);
		g_assert_cmpstr(boot_case->store, ==, i == 1 ? "none" : NULL);
		g_assert_null(boot_case->verdict);
		g_assert_cmphex(boot_case->base | boot_case->set[0] | boot_case->clear[0], ==, 0);
	}
	g_ptr_array_unref(cases);
	folder_clear(&folder);
}

/* Case files are read in the order of their names, in whatever order the file system lists them. */
static void test_order_of_files(void)
{
	struct folder folder;
	GPtrArray *cases;

	folder_init(&folder);
	for (int i = 0; i < 26; i++) {
		char file[] = { (char)('a' + i * 7 % 26), '.', 'i', 'n', 'i', '\0' };
		g_autofree char *content = g_strdup_printf("[%c]\n" NEEDED, file[0]);

		folder_add(&folder, file, content);
	}
	cases = load_good(&folder);
	g_assert_cmpuint(cases->len, ==, 26);
	for (guint i = 0; i < 26; i++)
		g_assert_cmpint(((struct boot_case *)g_ptr_array_index(cases, i))->name[0], ==, 'a' + (int)i);
	g_ptr_array_unref(cases);
	folder_clear(&folder);
}

static void assert_bad(const struct folder *folder, const char *where, const char *word)
{
	GError *error = NULL;

	g_assert_null(cases_load(folder->path, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	if ((*where != '\0' && strstr(error->message, where) == NULL) || strstr(error->message, word) == NULL ||
		strchr(error->message, '\n') != NULL)
		g_error("\"%s\" does not say %s and %s", error->message, where, word);
	g_error_free(error);
}

static const struct {
	const char *content, *where, *word;
} bad_lines[] = {
	{ "[a]\n" NEEDED "colour = red\n", "x.ini:5:", "colour" },
	{ "[a]\n" NEEDED "Verdict = kvm\n", "x.ini:5:", "Verdict" },
	{ "[a]\n" NEEDED "verdict = good\n", "x.ini:5:", "kvm-behind" },
	{ "[a]\n" NEEDED "verdict =\n", "x.ini:5:", "verdict" },
	{ "[a]\n" NEEDED "status = fine\n", "x.ini:5:", "not-stored" },
	{ "[a]\n" NEEDED "set = PV_EOI,NO_SUCH\n", "x.ini:5:", "NO_SUCH" },
	{ "[a]\n" NEEDED "set = PV_EOI,\n", "x.ini:5:", "set" },
	{ "[a]\n" NEEDED "clear = 8\n", "x.ini:5:", "clear" },
	{ "[a]\n" NEEDED "smp = 0\n", "x.ini:5:", "smp" },
	{ "[a]\n" NEEDED "smp = many\n", "x.ini:5:", "many" },
	{ "[a]\n" NEEDED "smp = 4097\n", "x.ini:5:", "4097" },
	{ "[a]\n" NEEDED "base = 40000000\n", "x.ini:5:", "base" },
	{ "[a]\n" NEEDED "base = 1x40000000\n", "x.ini:5:", "1x40000000" },
	{ "[a]\n" NEEDED "base = 0x3fffff00\n", "x.ini:5:", "0x3fffff00" },
	{ "[a]\n" NEEDED "base = 0x40010000\n", "x.ini:5:", "0x40010000" },
	{ "[a]\n" NEEDED "store = disk\n", "x.ini:5:", "disk" },
	{ "[a]\n" NEEDED "hypervisor-bit = 1\n", "x.ini:5:", "clear" },
	{ "[a]\n" NEEDED "qemu = \"open\n", "x.ini:5:", "qemu" },
	{ "[a]\nwhy = w\ncpu = c\naccel = hvf\n", "x.ini:4:", "hvf" },
	{ "[a]\n" NEEDED "what is this\n", "x.ini:5:", "key = value" },
	{ "[a]\n" NEEDED "= value\n", "x.ini:5:", "key" },
	{ "\n# c\nwhy = because\n", "x.ini:3:", "[name]" },
	{ "[a\n", "x.ini:1:", "[name]" },
	{ "[]\n", "x.ini:1:", "[name]" },
	{ "[\n", "x.ini:1:", "[name]" },
	{ "[a b]\n", "x.ini:1:", "name" },
	{ "[A]\n", "x.ini:1:", "name" },
	{ "[a/../b]\n", "x.ini:1:", "name" },
	{ "[..]\n", "x.ini:1:", "name" },
	{ "[.]\n", "x.ini:1:", "name" },
	{ "[.a]\n", "x.ini:1:", "name" },
	{ "[a]\n" NEEDED "set = PV_EOI\nset = PV_IPI\n", "x.ini:6:", "set is given twice" },
	{ "[a]\n" NEEDED "why = again\n", "x.ini:5:", "why is given twice" },
	{ "[a]\n" NEEDED "kvm-parameters = ept=0\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm_intel.ept\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm_intel.ept=\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm_intel.=0\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm_intel./a=0\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm.a=0 vfio.b=1\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm_i.ept=0\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters =\n", "x.ini:5:", "words such as kvm_intel.ept=0" },
	{ "[a]\n" NEEDED "kvm-parameters = kvm.a=1 kvm_intel.ept=0\n",
		"x.ini:", "kvm_intel.ept=0 needs maker = intel" },
	{ "[a]\n" NEEDED "maker = amd\nkvm-parameters = kvm_intel.ept=0\n", "x.ini:", "needs maker = intel" },
	{ "[a]\n" NEEDED "maker = intel\nkvm-parameters = kvm_amd.npt=0\n", "x.ini:", "needs maker = amd" },
	{ "[a]\nwhy = x\naccel = tcg\ncpu = max\nkvm-parameters = kvm.a=1\n", "x.ini:", "need accel = kvm" },
	{ "[a]\n" NEEDED "report = none\nverdict = kvm\n", "x.ini:", "report = none" },
	{ "[a]\n" NEEDED "report = maybe\n", "x.ini:5:", "needed, none" },
	{ "# no case\n", "", "no case in any" },
	{ "", "", "no case in any" },
	{ "[a]\n" NEEDED "\n[a]\n" NEEDED, "x.ini:6:", "[a]" },
	{ "[a]\nwhy = because\naccel = kvm\n[b]\n" NEEDED, "x.ini:", "[a]" },
	{ "[a]\nwhy = because\ncpu = host\n", "x.ini:", "[a]" },
	{ "[a]\naccel = kvm\ncpu = host\n", "x.ini:", "[a]" },
	{ "[a]\n", "x.ini:", "[a]" },
};

static void test_bad_lines(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad_lines); i++) {
		struct folder folder;

		folder_init(&folder);
		folder_add(&folder, "x.ini", bad_lines[i].content);
		assert_bad(&folder, bad_lines[i].where, bad_lines[i].word);
		folder_clear(&folder);
	}
}

/* A case's name is unique over all files, and keys at the beginning of a file do not belong to the last case of the
 * file before it. */
static void test_across_files(void)
{
	struct folder folder;

	folder_init(&folder);
	folder_add(&folder, "a.ini", "[one]\n" NEEDED);
	folder_add(&folder, "b.ini", "\n[one]\n" NEEDED);
	assert_bad(&folder, "b.ini:2:", "[one]");
	folder_add(&folder, "b.ini", "smp = 2\n");
	assert_bad(&folder, "b.ini:1:", "[name]");
	folder_add(&folder, "a.ini", "[one]\nwhy = because\n");
	folder_add(&folder, "b.ini", "[two]\n" NEEDED);
	assert_bad(&folder, "a.ini:", "[one]");
	folder_clear(&folder);
}

/* Text after a NUL byte would be ignored silently, so the file is refused. */
static void test_nul(void)
{
	static const char content[] = "[a]\n" NEEDED "smp = 2\0\nverdict = kvm\n";
	struct folder folder;
	g_autofree char *path = NULL;

	folder_init(&folder);
	folder_add(&folder, "x.ini", "");
	path = g_build_filename(folder.path, "x.ini", NULL);
	g_assert_true(g_file_set_contents(path, content, sizeof(content) - 1, NULL));
	assert_bad(&folder, "x.ini:5:", "NUL");
	folder_clear(&folder);
}

static void test_no_folder(void)
{
	GError *error = NULL;

	g_assert_null(cases_load("/nonexistent/kvmleaf/cases", &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, "/nonexistent/kvmleaf/cases"));
	g_error_free(error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cases/whole-case", test_whole_case);
	g_test_add_func("/cases/defaults-and-order", test_defaults_and_order);
	g_test_add_func("/cases/order-of-files", test_order_of_files);
	g_test_add_func("/cases/bad-lines", test_bad_lines);
	g_test_add_func("/cases/across-files", test_across_files);
	g_test_add_func("/cases/nul", test_nul);
	g_test_add_func("/cases/no-folder", test_no_folder);
	return g_test_run();
}
