/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares a vCPU with the first one, register by register. Sources for what is each CPU's own: Intel SDM volume 2A,
 * CPUID; AMD APM volume 3, appendix E; Xen public/arch-x86/cpuid.h.
 */
#include "unit/fake/recorded.h"
#include "core/leaves/vcpu_compare.h"

enum { EAX, EBX, ECX, EDX };

/* Bits that are each CPU's own: APIC ids, bits that follow CR4, XCR0 and IA32_APIC_BASE, the kind of core, Xen's vCPU
 * id. */
static const struct {
	uint32_t leaf, masks[4];
} own[] = {
	{ 0x00, { 0 } },
	{ 0x01, { 0, 0xffffffff, 1u << 27, 1u << 9 } },
	{ 0x02, { 0 } },
	{ 0x07, { 0, 0, 1u << 4, 0 } },
	{ 0x0b, { 0xffffffff, 0xffffffff, 0, 0xffffffff } },
	{ 0x0d, { 0, 0xffffffff, 0, 0 } },
	{ 0x16, { 0xffffffff, 0xffffffff, 0, 0 } },
	{ 0x19, { 0, 1, 0, 0 } },
	{ 0x1a, { 0xffffffff, 0, 0, 0 } },
	{ 0x1f, { 0xffffffff, 0xffffffff, 0, 0xffffffff } },
	{ 0x23, { 0xffffffff, 0xffffffff, 0xffffffff, 0 } },
	{ 0x40000001, { 0 } },
	{ 0x40000100, { 0 } },
	{ 0x40000103, { 0 } },
	{ 0x40000104, { 0, 0xffffffff, 0, 0 } }, /* in Xen's block */
	{ 0x40000105, { 0 } },
	{ 0x40000004, { 0 } },
	{ 0x40000204, { 0 } },
	{ 0x80000001, { 0, 0, 0, 1u << 9 } },
};

/* KVM at the first base, Xen at the second; the vCPU differs from the first one in a single register. */
static void set_machine(struct recorded *cpu)
{
	recorded_init(cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(cpu, 0x40000000, 0x40000001, 0x01007afb, 1);
	recorded_base(cpu, 0x40000100, 0x40000105, "XenVMMXenVMM");
}

static struct vcpu_slot compared(struct recorded *cpu, const struct report *first)
{
	struct cpuid_source source = { recorded_query, cpu, recorded_has };
	struct vcpu_slot slot = { .count = 99 };

	cpu->asked_count = 0;
	vcpus_compare(&source, first, &slot);
	g_assert_cmpuint(slot.done, ==, 1);
	for (size_t i = 0; i < cpu->asked_count; i++)
		g_assert_cmphex(cpu->asked[i].subleaf, ==, 0);
	return slot;
}

static void assert_difference(const struct vcpu_slot *slot, uint32_t leaf, int reg, uint32_t first, uint32_t value)
{
	g_assert_cmpuint(slot->count, ==, 1);
	g_assert_cmphex(slot->differences[0].leaf, ==, leaf);
	g_assert_cmpint(slot->differences[0].reg, ==, reg);
	g_assert_cmphex(slot->differences[0].first, ==, first);
	g_assert_cmphex(slot->differences[0].value, ==, value);
}

static void test_own_bits(void)
{
	struct recorded cpu;
	struct report report;

	set_machine(&cpu);
	recorded_judge(&cpu, &report);
	for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
		for (int reg = EAX; reg <= EDX; reg++)
			g_assert_cmphex(vcpus_comparable(&report, own[i].leaf, reg), ==, ~own[i].masks[reg]);
	/* Where Xen's block has another base, that leaf has another number. */
	report.blocks[1].base = 0x40000200;
	g_assert_cmphex(vcpus_comparable(&report, 0x40000104, EBX), ==, 0xffffffff);
	g_assert_cmphex(vcpus_comparable(&report, 0x40000204, EBX), ==, 0);
	report.block_count--; /* a block behind the last one must be ignored */
	g_assert_cmphex(vcpus_comparable(&report, 0x40000204, EBX), ==, 0xffffffff);
}

static uint32_t *register_at(struct cpuid_regs *regs, int reg)
{
	return reg == EAX ? &regs->eax : reg == EBX ? &regs->ebx : reg == ECX ? &regs->ecx : &regs->edx;
}

/* Each bit of each register of each leaf in the report. */
static void test_each_bit(void)
{
	struct recorded cpu, other;
	struct report report;

	set_machine(&cpu);
	recorded_judge(&cpu, &report);
	g_assert_cmpuint(compared(&cpu, &report).count, ==, 0);
	for (size_t i = 0; i < cpu.count; i++) {
		for (uint32_t bit = 0; bit < 128; bit++) {
			int reg = (int)bit / 32;
			uint32_t changed = UINT32_C(1) << bit % 32;
			struct vcpu_slot slot;
			uint32_t *value;

			other = cpu;
			value = register_at(&other.leaves[i].regs, reg);
			*value ^= changed;
			slot = compared(&other, &report);
			if ((vcpus_comparable(&report, cpu.leaves[i].leaf, reg) & changed) == 0)
				g_assert_cmpuint(slot.count, ==, 0);
			else
				assert_difference(&slot, cpu.leaves[i].leaf, reg, *value ^ changed, *value);
		}
	}
}

/* Bases that are empty on the first vCPU are compared too, from the first base to the last. */
static void test_each_base(void)
{
	struct recorded cpu, other;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_judge(&cpu, &report);
	for (uint32_t base = 0x40000000; base <= 0x4000ff00; base += 0x100) {
		struct vcpu_slot slot;

		other = cpu;
		recorded_set(&other, base, 0, 0, 5, 0);
		slot = compared(&other, &report);
		assert_difference(&slot, base, ECX, 0, 5);
	}
	other = cpu;
	recorded_set(&other, 0x40010000, 1, 2, 3, 4);
	g_assert_cmpuint(compared(&other, &report).count, ==, 0);
}

/* A vCPU with this maximum basic leaf, whose missing leaves are answered by the leaf echo. */
struct echoing {
	uint32_t max, echoes;
};

static struct cpuid_regs echoing_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct echoing *cpu = context;
	uint32_t shown = leaf < 0x40000000 ? leaf : cpu->echoes;

	g_assert_cmpuint(subleaf, <=, 1);
	if (shown == 0)
		return (struct cpuid_regs){ cpu->max, 0x756e6547, 0x6c65746e, 0 };
	return (struct cpuid_regs){ shown, 7, 8, 9 };
}

