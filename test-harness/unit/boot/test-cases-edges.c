/* SPDX-License-Identifier: BSD-2-Clause */
/* Case files that are only just good or bad, and the exact messages of errors. */
#include <glib/gstdio.h>
#include <string.h>

#include "cases/case_keys.h"
#include "cases/cases.h"
#include "unit/fake/workplace.h"

#define NEEDED "why = because\naccel = kvm\ncpu = host\n"

/* Asserts the whole message after the folder's name. */
static void assert_bad(const char *content, const char *expected)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "x.ini", content, -1);
	GError *error = NULL;

	g_assert_null(cases_load(folder, &error));
	g_assert_true(g_str_has_prefix(error->message, path));
	g_assert_cmpstr(error->message + strlen(path), ==, expected);
	assert_error_says(&error, BOOT_USAGE, "");
	workplace_remove(folder);
}

static void test_messages(void)
{
	assert_bad("[a]\n" NEEDED "\n[a]\n" NEEDED, ":6: [a] is given twice");
	assert_bad("[a]\nwhy = w\n", ":3: [a] lacks a key: accel, cpu and why are needed");
	assert_bad("[a]\n" NEEDED "colour = red\n", ":5: unknown key \"colour\"");
	assert_bad("[a]\n" NEEDED "why = again\n", ":5: why is given twice");
	assert_bad("[a]\n" NEEDED "smp = 4097\n", ":5: smp = 4097: expected a number of vCPUs, 1 to 4096");
	assert_bad("[a]\n" NEEDED "verdict = good\n", ":5: verdict = good: expected none masked other kvm-behind kvm");
	assert_bad("[a]\n" NEEDED "store = disk\n", ":5: store = disk: expected memory, flash, none");
	assert_bad("[a]\n" NEEDED "qemu = \xff\n[b]\n" NEEDED, ":5: not UTF-8");
	assert_bad("[a]\n" NEEDED "# \xc3", ":5: not UTF-8");
}

/* A folder with a case file's name can be opened but not read. */
static void test_unreadable(void)
{
	char *folder = workplace_make();
	g_autofree char *inner = g_build_filename(folder, "b.ini", NULL);
	GError *error = NULL;

	g_free(workplace_write(folder, "a.ini", "[a]\n" NEEDED, -1));
	g_assert_cmpint(g_mkdir(inner, 0755), ==, 0);
	g_assert_null(cases_load(folder, &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, inner));
	g_error_free(error);
	workplace_remove(folder);
}

static void test_no_folder(void)
{
	GError *error = NULL;

	g_assert_null(cases_load("/nonexistent/cases", NULL));
	g_assert_null(cases_load("/nonexistent/cases", &error));
	assert_error_says(&error, BOOT_USAGE, "/nonexistent/cases");
}

/* Each case knows the line at which it begins, for errors that are found later. */
static void test_origin(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "x.ini", "# c\n\n[a]\n" NEEDED "[b]\n" NEEDED, -1);
	g_autofree char *first = g_strconcat(path, ":3", NULL), *second = g_strconcat(path, ":7", NULL);
	GError *error = NULL;
	GPtrArray *cases = cases_load(folder, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(cases->len, ==, 2);
	g_assert_cmpstr(((const struct boot_case *)g_ptr_array_index(cases, 0))->origin, ==, first);
	g_assert_cmpstr(((const struct boot_case *)g_ptr_array_index(cases, 1))->origin, ==, second);
	g_ptr_array_unref(cases);
	workplace_remove(folder);
}

