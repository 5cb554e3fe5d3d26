/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU that answers from the input: one byte says what missing leaves return (bits 0 and 1) and describes the machine;
 * then follow rows of a leaf, EAX, EBX, ECX and EDX, little-endian. Leaf NEXT_CPU begins another vCPU.
 */
#include <string.h>

#include "core/leaves/discover.h"
#include "fuzz.h"
#include "core/judge/judge.h"
#include "core/leaves/vcpu_compare.h"

enum { ROW_SIZE = 20, ROWS_MAX = 200, NEXT_CPU = 0x7fffffff, CPUS_MAX = 20 };
enum { MISSING_ZEROS, MISSING_TOP, MISSING_ALIAS, MISSING_NOISE, MISSING = 3, FOREIGN = 4 };
enum { ASKED = HYPERVISOR_BASES * HYPERVISOR_BASE_STEP };

struct cpu {
	const uint8_t *rows;
	size_t count;
	uint8_t flags;
	bool counts; /* whether what is asked is kept account of */
	uint8_t asked[ASKED];
	unsigned others; /* leaves below and above the hypervisors' */
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

/* discover.h: each leaf once, always with subleaf 0. */
static struct cpuid_regs query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpu *cpu = context;

	MUST(subleaf == 0);
	if (cpu->counts && leaf - HYPERVISOR_BASE_FIRST < ASKED)
		MUST(cpu->asked[leaf - HYPERVISOR_BASE_FIRST]++ == 0);
	else if (cpu->counts)
		MUST(++cpu->others <= 6);
	return answer(cpu, leaf);
}

/* Takes the rows up to the next vCPU from the input. */
static void next_cpu(struct cpu *cpu, const uint8_t **data, size_t *size)
{
	cpu->rows = *data;
	for (cpu->count = 0; *size >= ROW_SIZE; cpu->count++) {
		bool is_end = word_at(*data) == NEXT_CPU;

		*data += ROW_SIZE;
		*size -= ROW_SIZE;
		if (is_end)
			return;
	}
}

static void compare_vcpus(struct cpu *cpu, struct report *report, const uint8_t *data, size_t size)
{
	struct cpuid_source source = { query, cpu };

	cpu->counts = false;
	while (size >= ROW_SIZE && report->vcpu_count < CPUS_MAX) {
		struct vcpu_slot slot = { 0 };

		next_cpu(cpu, &data, &size);
		slot.apic_id = vcpus_apic_id(&source);
		report->vcpu_count++;
		if (cpu->count > 0) /* one without a row is silent */
			vcpus_compare(&source, report, &slot);
		vcpus_collect(report, &slot);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree struct cpu *cpu = g_new0(struct cpu, 1);
	g_autofree struct report *report = g_new0(struct report, 1);
	struct cpuid_source source = { query, cpu };

	if (size == 0 || size > 1 + ROWS_MAX * ROW_SIZE)
		return 0;
	cpu->flags = *data++;
	size--;
	cpu->counts = true;
	next_cpu(cpu, &data, &size);
	report->vcpu_count = report->vcpus_checked = 1;
	discover(&source, report);
	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++)
		MUST(cpu->asked[i * HYPERVISOR_BASE_STEP] == 1);
	compare_vcpus(cpu, report, data, size);
	report->foreign_machine = (cpu->flags & FOREIGN) != 0;
	decode_kvm(report);
	judge_report(report);
	fuzz_report_holds(report);
	return 0;
}
