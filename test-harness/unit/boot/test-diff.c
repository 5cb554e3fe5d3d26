/* SPDX-License-Identifier: BSD-2-Clause */
/* Which lines diff prints for two reports, and which facts are not compared because only one report has them. Bits:
 * Linux' kvm_para.h. */
#include "report/diff.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "unit/fake/differ.h"

static void test_top(void)
{
	assert_differ(
		"{'verdict': 'kvm', 'hypervisor_bit': true, 'cpu': {'vendor': 'GenuineIntel', 'signature': '0x1'},"
		"'confidential': {'supported': ['SEV']}}",
		"{'verdict': 'none', 'hypervisor_bit': false, 'cpu': {'vendor': 'AuthenticAMD', 'signature': '0x2'},"
		"'confidential': {'supported': ['SEV', 'SEV-ES']}}",
		"verdict: kvm -> none\n"
		"hypervisor bit: true -> false\n"
		"CPU vendor: GenuineIntel -> AuthenticAMD\n"
		"CPU signature: 0x1 -> 0x2\n"
		"confidential guests supported: [\"SEV\"] -> [\"SEV\",\"SEV-ES\"]\n");
	assert_differ("{'verdict': 'kvm'}", "{}", "verdict: kvm -> absent\n");
	assert_differ("{}", "{'hypervisor_bit': true}", "hypervisor bit: absent -> true\n");
	assert_differ("{}", "{}", "");
}