/* The smallest and the largest value of each number are taken, and the values just outside are refused. */
static const struct {
	const char *key, *value;
	gboolean good;
} values[] = {
	{ "smp", "1", TRUE },
	{ "smp", "4096", TRUE },
	{ "smp", "0", FALSE },
	{ "smp", "4097", FALSE },
	{ "smp", "0x2", FALSE },
	{ "base", "0x40000000", TRUE },
	{ "base", "0x4000ff00", TRUE },
	{ "base", "0x3fffff00", FALSE },
	{ "base", "0x40010000", FALSE },
	{ "base", "0x40000001", FALSE },
	{ "base", "0x40000080", FALSE },
	{ "base", "1073741824", FALSE },
	{ "max-leaf", "0x40000000", TRUE },
	{ "max-leaf", "0x4000ffff", TRUE },
	{ "max-leaf", "0x3fffffff", FALSE },
	{ "max-leaf", "0x40010000", FALSE },
	{ "max-leaf", "40000001", FALSE },
	{ "max-leaf", "0x", FALSE },
	{ "started-by", "shell", TRUE },
	{ "started-by", "firmware", TRUE },
	{ "started-by", "hand", FALSE },
	{ "start", "cold", TRUE },
	{ "start", "restore", TRUE },
	{ "start", "warm", FALSE },
	{ "verdict", "none", TRUE },
	{ "verdict", "masked", TRUE },
	{ "verdict", "other", TRUE },
	{ "verdict", "kvm-behind", TRUE },
	{ "verdict", "kvm", TRUE },
	{ "store", "flash", TRUE },
	{ "store", "none", TRUE },
	{ "store", "", FALSE },
	{ "exactly", "PV_EOI", TRUE },
	{ "exactly", "nothing", FALSE },
	{ "exactly", "", FALSE },
	{ "set", "", FALSE },
};

static void test_values(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct boot_case *boot_case = case_new("a");
		GError *error = NULL;

		g_test_message("%s = %s", values[i].key, values[i].value);
		g_assert_cmpint(case_set_key(boot_case, values[i].key, values[i].value, &error), ==, values[i].good);
		if (values[i].good) {
			g_assert_no_error(error);
		} else {
			g_autofree char *begin = g_strdup_printf("%s = ", values[i].key);

			g_assert_true(g_str_has_prefix(error->message, begin));
			assert_error_says(&error, BOOT_USAGE, ": expected ");
		}
		case_free(boot_case);
	}
}

/* A key sets its own member and no other. */
static void test_fields(void)
{
	struct boot_case *boot_case = case_new("a");

	g_assert_false(case_has_expectations(boot_case));
	g_assert_true(case_set_key(boot_case, "status", "pass", NULL));
	g_assert_true(case_set_key(boot_case, "report", "none", NULL));
	g_assert_true(case_set_key(boot_case, "start", "cold", NULL));
	g_assert_true(case_set_key(boot_case, "started-by", "shell", NULL));
	/* These two expectations can be judged without a report. */
	g_assert_false(case_has_expectations(boot_case));
	g_assert_true(boot_case->cold && boot_case->by_shell && !boot_case->has_exactly);
	g_assert_true(case_set_key(boot_case, "max-leaf", "0x40000001", NULL));
	g_assert_true(case_has_expectations(boot_case));
	g_assert_cmphex(boot_case->max_leaf, ==, 0x40000001);
	/* KVM_FEATURE_PV_EOI is bit 6 of EAX, KVM_HINTS_REALTIME bit 0 of EDX (cpuid.rst). */
	g_assert_true(case_set_key(boot_case, "exactly", "PV_EOI, KVM_HINTS_REALTIME", NULL));
	g_assert_true(boot_case->has_exactly);
	g_assert_cmphex(boot_case->exactly[0], ==, 0x40);
	g_assert_cmphex(boot_case->exactly[1], ==, 1);
	g_assert_cmphex(boot_case->set[0] | boot_case->set[1] | boot_case->clear[0] | boot_case->clear[1], ==, 0);
	case_free(boot_case);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cases-edges/messages", test_messages);
	g_test_add_func("/cases-edges/unreadable", test_unreadable);
	g_test_add_func("/cases-edges/no-folder", test_no_folder);
	g_test_add_func("/cases-edges/origin", test_origin);
	g_test_add_func("/cases-edges/values", test_values);
	g_test_add_func("/cases-edges/fields", test_fields);
	return g_test_run();
}
