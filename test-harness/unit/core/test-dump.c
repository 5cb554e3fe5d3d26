/* SPDX-License-Identifier: BSD-2-Clause */
/* Dumps in the text form of cpuid -r: which texts are accepted, and where an error is said to be. */
#include "core/judge/examine.h"
#include "unit/fake/recorded.h"

#define ZERO "   0x00000000 0x00: eax=0x0000000d ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n"
#define ONE "   0x00000001 0x00: eax=0x00800f12 ebx=0x00010800 ecx=0xfffa3203 edx=0x1f8bfbff\n"
#define ZERO_IDS "   0x00000001 0x00: eax=0x00800f12 ebx=0x00000000 ecx=0xfffa3203 edx=0x1f8bfbfe\n"
#define BASE "   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n"
#define FEATURES "   0x40000001 0x00: eax=0x01007afb ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"

/* Returns the error, "" for none. The text is copied without spare bytes, so that ASan notices reads behind it. */
static char *decode_text(const char *text, size_t length, struct report *report)
{
	g_autofree struct dump *dump = g_new(struct dump, 1);
	g_autofree char *copy = g_memdup2(text, length);
	char buffer[512];
	struct text error;
	bool good;

	text_init(&error, buffer, sizeof(buffer));
	*report = (struct report){ 0 };
	dump_init(dump, copy, length);
	good = examine_dump(dump, report, &error);
	g_assert_false(error.overflow);
	g_assert_cmpint(good, ==, error.length == 0);
	return g_strndup(buffer, error.length);
}

static void assert_good(const char *text, unsigned vcpus)
{
	struct report report;
	g_autofree char *error = decode_text(text, strlen(text), &report);

	g_assert_cmpstr(error, ==, "");
	g_assert_cmpint(report.source, ==, SOURCE_REPLAY);
	g_assert_cmpuint(report.vcpu_count, ==, vcpus);
	g_assert_cmpuint(report.vcpus_checked, ==, vcpus);
	g_assert_cmpint(report.verdict, ==, VERDICT_KVM);
	g_assert_cmphex(report.kvm.eax, ==, 0x01007afb);
}

static void test_good(void)
{
	assert_good("CPU 0:\n" ZERO ONE BASE FEATURES, 1);
	assert_good("\xef\xbb\xbf"
		    "CPU 0:\n" ZERO ONE BASE FEATURES,
		1);
	assert_good(
		"CPU 0:\n   0x00000000: eax=0x0d ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n" ONE BASE FEATURES, 1);
	assert_good(ZERO ONE BASE FEATURES "CPU 1:\n" ZERO ONE BASE FEATURES, 2);
	assert_good("CPU:\n" ZERO ONE BASE FEATURES, 1);
	assert_good("\n\nCPU 0:\r\n\n" ZERO "\n" ONE BASE FEATURES "\n", 1);
	assert_good("CPU 0:\n" ZERO ONE BASE FEATURES "CPU 1:\n" ZERO ONE BASE FEATURES, 2);
	assert_good("CPU 0:\n0x0 0x0: eax=0xD ebx=0x68747541 ecx=0x444D4163 edx=0x69746e65\n" ONE BASE FEATURES, 1);
}

static void assert_bad(const char *text, const char *expected)
{
	struct report report;
	g_autofree char *error = decode_text(text, strlen(text), &report);

	g_assert_cmpstr(error, ==, expected);
}