/* A fact that one report lacks, because it was not asked for or could not be found out, is not a difference. */
static void test_known_to_one(void)
{
	static const char *const parts[][2] = {
		{ "'secure_boot': %s", "Secure Boot" },
		{ "'listening': {'kvm_answers': %s}", "KVM answers hypercalls" },
		{ "'confidential': {'active': %s}", "confidential guest" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *format = g_strdup_printf("{%s}", parts[i][0]);
		char **around = g_strsplit(format, "%s", 2);
		g_autofree char *yes = g_strjoinv("true", around);
		g_autofree char *no = g_strjoinv("false", around);
		g_autofree char *line = g_strdup_printf("%s: true -> false\n", parts[i][1]);

		assert_differ(yes, no, line);
		assert_differ(yes, "{}", "");
		assert_differ("{}", yes, "");
		g_strfreev(around);
	}
}

/* Each line names the bit as the kernel and as QEMU do, and says whether it was set or cleared. */
static void test_kvm_bits(void)
{
	assert_differ("{'kvm': {'base': '0x40000000', 'eax': '0x00000001', 'edx': '0x00000000'}}",
		"{'kvm': {'base': '0x40000000', 'eax': '0x00000002', 'edx': '0x00000000'}}",
		"KVM_FEATURE_CLOCKSOURCE (EAX bit 0, kvmclock): on -> off\n"
		"KVM_FEATURE_NOP_IO_DELAY (EAX bit 1, kvm-nopiodelay): off -> on\n");
	assert_differ("{'kvm': {'eax': '0x01000080', 'edx': '0x00000000'}}",
		"{'kvm': {'eax': '0x00000000', 'edx': '0x00000001'}}",
		"KVM_FEATURE_PV_UNHALT (EAX bit 7, kvm-pv-unhalt): on -> off\n"
		"KVM_FEATURE_CLOCKSOURCE_STABLE_BIT (EAX bit 24, kvmclock-stable-bit): on -> off\n"
		"KVM_HINTS_REALTIME (EDX bit 0, kvm-hint-dedicated): off -> on\n");
	assert_differ("{'kvm': {'eax': '0x80010000', 'edx': '0x80000001'}}",
		"{'kvm': {'eax': '0x00000100', 'edx': '0x00000003'}}",
		"unknown bit (EAX bit 8): off -> on\n"
		"KVM_FEATURE_HC_MAP_GPA_RANGE (EAX bit 16): on -> off\n"
		"unknown bit (EAX bit 31): on -> off\n"
		"unknown bit (EDX bit 1): off -> on\n"
		"unknown bit (EDX bit 31): on -> off\n");
}

static void test_kvm(void)
{
	static const char kvm[] = "{'kvm': {'base': '0x40000000', 'eax': '0x00000040', 'edx': '0x00000000'}}";

	assert_differ(kvm,
		"{'kvm': {'base': '0x40000100', 'eax': '0x00000040', 'edx': '0x00000000', 'tsc_khz': 2394454,"
		"'apic_khz': 1000000}}",
		"KVM's base: 0x40000000 -> 0x40000100\n"
		"KVM's TSC kHz: absent -> 2394454\n"
		"KVM's APIC bus kHz: absent -> 1000000\n");
	/* If only one report has KVM, the line about its block says so, and no line about KVM's base is printed. */
	assert_differ(kvm, "{'kvm': null}", "KVM_FEATURE_PV_EOI (EAX bit 6, kvm-pv-eoi): on -> off\n");
	assert_differ("{'kvm': null}", kvm, "KVM_FEATURE_PV_EOI (EAX bit 6, kvm-pv-eoi): off -> on\n");
	assert_differ("{'kvm': null}", "{'kvm': null}", "");
}

#define BLOCK(base, hypervisor, more) "{'base': '" base "', 'hypervisor': '" hypervisor "'" more "}"

static void test_blocks(void)
{
	assert_differ("{'blocks': [" BLOCK("0x40000000", "KVM", ", 'max_leaf': '0x1'") "]}",
		"{'blocks': [" BLOCK("0x40000000", "Hyper-V interface", ", 'max_leaf': '0x5'") "," BLOCK(
			"0x40000100", "KVM", "") "]}",
		"block 0x40000000: KVM -> Hyper-V interface\n"
		"block 0x40000100: absent -> KVM\n");
	assert_differ("{'blocks': [" BLOCK("0x40000000", "KVM", "") "," BLOCK("0x40000100", "Xen", "") "]}",
		"{'blocks': [" BLOCK("0x40000100", "Xen", "") "]}", "block 0x40000000: KVM -> absent\n");
	/* Two blocks of the same hypervisor are compared, apart from what other keys cover already. */
	assert_differ(
		"{'blocks': [{'base': '0x40000000', 'hypervisor': 'Xen', 'max_leaf': '0x1', 'max_leaf_used': '0x1',"
		"'signature_hex': '58', 'version_minor': 17, 'a': 1}]}",
		"{'blocks': [{'base': '0x40000000', 'hypervisor': 'Xen', 'max_leaf': '0x2', 'max_leaf_used': '0x2',"
		"'signature_hex': '59', 'version_minor': 18, 'b': 2}]}",
		"block 0x40000000 max_leaf: 0x1 -> 0x2\n"
		"block 0x40000000 version_minor: 17 -> 18\n"
		"block 0x40000000 a: 1 -> absent\n"
		"block 0x40000000 b: absent -> 2\n");
}

/* A report lists the parts for which it had no room; these are not compared. */
static void test_missing(void)
{
	static const char none[] = "{'source': 'cpu', 'blocks': [], 'problems': []}";
	static const char both[] =
		"{'source': 'cpu', 'blocks': [{'base': '0x40000000', 'hypervisor': 'KVM'}], 'problems': [1]}";

	assert_differ(both, none, "block 0x40000000: KVM -> absent\nproblems: [1] -> []\n");
	assert_differ(both, "{'source': 'cpu', 'missing': ['leaves', 'blocks'], 'blocks': [], 'problems': []}",
		"problems: [1] -> []\n");
	assert_differ("{'source': 'cpu', 'missing': ['blocks', 'leaves'], 'blocks': [], 'problems': []}", both,
		"problems: [] -> [1]\n");
	assert_differ(both, "{'source': 'cpu', 'missing': ['problems'], 'blocks': [], 'problems': []}",
		"block 0x40000000: KVM -> absent\n");
	assert_differ("{'source': 'cpu', 'missing': ['problems'], 'blocks': [], 'problems': []}", both,
		"block 0x40000000: absent -> KVM\n");
	assert_differ(both, "{'source': 'cpu', 'missing': ['leaves', 'a', 'z'], 'blocks': [], 'problems': []}",
		"block 0x40000000: KVM -> absent\nproblems: [1] -> []\n");
}

#define PROBED(feature, result) "{'feature': 'KVM_FEATURE_" feature "', 'result': '" result "'}"

static void test_probe(void)
{
	static const char probed[] = "{'probe': [" PROBED("CLOCKSOURCE", "works") "," PROBED("STEAL_TIME",
		"works") "," PROBED("PV_EOI", "works") ",{'feature': 'KVM_HINTS_REALTIME', 'result': 'works'}]}";

	assert_differ(probed,
		"{'probe': [" PROBED("CLOCKSOURCE", "absent") "," PROBED("STEAL_TIME", "works") "," PROBED(
			"NOP_IO_DELAY", "works") "]}",
		"KVM_FEATURE_CLOCKSOURCE, probed: works -> absent\n"
		"KVM_FEATURE_NOP_IO_DELAY, probed: absent -> works\n"
		"KVM_FEATURE_PV_EOI, probed: works -> absent\n"
		"KVM_HINTS_REALTIME, probed: works -> absent\n");
	assert_differ(probed, "{}", "");
	assert_differ("{}", probed, "");
}

static void test_surroundings(void)
{
	static const char four[] = "{'source': 'cpu', 'vcpus': {'count': 4, 'differing': [], 'silent': {'count': 1}},"
				   "'problems': ['x']}";
	static const char two[] = "{'source': 'cpu', 'vcpus': {'count': 2, 'differing': [1]}, 'problems': []}";
	static const char dump[] = "{'source': 'replay', 'vcpus': {'count': 2, 'differing': [1]}, 'problems': []}";

	assert_differ(four, two,
		"vCPUs that differ: [] -> [1]\n"
		"vCPUs: 4 -> 2\n"
		"silent vCPUs: {\"count\":1} -> absent\n"
		"problems: [\"x\"] -> []\n");
	assert_differ(four, dump, "vCPUs that differ: [] -> [1]\n");
	assert_differ(dump, four, "vCPUs that differ: [1] -> []\n");
}

static GString *printed;

static void take_print(const char *text)
{
	g_string_append(printed, text);
}

/* A machine's dump as cpuid -r writes it, with these bits in EDX of leaf 1. */
static char *dump_file(uint32_t edx)
{
	g_autofree char *content =
		g_strdup_printf("CPU 0:\n"
				"   0x00000000 0x00: eax=0x00000001 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n"
				"   0x00000001 0x00: eax=0x00800f12 ebx=0x00000000 ecx=0x00000000 edx=0x%08x\n",
			edx);
	char *path;
	int fd = g_file_open_tmp("diff-XXXXXX.txt", &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	g_assert_true(g_close(fd, NULL));
	g_assert_true(g_file_set_contents(path, content, -1, NULL));
	return path;
}

static void assert_printed(const char *a, const char *b, int status, const char *expected, const char *named)
{
	g_autoptr(GError) error = NULL;
	GPrintFunc before;

	printed = g_string_new(NULL);
	before = g_set_print_handler(take_print);
	g_assert_cmpint(diff_print(a, b, &error), ==, status);
	(void)g_set_print_handler(before);
	g_assert_cmpstr(printed->str, ==, expected);
	g_assert_cmpint(error != NULL, ==, named != NULL);
	if (error != NULL)
		g_assert_nonnull(strstr(error->message, named));
	(void)g_string_free(printed, TRUE);
}

static void test_print(void)
{
	g_autofree char *a = dump_file(0);
	g_autofree char *b = dump_file(0x10);
	g_autofree char *c = dump_file(0);

	assert_printed(a, b, BOOT_FAILED, "leaf 0x00000001 edx: 0x00000000 -> 0x00000010, bits +4\n", NULL);
	assert_printed(a, c, BOOT_PASS, "", NULL);
	(void)g_unlink(c);
	assert_printed(c, b, BOOT_USAGE, "", c);
	assert_printed(a, c, BOOT_USAGE, "", c);
	(void)g_unlink(a);
	(void)g_unlink(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/diff/top", test_top);
	g_test_add_func("/diff/known-to-one", test_known_to_one);
	g_test_add_func("/diff/kvm-bits", test_kvm_bits);
	g_test_add_func("/diff/kvm", test_kvm);
	g_test_add_func("/diff/blocks", test_blocks);
	g_test_add_func("/diff/missing", test_missing);
	g_test_add_func("/diff/probe", test_probe);
	g_test_add_func("/diff/surroundings", test_surroundings);
	g_test_add_func("/diff/print", test_print);
	return g_test_run();
}
