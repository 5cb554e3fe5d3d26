/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is each advertised feature true, and is each masked one really off? Asked from ring 0 through struct ring0, so that
 * the same code is tried on the host against models of a hypervisor.
 *
 * Sources: Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst; arch/x86/kvm/{x86,lapic,cpuid}.c for what is refused
 * and for what does not depend on a feature bit; tools/testing/selftests/kvm/x86/kvm_pv_test.c for what a host that
 * enforces its mask refuses.
 */
#ifndef KVMLEAF_CORE_PROBE_PROBE_H
#define KVMLEAF_CORE_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kvmleaf/kvm_abi.h"

struct report;

/* Vectors that an instruction of the probe may end in; 0, which is #DE, stands for none. */
enum fault { FAULT_NONE = 0, FAULT_UD = 6, FAULT_GP = 13, FAULT_PF = 14 };

enum {
	PROBE_PAGE_SIZE = 4096,
	/* How long a clock is watched, and how far it may then be from where its own earlier reading puts it. Nested
	 * and preempted guests read late, by a few microseconds for each exit. */
	PROBE_CLOCK_US = 500,
	PROBE_CLOCK_TOLERANCE_NS = 200000, /* and 1/1000 of the time between: a host's clock may be slewed so */
	PROBE_CLOCK_TRIES = 3,             /* a reading may have been cut in two by another guest */
	/* In 1/100 of the frequency that leaf base+0x10 gives. */
	PROBE_FREQUENCY_TOLERANCE = 1,
	/* The firmware's clock may be local time: 14 hours are the largest offset, and then some. */
	PROBE_WALL_CLOCK_TOLERANCE_S = 16 * 60 * 60,
	PROBE_STEPS_MAX = 128,
};

/* What the probe may do. Nothing here may end the run: an instruction that faults gives its fault and no result. */
struct ring0 {
	enum fault (*read_msr)(void *context, uint32_t msr, uint64_t *ret);
	enum fault (*write_msr)(void *context, uint32_t msr, uint64_t value);
	/* arguments: the call's number, then RBX, RCX, RDX, RSI. */
	enum fault (*hypercall)(void *context, const uint64_t arguments[5], int64_t *ret);
	uint64_t (*tsc)(void *context);
	void (*delay)(void *context, uint32_t microseconds);
	/* Between true and false no interrupt is taken on this vCPU; the firmware is not called meanwhile. */
	void (*hold_interrupts)(void *context, bool hold);
	/* Seconds since 1970 by the firmware's clock; false without one. */
	bool (*time)(void *context, uint64_t *ret);
	/*
	 * Makes a vCPU, another one where there is one and others is set, else this one, count a vector's interrupts;
	 * false where that cannot be. heard() ends it, after the first one where one is
	 * expected, and says how many there were.
	 */
	bool (*listen)(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
	uint32_t (*heard)(void *context, bool expected);
	void *context;
	uint8_t *page;         /* PROBE_PAGE_SIZE bytes that the host may write; NULL for none */
	uint64_t page_address; /* guest-physical */
	uint32_t apic_id;      /* of this vCPU */
};

enum probe_outcome {
	PROBE_ABSENT,
	PROBE_WORKS,
	PROBE_REFUSED,
	PROBE_WRONG,
	PROBE_UNTESTED,
	PROBE_MASKED_REFUSED,
	PROBE_MASKED_WORKS,
	PROBE_OUTCOMES
};

/* Why an outcome is what it is; WHY_NONE speaks for itself. */
enum probe_why {
	WHY_NONE,
#define UNTESTED(name, words) WHY_##name,
#define WRONG(name, words) WHY_##name,
#include "core/report/probe_whys.def"
};

/* What was done, with what came of it; addresses are left out, so that a machine's report stays the same. */
enum probe_step_kind { STEP_READ, STEP_WRITE, STEP_WRITE_PAGE, STEP_CALL, STEP_FLAGS, STEP_MULTIPLIER, STEP_SHIFT };
struct probe_step {
	uint8_t kind, fault;
	uint32_t number; /* MSR index or hypercall number */
	uint64_t value;  /* read, written (beside the page's address), or returned */
};

struct probe_result {
	uint8_t outcome, why;
	uint8_t first_step, step_count;
};

struct probe {
	bool run;
	bool kvm_answers;      /* hypercall 1 returned 0 */
	uint8_t general_steps; /* the first so many steps are about no feature */
	uint8_t step_count;
	struct probe_result results[KVM_FEATURE_ROWS]; /* in the order of kvm_features */
	struct probe_step steps[PROBE_STEPS_MAX];
};

/* Fills report->probe. Nothing is tried without a KVM block or a hypervisor bit, unless force is set. */
void probe_run(struct report *report, const struct ring0 *ring0, bool force);
/* Whether an advertised bit is not true; with enforced, also whether a masked one works. */
bool probe_contradicts(const struct probe *probe, bool enforced);

const char *probe_outcome_name(enum probe_outcome outcome);
const char *probe_why_words(enum probe_why why);
const char *fault_name(enum fault fault);

#endif
