/* SPDX-License-Identifier: BSD-2-Clause */
/* Within the probe: the steps that a feature's test is made of, each of them recorded. */
#ifndef KVMLEAF_CORE_PROBE_PROBE_STEPS_H
#define KVMLEAF_CORE_PROBE_PROBE_STEPS_H

#include "core/probe/probe.h"
#include "core/report/report.h"

struct probe_session {
	const struct ring0 *ring0;
	const struct report *report;
	struct probe *probe;
	enum confidential confidential;
	bool ignores_msrs; /* the host answers for MSRs that do not exist: 0, and any write is taken */
};

/* What a test found: an outcome as for an advertised feature. */
struct answer {
	enum probe_outcome outcome; /* PROBE_WORKS, PROBE_REFUSED, PROBE_WRONG or PROBE_UNTESTED */
	enum probe_why why;
};
#define WORKS ((struct answer){ PROBE_WORKS, WHY_NONE })
#define REFUSED ((struct answer){ PROBE_REFUSED, WHY_NONE })
#define WRONG_BY(reason) ((struct answer){ PROBE_WRONG, WHY_##reason })
#define UNTESTED_BY(reason) ((struct answer){ PROBE_UNTESTED, WHY_##reason })

/* False where the instruction faults. */
bool step_read_msr(struct probe_session *session, uint32_t msr, uint64_t *ret);
bool step_write_msr(struct probe_session *session, uint32_t msr, uint64_t value);
/* The same with an address in the shared page, which is not recorded. */
bool step_write_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* A value that was taken before: recorded only where it faults now. */
void step_restore_msr(struct probe_session *session, uint32_t msr, uint64_t old);
void step_restore_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* Whether the MSR still reads as it was last written so; recorded only where it does not. */
bool step_page_msr_holds(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags);
/* The answer, or KVM_ENOSYS negative where the instruction itself faults: no call is listened to either way. */
int64_t step_hypercall(
	struct probe_session *session, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
void step_note(struct probe_session *session, enum probe_step_kind kind, uint64_t value);
/* Whether a page may be shared with the host here; the reason why not otherwise. */
bool probe_can_share(const struct probe_session *session, struct answer *ret_why_not);
bool probe_can_call(const struct probe_session *session, struct answer *ret_why_not);
/* The page, zeroed, from offset on. */
volatile uint8_t *probe_shared_area(const struct probe_session *session, uint32_t offset, uint32_t size);

struct answer probe_clock(struct probe_session *session, uint32_t clock_msr, uint32_t wall_msr);
struct answer probe_clock_stable(struct probe_session *session);

/* One test for each row, in the order of kvm_features; what it finds is meant for an advertised feature. */
typedef struct answer probe_test(struct probe_session *session);
extern probe_test *const probe_tests[KVM_FEATURE_ROWS];

#endif