static void test_bad(void)
{
	assert_bad("", "line 1, column 1: expected \"CPU 0:\", as cpuid -r begins");
	assert_bad("\n\n", "line 3, column 1: expected \"CPU 0:\", as cpuid -r begins");
	assert_bad(ZERO, "line 2, column 1: expected leaves 0x0 and 0x1 of this CPU");
	assert_bad("?\n" ZERO, "line 1, column 1: expected \"CPU 0:\", as cpuid -r begins");
	assert_bad("\xef\xbb\xbf", "line 1, column 1: expected \"CPU 0:\", as cpuid -r begins");
	assert_bad("\xef\xbbx", "line 1, column 1: expected \"CPU 0:\", as cpuid -r begins");
	assert_bad("CPU 0:\n0xg", "line 2, column 3: expected a hexadecimal digit");
	assert_bad("CPU 0:\n0x`", "line 2, column 3: expected a hexadecimal digit");
	assert_bad("CPU x:\n", "line 1, column 5: expected \":\"");
	assert_bad("CPU 0: x\n", "line 1, column 8: expected the end of the line");
	assert_bad("CPU 0:\n", "line 2, column 1: expected leaves 0x0 and 0x1 of this CPU");
	assert_bad("CPU 0:\nCPU 1:\n" ZERO, "line 2, column 1: expected leaves 0x0 and 0x1 of this CPU");
	assert_bad("CPU 0:\n" ZERO "   vendor_id = AuthenticAMD\n", "line 3, column 4: expected \"0x\"");
	assert_bad("CPU 0:\n   0x00000000 00: eax=0x0\n", "line 2, column 15: expected \"0x\"");
	assert_bad("CPU 0:\n   0x 0x00:\n", "line 2, column 6: expected a hexadecimal digit");
	assert_bad("CPU 0:\n   0x000000000 0x00:\n", "line 2, column 14: expected at most 8 hexadecimal digits");
	assert_bad("CPU 0:\n   0x00000000 0x00 eax=0x0\n", "line 2, column 19: expected \":\"");
	assert_bad("CPU 0:\n   0x00000000 0x00: ebx=0x0\n", "line 2, column 21: expected \"eax=\"");
	assert_bad("CPU 0:\n   0x00000000 0x00: eax=0x0 ebx=0x0 ecx=0x0\n", "line 2, column 44: expected \"edx=\"");
	assert_bad("CPU 0:\n   0x00000000 0x00: eax=0x0 ebx=0x0 ecx=0x0 edx=0x0 more\n",
		"line 2, column 53: expected the end of the line");
	assert_bad("CPU 0:\n" ZERO BASE, "line 4, column 1: expected leaves 0x0 and 0x1 of this CPU");
	assert_bad("CPU 0:\n" ZERO ONE BASE FEATURES "CPU 1:\n" ZERO,
		"line 8, column 1: expected leaves 0x0 and 0x1 of this CPU");
	/* An error in a later CPU makes the whole dump wrong. */
	assert_bad("CPU 0:\n" ZERO ONE "CPU 1:\n" ZERO "?\n", "line 6, column 1: expected \"0x\"");
}

static void test_too_long(void)
{
	g_autoptr(GString) text = g_string_new("CPU 0:\n");

	for (unsigned i = 0; i < DUMP_LEAVES_MAX / 2; i++)
		g_string_append(text, ZERO ONE);
	{
		struct report report;
		g_autofree char *error = decode_text(text->str, text->len, &report);

		g_assert_cmpstr(error, ==, "");
	}
	g_string_append(text, ZERO);
	assert_bad(text->str, "line 1026, column 4: expected no more than 1024 lines for one CPU");
}

/* A text that is cut off anywhere, or has bytes changed, gives an error or a report, and no reads outside it. */
static void test_damage(void)
{
	static const char whole[] = "CPU 0:\n" ZERO ONE BASE FEATURES "CPU 1:\n" ZERO ONE BASE;
	struct report report;

	for (size_t length = 0; length < sizeof(whole); length++)
		g_free(decode_text(whole, length, &report));
	for (size_t i = 0; i < 20000; i++) {
		g_autofree char *text = g_strdup(whole);

		for (int changes = g_test_rand_int_range(1, 4); changes > 0; changes--)
			text[g_test_rand_int_range(0, sizeof(whole) - 1)] = (char)g_test_rand_int_range(0, 256);
		g_free(decode_text(text, sizeof(whole) - 1, &report));
	}
}

