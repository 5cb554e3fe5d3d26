/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's own view of leaf 0x40000001, as it answers query-cpus-fast and qom-get of "feature-words" (qapi/machine-
 * target.json, X86CPUFeatureWordInfo; target/i386/cpu.c, x86_cpu_get_feature_words).
 */
#include "qemu/oracle.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "kvmleaf/kvm_abi.h"
#include "unit/fake/peer.h"

#define CPU(path) "{\"cpu-index\": 0, \"qom-path\": \"" path "\", \"thread-id\": 1, \"target\": \"x86_64\"}"
#define WORD(leaf, reg, features)                                                                                      \
	"{\"cpuid-register\": \"" reg "\", \"cpuid-input-eax\": " leaf ", \"features\": " features "}"
/* 0x40000001 */
#define KVM_LEAF "1073741825"
#define OTHERS WORD("1", "EDX", "4294967295") ", " WORD("1073741824", "EAX", "3") ", "

struct answer {
	uint32_t words[2], differing[2];
	unsigned cpus;
	gboolean found;
};

static void run_oracle(const struct step *steps, const struct answer *expected, guint asked)
{
	uint32_t words[2] = { 0xdead, 0xdead }, differing[2] = { 0xdead, 0xdead };
	struct peer peer;
	struct qmp qmp;
	unsigned cpus = 0xdead;
	gboolean found;

	peer_start(&peer, steps, TRUE);
	qmp_init(&qmp, peer.ours, NULL, NULL);
	found = oracle_feature_words(&qmp, words, differing, &cpus);
	g_assert_cmpint(found, ==, expected->found);
	g_assert_cmpuint(cpus, ==, expected->cpus);
	if (expected->found) {
		g_assert_cmphex(words[KVM_EAX], ==, expected->words[KVM_EAX]);
		g_assert_cmphex(words[KVM_EDX], ==, expected->words[KVM_EDX]);
		g_assert_cmphex(differing[KVM_EAX], ==, expected->differing[KVM_EAX]);
		g_assert_cmphex(differing[KVM_EDX], ==, expected->differing[KVM_EDX]);
	}
	for (guint i = 1; i < asked; i++) {
		g_autofree char *arguments = peer_arguments(&peer, i);
		g_autofree char *wanted = g_strdup_printf("{\"path\":\"/m/%u\",\"property\":\"feature-words\"}", i - 1);

		g_assert_cmpstr(arguments, ==, wanted);
	}
	qmp_clear(&qmp);
	peer_end(&peer);
}

static void test_one_cpu(void)
{
	static const struct step steps[] = {
		{ "query-cpus-fast", "{\"return\": [" CPU("/m/0") "]}\r\n" },
		{ "qom-get", "{\"return\": [" OTHERS WORD(KVM_LEAF, "EDX", "1") ", " WORD(
				     KVM_LEAF, "EAX", "16808699") ", " WORD(KVM_LEAF, "EBX", "77") "]}\r\n" },
		{ NULL, NULL },
	};
	static const struct answer expected = { .words = { 0x01007afb, 1 }, .cpus = 1, .found = TRUE };

	run_oracle(steps, &expected, 2);
}

/* A word with bit 31 set is a number that does not fit into a signed 32-bit integer. */
static void test_differing(void)
{
	static const struct step steps[] = {
		{ "query-cpus-fast", "{\"return\": [" CPU("/m/0") ", " CPU("/m/1") ", " CPU("/m/2") "]}\r\n" },
		{ "qom-get", "{\"return\": [" WORD(KVM_LEAF, "EAX", "4294967295") "]}\r\n" },
		{ "qom-get", "{\"return\": [" WORD(KVM_LEAF, "EAX", "4294967294") "]}\r\n" },
		{ "qom-get",
			"{\"return\": [" WORD(KVM_LEAF, "EAX", "2147483647") ", " WORD(KVM_LEAF, "EDX", "1") "]}\r\n" },
		{ NULL, NULL },
	};
	static const struct answer expected = {
		.words = { 0xffffffff, 0 }, .differing = { 0x80000001, 1 }, .cpus = 3, .found = TRUE
	};

	run_oracle(steps, &expected, 4);
}

static void test_silent(void)
{
	static const struct step refused[] = { { "query-cpus-fast", PEER_REFUSED("no") }, { NULL, NULL } };
	static const struct step no_property[] = { { "query-cpus-fast", "{\"return\": [" CPU("/m/0") "]}\r\n" },
		{ "qom-get", PEER_REFUSED("no property feature-words") }, { NULL, NULL } };
	static const struct step no_leaf[] = { { "query-cpus-fast", "{\"return\": [" CPU("/m/0") "]}\r\n" },
		{ "qom-get", "{\"return\": [" OTHERS "{\"cpuid-input-eax\": " KVM_LEAF ", \"features\": 1}, 7]}\r\n" },
		{ NULL, NULL } };
	static const struct step no_path[] = { { "query-cpus-fast", "{\"return\": [{}]}\r\n" }, { NULL, NULL } };
	static const struct step no_cpu[] = { { "query-cpus-fast", "{\"return\": []}\r\n" }, { NULL, NULL } };
	static const struct step second_silent[] = { { "query-cpus-fast",
							     "{\"return\": [" CPU("/m/0") ", " CPU("/m/1") "]}\r\n" },
		{ "qom-get", "{\"return\": [" WORD(KVM_LEAF, "EAX", "1") "]}\r\n" }, { "qom-get", PEER_REFUSED("no") },
		{ NULL, NULL } };
	static const struct answer none = { 0 }, one = { .cpus = 1 }, two = { .cpus = 2 };

	run_oracle(refused, &none, 1);
	run_oracle(no_property, &one, 2);
	run_oracle(no_leaf, &one, 2);
	run_oracle(no_path, &one, 1);
	run_oracle(no_cpu, &none, 1);
	run_oracle(second_silent, &two, 3);
}

/* Each KVM since Linux 2.6.35 offers CLOCKSOURCE2, bit 3; without /dev/kvm there is no answer. */
static void test_kernel(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	gboolean is_kvm = fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
	uint32_t eax = 0;

	g_assert_cmpint(oracle_supported(&eax), ==, is_kvm);
	g_assert_cmphex(eax & 8, ==, is_kvm ? 8 : 0);
	g_assert_true(is_kvm || oracle_tsc_hz() == 0);
	if (fd >= 0)
		(void)close(fd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oracle/one-cpu", test_one_cpu);
	g_test_add_func("/oracle/differing", test_differing);
	g_test_add_func("/oracle/silent", test_silent);
	g_test_add_func("/oracle/kernel", test_kernel);
	return g_test_run();
}
