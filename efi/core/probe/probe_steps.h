/* SPDX-License-Identifier: BSD-2-Clause */
/* Used only inside core/probe: the steps that the test of a feature is made of. Each is recorded in the report. */
#ifndef KVMLEAF_CORE_PROBE_PROBE_STEPS_H
#define KVMLEAF_CORE_PROBE_PROBE_STEPS_H

#include "core/probe/probe.h"

struct probe_session {
	const struct ring0 *ring0;
	const struct report *report;
	struct probe *probe;
	enum confidential confidential;
	/* The host answers for MSRs that do not exist (kvm.ignore_msrs=1): reads give 0, and writes are accepted. */
	bool ignores_msrs;
};

/* What the test of a feature found, in the words for an advertised feature. */
struct answer {
	enum probe_outcome outcome; /* of a test: PROBE_WORKS, PROBE_REFUSED, PROBE_WRONG or PROBE_UNTESTED */
	enum probe_why why;
};
#define WORKS ((struct answer){ PROBE_WORKS, WHY_NONE })
#define REFUSED ((struct answer){ PROBE_REFUSED, WHY_NONE })
#define WRONG_BY(reason) ((struct answer){ PROBE_WRONG, WHY_##reason })
#define UNTESTED_BY(reason) ((struct answer){ PROBE_UNTESTED, WHY_##reason })

/* These return false where the instruction faults. */
bool step_read_msr(struct probe_session *session, uint32_t msr, uint64_t *ret);
bool step_write_msr(struct probe_session *session, uint32_t msr, uint64_t value);
/* Writes the address of the shared page at that offset, together with flags. The address is not recorded. */
bool step_write_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* Writes back a value that the MSR had before. Recorded only if it faults. */
void step_restore_msr(struct probe_session *session, uint32_t msr, uint64_t old);
void step_restore_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* Whether the MSR reads as step_write_page_msr() with these arguments wrote it. Recorded only if it does not. */
bool step_page_msr_holds(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* What the hypercall returned. -KVM_ENOSYS, "no such call", also where the instruction itself faults. */
int64_t step_hypercall(
	struct probe_session *session, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
/* Records a value that was found in the shared page. */
void step_note(struct probe_session *session, enum probe_step_kind kind, uint64_t value);
/* Whether this guest may share a page with the host; if not, ret_why_not is the answer to give. */
bool probe_can_share(const struct probe_session *session, struct answer *ret_why_not);
/* Whether this guest can pass arguments to a hypercall; if not, ret_why_not is the answer to give. */
bool probe_can_call(const struct probe_session *session, struct answer *ret_why_not);
/* The shared page from offset on, after its next size bytes were set to 0. */
volatile uint8_t *probe_shared_area(const struct probe_session *session, uint32_t offset, uint32_t size);

/* The tests of kvmclock (probe_clock.c): the clock and wall clock behind these MSRs, and the flag of the stable TSC. */
struct answer probe_clock(struct probe_session *session, uint32_t clock_msr, uint32_t wall_msr);
struct answer probe_clock_stable(struct probe_session *session);

/* One test for each row of kvm_features, in the same order. */
typedef struct answer probe_test(struct probe_session *session);
extern probe_test *const probe_tests[KVM_FEATURE_ROWS];

#endif
