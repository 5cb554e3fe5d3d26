/* SPDX-License-Identifier: BSD-2-Clause */
/* Within the probe: the steps that a feature's test is made of, each of them recorded. */
#ifndef KVMLEAF_PROBER_H
#define KVMLEAF_PROBER_H

#include "core/probe/probe.h"
#include "core/report/report.h"

struct prober {
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
bool prober_read(struct prober *prober, uint32_t msr, uint64_t *ret);
bool prober_write(struct prober *prober, uint32_t msr, uint64_t value);
/* The same with an address in the shared page, which is not recorded. */
bool prober_write_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags);
/* A value that was taken before: recorded only where it faults now. */
void prober_restore(struct prober *prober, uint32_t msr, uint64_t old);
void prober_repeat_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags);
/* Whether the MSR still reads as it was last written so; recorded only where it does not. */
bool prober_reads_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags);
/* The answer, or KVM_ENOSYS negative where the instruction itself faults: no call is listened to either way. */
int64_t prober_call(struct prober *prober, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
void prober_note(struct prober *prober, enum probe_step_kind kind, uint64_t value);
/* Whether a page may be shared with the host here; the reason why not otherwise. */
bool prober_can_share(const struct prober *prober, struct answer *ret_why_not);
bool prober_can_call(const struct prober *prober, struct answer *ret_why_not);
/* The page, zeroed, from offset on. */
volatile uint8_t *prober_area(const struct prober *prober, uint32_t offset, uint32_t size);

struct answer probe_clock(struct prober *prober, uint32_t clock_msr, uint32_t wall_msr);
struct answer probe_clock_stable(struct prober *prober);

/* One test for each row, in the order of kvm_features; what it finds is meant for an advertised feature. */
typedef struct answer probe_test(struct prober *prober);
extern probe_test *const probe_tests[KVM_FEATURE_ROWS];

#endif
