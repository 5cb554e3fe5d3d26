/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU that answers from the input. The first byte says how missing leaves are answered (MISSING) and whether the
 * machine is FOREIGN; then come rows of a leaf, EAX, EBX, ECX and EDX, little-endian. A row of leaf NEXT_CPU begins
 * another vCPU.
 */
#include <string.h>

#include "core/judge/examine.h"
#include "core/leaves/vcpu_compare.h"
#include "fuzz.h"

enum { ROW_SIZE = 20, ROWS_MAX = 200, NEXT_CPU = 0x7fffffff, CPUS_MAX = 20 };
enum { MISSING_ZEROS, MISSING_TOP, MISSING_ALIAS, MISSING_NOISE, MISSING = 3, FOREIGN = 4 };
enum { ASKED = HYPERVISOR_BASES * HYPERVISOR_BASE_STEP };

struct cpu {
	const uint8_t *rows;
	size_t count;
	uint8_t flags;
	bool counts; /* whether each leaf may be asked for only once */
	uint8_t asked[ASKED];
	unsigned others; /* leaves below and above the hypervisors' */
	/* The rows of the vCPUs behind the first. */
	const uint8_t *data;
	size_t size;
};

static uint32_t word_at(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static const uint8_t *row_of(const struct cpu *cpu, uint32_t leaf)
{
	for (size_t i = 0; i < cpu->count; i++)
		if (word_at(cpu->rows + i * ROW_SIZE) == leaf)
			return cpu->rows + i * ROW_SIZE;
	return NULL;
}

static struct cpuid_regs answer(const struct cpu *cpu, uint32_t leaf)
{
	const uint8_t *row = row_of(cpu, leaf);
	uint32_t noise = leaf * UINT32_C(2654435761);

	if (row == NULL && (cpu->flags & MISSING) == MISSING_TOP && row_of(cpu, 0) != NULL)
		row = row_of(cpu, word_at(row_of(cpu, 0) + 4));
	if (row == NULL && (cpu->flags & MISSING) == MISSING_ALIAS && leaf >= HYPERVISOR_BASE_FIRST)
		row = row_of(cpu, HYPERVISOR_BASE_FIRST);
	if (row != NULL)
		return (struct cpuid_regs){ word_at(row + 4), word_at(row + 8), word_at(row + 12), word_at(row + 16) };
	if ((cpu->flags & MISSING) == MISSING_NOISE)
		return (struct cpuid_regs){ leaf | 0xff, noise | 0x20202020, noise, noise };
	return (struct cpuid_regs){ 0 };
}

/* discover.h: each leaf once with subleaf 0; subleaf 1 of leaves 7 and 0xd alone. */
static struct cpuid_regs query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpu *cpu = context;

	MUST(subleaf == 0 || (subleaf == 1 && (leaf == 7 || leaf == 0xd)));
	if (cpu->counts && leaf - HYPERVISOR_BASE_FIRST < ASKED)
		MUST(cpu->asked[leaf - HYPERVISOR_BASE_FIRST]++ == 0);
	else if (cpu->counts)
		MUST(++cpu->others <= 16);
	return answer(cpu, leaf);
}

/* Goes on to the next vCPU: its rows are those of the data up to a NEXT_CPU. */
static void next_cpu(struct cpu *cpu)
{
	cpu->rows = cpu->data;
	for (cpu->count = 0; cpu->size >= ROW_SIZE; cpu->count++) {
		bool is_end = word_at(cpu->data) == NEXT_CPU;

		cpu->data += ROW_SIZE;
		cpu->size -= ROW_SIZE;
		if (is_end)
			return;
	}
}

/* Called when discover() has finished, which must have looked at every base. */
static bool compare_vcpus(void *context, struct report *report)
{
	struct cpu *cpu = context;
	struct cpuid_source source = { query, cpu, NULL };

	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++)
		MUST(cpu->asked[i * HYPERVISOR_BASE_STEP] == 1);
	cpu->counts = false;
	while (cpu->size >= ROW_SIZE && report->vcpu_count < CPUS_MAX) {
		struct vcpu_slot slot = { 0 };

		next_cpu(cpu);
		slot.apic_id = cpuid_apic_id(&source);
		report->vcpu_count++;
		if (cpu->count > 0) /* one without a row is silent */
			vcpus_compare(&source, report, &slot);
		vcpus_collect(report, &slot);
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree struct cpu *cpu = g_new0(struct cpu, 1);
	g_autofree struct report *report = g_new0(struct report, 1);
	struct cpuid_source source = { query, cpu, NULL };
	const struct examination examination = { .cpu = &source, .compare_vcpus = compare_vcpus, .context = cpu };

	if (size == 0 || size > 1 + ROWS_MAX * ROW_SIZE)
		return 0;
	cpu->flags = data[0];
	cpu->data = data + 1;
	cpu->size = size - 1;
	cpu->counts = true;
	next_cpu(cpu);
	report->foreign_machine = (cpu->flags & FOREIGN) != 0;
	MUST(examine(&examination, report));
	fuzz_report_holds(report);
	return 0;
}
