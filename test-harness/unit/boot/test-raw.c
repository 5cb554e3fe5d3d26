/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A report in the form of cpuid -r: a line for each leaf, and every leaf for every CPU. APIC ids are where the
 * Intel SDM has them, volume 2A, CPUID: leaf 1 EBX[31:24], leaves 0xb and 0x1f EDX.
 */
#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "report/raw.h"

#define ROW(leaf, eax, ebx, ecx, edx) "['" leaf "', '0x00000000', '" eax "', '" ebx "', '" ecx "', '" edx "']"
#define OWN(leaf, name, value, ids)                                                                                    \
	"{'leaf': '" leaf "', 'register': '" name "', 'value': '" value "', 'apic_ids': [" ids "]}"

static char *raw_of(const char *leaves, unsigned count, const char *differing, GError **error)
{
	g_autofree char *report = g_strdup_printf(
		"{'leaves': [%s], 'vcpus': {'count': %u, 'differing': [%s]}}", leaves, count, differing);

	return raw_text(g_strdelimit(report, "'", '"'), error);
}

static void assert_raw(const char *leaves, unsigned count, const char *differing, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = raw_of(leaves, count, differing, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, expected);
}

static void assert_refused(const char *leaves, unsigned count, const char *differing, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(raw_of(leaves, count, differing, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	g_assert_nonnull(strstr(error->message, words));
}

static void test_one(void)
{
	assert_raw("['0x00000000', '0x00000000', '0x00000010', '0x68747541', '0x444d4163', '0x69746e65'],"
		   "['0x00000001', '0x00000000', '0x00800f12', '0x03010800', '0xfffa3203', '0x178bfbff'],"
		   "['0x00000004', '0x00000003', '0x1c004143', '0x02c0003f', '0x000003ff', '0x00000001'],"
		   "['0x0000000b', '0x00000001', '0x00000002', '0x00000004', '0x00000201', '0x00000003'],"
		   "['0x0000001f', '0x0000001f', '0x00000002', '0x00000004', '0x00000201', '0x00000003']",
		1, "",
		"CPU 0:\n"
		"   0x00000000 0x00: eax=0x00000010 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n"
		"   0x00000001 0x00: eax=0x00800f12 ebx=0x03010800 ecx=0xfffa3203 edx=0x178bfbff\n"
		"   0x00000004 0x03: eax=0x1c004143 ebx=0x02c0003f ecx=0x000003ff edx=0x00000001\n"
		"   0x0000000b 0x01: eax=0x00000002 ebx=0x00000004 ecx=0x00000201 edx=0x00000003\n"
		"   0x0000001f 0x1f: eax=0x00000002 ebx=0x00000004 ecx=0x00000201 edx=0x00000003\n");
}

/* A vCPU that differs has its own values, and its APIC id in the leaves that have one. */
static void test_apic_ids(void)
{
	assert_raw(ROW("0x00000001", "0x00800f12", "0x03abcdef", "0x00000011", "0x00000022") "," ROW(
			   "0x0000000b", "0x1", "0x2", "0x3", "0x7") "," ROW("0x0000000c", "0x4", "0x5", "0x6",
			   "0x7") "," ROW("0x0000001f", "0x8", "0x9", "0xa", "0xb"),
		3, OWN("0x00000001", "edx", "0x00000033", "['0x00000005', '0x00000005']"),
		"CPU 0:\n"
		"   0x00000001 0x00: eax=0x00800f12 ebx=0x03abcdef ecx=0x00000011 edx=0x00000022\n"
		"   0x0000000b 0x00: eax=0x00000001 ebx=0x00000002 ecx=0x00000003 edx=0x00000007\n"
		"   0x0000000c 0x00: eax=0x00000004 ebx=0x00000005 ecx=0x00000006 edx=0x00000007\n"
		"   0x0000001f 0x00: eax=0x00000008 ebx=0x00000009 ecx=0x0000000a edx=0x0000000b\n"
		"CPU 1:\n"
		"   0x00000001 0x00: eax=0x00800f12 ebx=0x05abcdef ecx=0x00000011 edx=0x00000033\n"
		"   0x0000000b 0x00: eax=0x00000001 ebx=0x00000002 ecx=0x00000003 edx=0x00000005\n"
		"   0x0000000c 0x00: eax=0x00000004 ebx=0x00000005 ecx=0x00000006 edx=0x00000007\n"
		"   0x0000001f 0x00: eax=0x00000008 ebx=0x00000009 ecx=0x0000000a edx=0x00000005\n");
}

/* clang-format off */
#define LINE(leaf, eax, ebx, ecx, edx) \
	"   0x" leaf " 0x00: eax=0x0000000" eax " ebx=0x0000000" ebx " ecx=0x0000000" ecx " edx=0x0000000" edx "\n"

/* The report's ranges of leaves may come in any order. */
static const char range_leaves[] =
	ROW("0x40000001", "0x1", "0x2", "0x3", "0x4") ","
	ROW("0x40000002", "0x5", "0x6", "0x7", "0x8");
static const char ranges[] =
	OWN("0x40000001", "eax", "0xa", "['0x9', '0xa'], ['0x1', '0x3']") ","
	OWN("0x40000001", "ecx", "0xb", "['0x1', '0x1']") ","
	OWN("0x40000002", "ebx", "0xc", "['0x3', '0x3']") ","
	OWN("0x40000002", "edx", "0xd", "['0x9', '0x9']");
static const char range_rows[] =
	"CPU 0:\n" LINE("40000001", "1", "2", "3", "4") LINE("40000002", "5", "6", "7", "8")
	"CPU 1:\n" LINE("40000001", "a", "2", "b", "4") LINE("40000002", "5", "6", "7", "8")
	"CPU 2:\n" LINE("40000001", "a", "2", "3", "4") LINE("40000002", "5", "6", "7", "8")
	"CPU 3:\n" LINE("40000001", "a", "2", "3", "4") LINE("40000002", "5", "c", "7", "8")
	"CPU 4:\n" LINE("40000001", "a", "2", "3", "4") LINE("40000002", "5", "6", "7", "d")
	"CPU 5:\n" LINE("40000001", "a", "2", "3", "4") LINE("40000002", "5", "6", "7", "8");

/* Leaves that only other vCPUs have come after those of the first one; unknown registers are 0. */
static const char own_leaves[] =
	OWN("0x40000100", "eax", "0xa", "['0x1', '0x1'], ['0x3', '0x3']") ","
	OWN("0x40000100", "edx", "0xb", "['0x1', '0x1']") ","
	OWN("0x40000000", "ebx", "0xc", "['0x2', '0x2']") ","
	OWN("0x00000001", "ecx", "0xd", "['0x3', '0x4']");
static const char own_rows[] =
	"CPU 0:\n" LINE("40000000", "1", "2", "3", "4")
	"CPU 1:\n" LINE("40000000", "1", "2", "3", "4") LINE("40000100", "a", "0", "0", "b")
	"CPU 2:\n" LINE("40000000", "1", "c", "3", "4")
	"CPU 3:\n" LINE("40000000", "1", "2", "3", "4") LINE("40000100", "a", "0", "0", "0")
	"   0x00000001 0x00: eax=0x00000000 ebx=0x03000000 ecx=0x0000000d edx=0x00000000\n"
	"CPU 4:\n" LINE("40000000", "1", "2", "3", "4")
	"   0x00000001 0x00: eax=0x00000000 ebx=0x04000000 ecx=0x0000000d edx=0x00000000\n";
/* clang-format on */

static void test_ranges(void)
{
	static const char too_many[] = "more vCPUs that differ than vCPUs";

	assert_raw(range_leaves, 6, ranges, range_rows);
	assert_refused(range_leaves, 5, ranges, too_many);
	assert_refused(range_leaves, 1, OWN("0x40000001", "eax", "0xa", "['0x1', '0x1']"), too_many);
}

static void test_own_leaves(void)
{
	assert_raw(ROW("0x40000000", "0x1", "0x2", "0x3", "0x4"), 5, own_leaves, own_rows);
	/* Each leaf comes once, in whatever order the rows of the report are. */
	assert_raw(ROW("0x40000000", "0x1", "0x2", "0x3", "0x4"), 2,
		OWN("0x40000100", "eax", "0xa", "['0x1', '0x1']") "," OWN("0x40000200", "eax", "0xb",
			"['0x1', '0x1']") "," OWN("0x40000100", "edx", "0xc", "['0x1', '0x1']"),
		"CPU 0:\n" LINE("40000000", "1", "2", "3", "4") "CPU 1:\n" LINE("40000000", "1", "2", "3", "4")
			LINE("40000100", "a", "0", "0", "c") LINE("40000200", "b", "0", "0", "0"));
}

/* The first vCPU need not have the lowest APIC id. */
static void test_id_zero(void)
{
	assert_raw(ROW("0x00000001", "0x1", "0x02000000", "0x3", "0x4"), 2,
		OWN("0x00000001", "ecx", "0x5", "['0x0', '0x0']"),
		"CPU 0:\n   0x00000001 0x00: eax=0x00000001 ebx=0x02000000 ecx=0x00000003 edx=0x00000004\n"
		"CPU 1:\n   0x00000001 0x00: eax=0x00000001 ebx=0x00000000 ecx=0x00000005 edx=0x00000004\n");
}

static void test_no_leaves(void)
{
	g_autoptr(GError) error = NULL;

	assert_refused("", 1, "", "the report has no leaves");
	/* Without leaves of the first vCPU there is nothing from which another one could differ. */
	assert_refused("", 4, OWN("0x40000001", "eax", "0xa", "['0x1', '0x1']"), "the report has no leaves");
	g_assert_null(raw_text("{}", &error));
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/raw/one", test_one);
	g_test_add_func("/raw/apic-ids", test_apic_ids);
	g_test_add_func("/raw/ranges", test_ranges);
	g_test_add_func("/raw/own-leaves", test_own_leaves);
	g_test_add_func("/raw/id-zero", test_id_zero);
	g_test_add_func("/raw/no-leaves", test_no_leaves);
	return g_test_run();
}
