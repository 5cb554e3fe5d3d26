/* SPDX-License-Identifier: BSD-2-Clause */
/* What shows a hypervisor before the leaves are discovered: the hypervisor bit, or a signature that is known. */
#include "core/leaves/hypervisor_seen.h"

#include "unit/fake/recorded.h"

static bool seen(struct recorded *cpu)
{
	const struct cpuid_source source = { .query = recorded_query, .context = cpu };

	return hypervisor_seen(&source);
}

/* A CPU of a machine without a hypervisor, of each vendor and with each answer for leaves that do not exist. */
static void test_nothing(void)
{
	for (int vendor = AMD; vendor <= INTEL; vendor++) {
		for (int missing = MISSING_ZEROS; missing <= MISSING_ONES; missing++) {
			struct recorded cpu;

			if (missing == MISSING_ALIAS)
				continue; /* only bhyve, a hypervisor, answers like that */
			recorded_init(&cpu, vendor, (enum missing)missing, FALSE);
			g_assert_false(seen(&cpu));
		}
	}
}

/* kvm=off and tcg-cpuid=off leave the bit alone. No base is asked for then: each costs a guest a VM exit. */
static void test_bit(void)
{
	struct recorded cpu;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	g_assert_true(seen(&cpu));
	g_assert_cmpuint(recorded_times(&cpu, 0x40000000), ==, 0);
}

/* -hypervisor leaves the block alone. Enlightenments, or a Xen interface, move KVM's block to a higher base. */
static void test_signatures(void)
{
	static const struct {
		uint32_t base;
		const char *signature;
		bool seen;
	} rows[] = {
		{ 0x40000000, "KVMKVMKVM\0\0\0", true },
		{ 0x40000000, "TCGTCGTCGTCG", true },
		{ 0x40000000, "Microsoft Hv", true },
		{ 0x40000100, "KVMKVMKVM\0\0\0", true },
		{ 0x4000ff00, "KVMKVMKVM\0\0\0", true },
		{ 0x40010000, "KVMKVMKVM\0\0\0", false }, /* behind the last base */
		{ 0x40000001, "KVMKVMKVM\0\0\0", false }, /* no base */
		{ 0x40000000, "KVMKVMKVN\0\0\0", false },
		{ 0x40000000, "GenuineIntel", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu;

		recorded_init(&cpu, AMD, MISSING_ZEROS, FALSE);
		recorded_base(&cpu, rows[i].base, rows[i].base + 1, rows[i].signature);
		g_assert_cmpint(seen(&cpu), ==, rows[i].seen);
	}
}

/* A CPU that has leaf 0 alone has no leaf 1, and what it answers for leaf 1 means nothing. */
static void test_no_leaf_1(void)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	cpu.leaves[0].regs.eax = 0;
	g_assert_false(seen(&cpu));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hypervisor-seen/nothing", test_nothing);
	g_test_add_func("/hypervisor-seen/bit", test_bit);
	g_test_add_func("/hypervisor-seen/signatures", test_signatures);
	g_test_add_func("/hypervisor-seen/no-leaf-1", test_no_leaf_1);
	return g_test_run();
}
