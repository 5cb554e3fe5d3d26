/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the report that the probe (core/probe) fills: what each feature came to, and the steps that showed it. */
#ifndef KVMLEAF_CORE_REPORT_PROBE_RESULT_H
#define KVMLEAF_CORE_REPORT_PROBE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/report/vcpu_set.h"
#include "kvmleaf/kvm_abi.h"

enum { PROBE_STEPS_MAX = 128, PROBE_DIFFERENCES_MAX = 16 };

/* The exception that an instruction ended in, by its vector; 0, which is the vector of #DE, stands for none here. */
enum fault {
	FAULT_NONE = 0,
#define FAULT(name, vector, size) FAULT_##name = (vector),
#include "core/report/faults.def"
};

enum probe_outcome {
	PROBE_ABSENT,
	PROBE_WORKS,    /* something else than the register that was written has shown the effect */
	PROBE_ACCEPTED, /* the host took the value or the call; the effect could not be provoked */
	PROBE_REFUSED,
	PROBE_WRONG,
	PROBE_UNTESTED,
	PROBE_MASKED_REFUSED,
	PROBE_MASKED_WORKS,
	PROBE_MASKED_ACCEPTED,
	PROBE_OUTCOMES
};

/* The reason for an outcome. WHY_NONE: the outcome needs no explanation. */
enum probe_why {
	WHY_NONE,
#define ACCEPTED(name, words) WHY_##name,
#define UNTESTED(name, words) WHY_##name,
#define WRONG(name, words) WHY_##name,
#include "core/report/probe_whys.def"
};

/*
 * One thing that the probe did. STEP_WRITE_PAGE writes the shared page's address to an MSR, together with flags; the
 * next three kinds note a field of the clock's area in that page; STEP_REFERENCE notes which other clock its speed was
 * compared with.
 */
enum probe_step_kind {
	STEP_READ,
	STEP_WRITE,
	STEP_WRITE_PAGE,
	STEP_CALL,
	STEP_FLAGS,
	STEP_MULTIPLIER,
	STEP_SHIFT,
	STEP_REFERENCE
};

enum clock_reference { REFERENCE_PM_TIMER, REFERENCE_TSC, REFERENCE_STALL, CLOCK_REFERENCES };

struct probe_step {
	uint8_t kind;    /* enum probe_step_kind */
	uint8_t fault;   /* enum fault */
	uint32_t number; /* MSR index or hypercall number */
	/* Read, written or returned; enum clock_reference. The page's address is left out: the same machine must give
	 * the same report. */
	uint64_t value;
};

struct probe_result {
	uint8_t outcome; /* enum probe_outcome */
	uint8_t why;     /* enum probe_why */
	uint8_t first_step, step_count;
};

/* What hypercall 9, CLOCK_PAIRING, came to. NO_TSC: KVM has it, but the host's clock is not its TSC. */
enum pairing_result { PAIRING_UNTRIED, PAIRING_ABSENT, PAIRING_NO_TSC, PAIRING_WORKS, PAIRING_WRONG, PAIRING_RESULTS };

/* What the probe found on some other vCPUs, where that is not what it found on the first. */
struct probe_difference {
	uint8_t row; /* of kvm_features */
	uint8_t outcome, why;
	struct vcpu_set vcpus;
};

struct probe {
	bool run;
	bool kvm_answers;                              /* hypercalls are answered as KVM does */
	bool masked_untried;                           /* a masked feature was not tried, for want of means */
	bool page_stays;                               /* an MSR holds an address in the shared page for good */
	bool page_is_shared;                           /* though this guest's memory is encrypted */
	bool has_tsc_adjust;                           /* MSR 0x3b was read */
	uint64_t tsc_adjust;                           /* its value */
	uint8_t pairing;                               /* enum pairing_result */
	uint8_t pairing_why;                           /* enum probe_why */
	uint8_t general_steps;                         /* how many of the first steps belong to no feature */
	uint8_t step_count;                            /* steps beyond PROBE_STEPS_MAX are done but not recorded */
	struct probe_result results[KVM_FEATURE_ROWS]; /* of the first vCPU, in the order of kvm_features */
	struct probe_step steps[PROBE_STEPS_MAX];

	uint32_t vcpus_probed; /* vCPUs on which what each vCPU has of its own was tried, beside the first */
	struct probe_difference differences[PROBE_DIFFERENCES_MAX];
	uint32_t difference_count, differences_dropped;
	struct vcpu_set vcpus_late; /* on which that did not end in time */
};

/* Words for the report and the console. */
const char *probe_outcome_name(enum probe_outcome outcome);
/* The name as the console shows it: where its rows lack room for it and a reason, without "advertised, ". */
const char *probe_outcome_words(enum probe_outcome outcome);
const char *probe_why_words(enum probe_why why);
const char *fault_name(enum fault fault); /* "#GP", or "ok" for none */
const char *pairing_result_name(enum pairing_result result);
const char *clock_reference_name(enum clock_reference reference);

#endif