/* A query returns the registers of exactly that leaf and subleaf, and zeros for one that is not in the dump. */
static void test_registers(void)
{
	static const char text[] =
		"CPU 0:\n" ZERO ONE "   0x0000000d 0x00: eax=0x0000000a ebx=0x0000000b ecx=0x0000000c edx=0x0000000d\n"
		"   0x0000000d 0x01: eax=0x11111111 ebx=0x22222222 ecx=0x33333333 edx=0x44444444\n"
		"   0xffffffff 0xffffffff: eax=0xffffffff ebx=0x89abcdef ecx=0x1 edx=0x0\n"
		"CPU 1:\n" ZERO ONE;
	g_autofree struct dump *dump = g_new(struct dump, 1);
	struct cpuid_source cpu = dump_source(dump);
	char buffer[512];
	struct cpuid_regs regs;
	struct text error;

	text_init(&error, buffer, sizeof(buffer));
	dump_init(dump, text, sizeof(text) - 1);
	g_assert_cmpint(dump_next(dump, &error), ==, DUMP_CPU);
	regs = cpu.query(cpu.context, 0, 0);
	assert_regs(&regs, 0xd, 0x68747541, 0x444d4163, 0x69746e65);
	regs = cpu.query(cpu.context, 0xd, 0);
	assert_regs(&regs, 0xa, 0xb, 0xc, 0xd);
	regs = cpu.query(cpu.context, 0xd, 1);
	assert_regs(&regs, 0x11111111, 0x22222222, 0x33333333, 0x44444444);
	regs = cpu.query(cpu.context, 0xffffffff, 0xffffffff);
	assert_regs(&regs, 0xffffffff, 0x89abcdef, 1, 0);
	regs = cpu.query(cpu.context, 0xd, 2);
	assert_regs(&regs, 0, 0, 0, 0);
	regs = cpu.query(cpu.context, 0xc, 0);
	assert_regs(&regs, 0, 0, 0, 0);
	/* Leaves of the first CPU are not found in the next one. */
	g_assert_cmpint(dump_next(dump, &error), ==, DUMP_CPU);
	regs = cpu.query(cpu.context, 0xd, 0);
	assert_regs(&regs, 0, 0, 0, 0);
	g_assert_cmpint(dump_next(dump, &error), ==, DUMP_END);
	g_assert_cmpint(dump_next(dump, &error), ==, DUMP_END);
	g_assert_cmpuint(error.length, ==, 0);
}

/* APIC ids come from leaf 0xb or leaf 1, or from the position where a dump has neither. */
static void test_apic_ids(void)
{
	struct report report;
	g_autofree char *error = NULL;
	const char *text =
		"CPU 0:\n" ZERO ONE BASE FEATURES "CPU 1:\n" ZERO ZERO_IDS BASE FEATURES "CPU 2:\n" ZERO
		"   0x00000001 0x00: eax=0x00800f12 ebx=0x09010800 ecx=0xfffa3203 edx=0x1f8bfbfe\n" BASE FEATURES
		"CPU 3:\n" ZERO ZERO_IDS
		"   0x0000000b 0x00: eax=0x00000000 ebx=0x00000001 ecx=0x00000100 edx=0x00000123\n" BASE;

	error = decode_text(text, strlen(text), &report);
	g_assert_cmpstr(error, ==, "");
	g_assert_cmpuint(report.vcpus_differing.count, ==, 3);
	g_assert_cmphex(report.vcpus_differing.ranges[0].first, ==, 1);
	g_assert_cmphex(report.vcpus_differing.ranges[1].first, ==, 9);
	g_assert_cmphex(report.vcpus_differing.ranges[2].first, ==, 0x123);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dump/good", test_good);
	g_test_add_func("/dump/bad", test_bad);
	g_test_add_func("/dump/too-long", test_too_long);
	g_test_add_func("/dump/damage", test_damage);
	g_test_add_func("/dump/apic-ids", test_apic_ids);
	g_test_add_func("/dump/registers", test_registers);
	return g_test_run();
}