/* Missing leaves may repeat the highest basic leaf, which may contain ids: that is not a difference. */
static void test_echoes(void)
{
	static const struct {
		uint32_t max, echoes, other_max, other_echoes;
		bool same;
	} rows[] = {
		{ 0x16, 0x16, 0x14, 0x14, true },
		{ 0x16, 0x16, 1, 1, true },
		{ 0x16, 0x16, 2, 2, true },
		{ 0x16, 0x16, 0, 0, true },
		{ 0x16, 0x16, 0x40000000, 1, true }, /* not a basic leaf: leaf 1 counts as the highest */
		{ 0x16, 0x16, 0x40000000, 2, false },
		{ 0x16, 0x16, 0x16, 1, false },
		{ 0x16, 0x16, 2, 1, false },
		{ 0x16, 0x16, 0x3fffffff, 1, false },
		{ 0x16, 1, 0x14, 0x14, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct echoing cpu = { rows[i].max, rows[i].echoes },
			       other = { rows[i].other_max, rows[i].other_echoes };
		struct cpuid_source source = { echoing_query, &cpu, NULL }, others = { echoing_query, &other, NULL };
		struct report report = { 0 };
		struct vcpu_slot slot;

		g_test_message("row %zu", i);
		discover(&source, &report);
		report.leaf_count = 0; /* compares only the bases */
		vcpus_compare(&others, &report, &slot);
		g_assert_cmpint(slot.count == 0, ==, rows[i].same);
	}
}

static void test_apic_id(void)
{
	static const struct {
		uint32_t max, leaf_1, leaf_b_ebx, leaf_b_edx, id;
	} rows[] = {
		{ 0x0a, 0x12345678, 1, 0x99, 0x12 },
		{ 0x0b, 0x12345678, 1, 0x99, 0x99 },
		{ 0x0b, 0xff345678, 0, 0x99, 0xff }, /* leaf 0xb has no levels and does not count */
		{ 0x1f, 0xff345678, 2, 0x1234, 0x1234 },
		{ 1, 0x00345678, 1, 0x99, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu = { .missing = MISSING_ZEROS };
		struct cpuid_source source = { recorded_query, &cpu, recorded_has };

		recorded_set(&cpu, 0, rows[i].max, 0x0a, 0x1f, 0x0b);
		recorded_set(&cpu, 1, 0x0a, rows[i].leaf_1, 0x1f, 0x0b);
		recorded_set(&cpu, 0x0b, 3, rows[i].leaf_b_ebx, rows[i].leaf_b_ebx == 0 ? 7 : 0, rows[i].leaf_b_edx);
		g_assert_cmphex(cpuid_apic_id(&source), ==, rows[i].id);
		for (size_t k = 0; k < cpu.asked_count; k++)
			g_assert_cmpuint(cpu.asked[k].subleaf, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vcpu-compare/own-bits", test_own_bits);
	g_test_add_func("/vcpu-compare/each-bit", test_each_bit);
	g_test_add_func("/vcpu-compare/each-base", test_each_base);
	g_test_add_func("/vcpu-compare/echoes", test_echoes);
	g_test_add_func("/vcpu-compare/apic-id", test_apic_id);
	return g_test_run();
}
