/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU made of recorded leaves, for host tests. It remembers what it was asked, and answers leaves that do not exist
 * as real machines do: get_out_of_range_cpuid_entry() and kvm_cpuid() of Linux arch/x86/kvm/cpuid.c, cpu_x86_cpuid() of
 * QEMU target/i386/cpu.c for TCG, x86_emulate_cpuid() of bhyve's sys/amd64/vmm/x86.c.
 */
#ifndef KVMLEAF_UNIT_FAKE_RECORDED_H
#define KVMLEAF_UNIT_FAKE_RECORDED_H

#include <glib.h>
#include <string.h>

#include "core/judge/judge.h"
#include "core/leaves/discover.h"

/* How a leaf that was not recorded is answered. */
enum missing {
	MISSING_ZEROS, /* by zeros: KVM, for a guest whose vendor is AMD or Hygon; also a CPU without a hypervisor */
	MISSING_TOP,   /* by the highest basic leaf: KVM for any other vendor, TCG for all */
	MISSING_ALIAS, /* hypervisor leaves, by the leaf whose number is alias: bhyve */
	MISSING_ONES,  /* by all bits set: no known machine */
};

enum { RECORDED_MAX = 1024, ASKED_MAX = 8192 };
enum { AMD, INTEL }; /* vendors */

struct recorded {
	enum missing missing;
	uint32_t alias;
	struct leaf leaves[RECORDED_MAX];
	size_t count;
	struct {
		uint32_t leaf, subleaf;
	} asked[ASKED_MAX];
	size_t asked_count;
};

/* Leaves 0, 1 and 0xd; leaf 0xd is what one machine returned for every missing leaf under kvm=off. */
void recorded_init(struct recorded *cpu, int vendor, enum missing missing, gboolean hypervisor_bit);
void recorded_set(struct recorded *cpu, uint32_t leaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx);
void recorded_subleaf(
	struct recorded *cpu, uint32_t leaf, uint32_t subleaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx);
/* The first leaf of a block; signature has 12 bytes. */
void recorded_base(struct recorded *cpu, uint32_t base, uint32_t eax, const char *signature);
/* The first two leaves of a KVM block, as Linux Documentation/virt/kvm/x86/cpuid.rst has them. */
void recorded_kvm(struct recorded *cpu, uint32_t base, uint32_t max, uint32_t features, uint32_t hints);
/* Four bytes as a little-endian number. */
uint32_t recorded_word(const char *bytes);

/* For a struct cpuid_source whose context is the struct recorded. */
struct cpuid_regs recorded_query(void *context, uint32_t leaf, uint32_t subleaf);
/* The same CPU as a recording, which lacks every leaf that was not set. */
bool recorded_has(void *context, uint32_t leaf, uint32_t subleaf);
/* How often a leaf was asked for. */
unsigned recorded_times(const struct recorded *cpu, uint32_t leaf);

/* Clears the report and fills it by discover() alone. */
void recorded_discover(struct recorded *cpu, struct report *report);
/* Clears the report and examines the CPU. */
void recorded_judge(struct recorded *cpu, struct report *report);
/* Examines the CPU; what the report has beforehand stays. probe: the hook of struct examination, NULL for none. */
struct recorded_probe {
	void (*run)(void *context, struct report *report);
	void *context;
};
void recorded_examine(struct recorded *cpu, struct report *report, const struct recorded_probe *probe);

void assert_regs(const struct cpuid_regs *regs, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx);
/* The report has every recorded leaf with its registers, and no other leaf. */
void assert_leaves(const struct report *report, const struct recorded *cpu);
void assert_block(
	const struct report *report, size_t i, uint32_t base, enum hypervisor hypervisor, uint32_t max, uint32_t used);
/* Problem number i is about leaves, of which count between first and last have it. */
void assert_problem(
	const struct report *report, size_t i, enum problem_kind kind, uint32_t first, uint32_t last, uint32_t count);

#endif
