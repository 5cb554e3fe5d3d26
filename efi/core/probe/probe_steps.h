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
	bool off_record; /* steps are not recorded: this is not the first vCPU */
};

/* What the test of a feature found, in the words for an advertised feature. */
struct answer {
	enum probe_outcome outcome; /* of a test: PROBE_WORKS, _ACCEPTED, _REFUSED, _WRONG or _UNTESTED */
	enum probe_why why;
};
#define WORKS ((struct answer){ PROBE_WORKS, WHY_NONE })
#define ACCEPTED_BY(reason) ((struct answer){ PROBE_ACCEPTED, WHY_##reason })
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

/* A test of the session's vCPU. At its end every MSR is as it was, and no shared area is enabled. */
typedef struct answer probe_test(struct probe_session *session);

/* One test for each row of kvm_features, in the same order. They are called probe_CLOCKSOURCE() and so on. */
extern probe_test *const probe_tests[KVM_FEATURE_ROWS];
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) probe_test probe_##name;
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"

/* Only what a feature's MSRs take, for vCPUs on which no interrupt can be counted. */
probe_test probe_eoi_msr, probe_async_int_msrs;
/* The clock behind one of its two MSRs, without watching it for a while. */
probe_test probe_clock_msr, probe_clock_msr_new;
/* Nanoseconds by this vCPU's clock. false where it has none, or where its flags do not say that it is stable. */
bool probe_clock_now(struct probe_session *session, uint64_t *ret);

/* The answer of a test in the words for an advertised or a masked feature. PROBE_ABSENT where it is not tested. */
struct answer probe_feature(struct probe_session *session, size_t row, probe_test *test);
/* Tries on every other vCPU what each vCPU has of its own, and compares the clocks of the vCPUs (probe_vcpus.c). */
void probe_other_vcpus(struct probe_session *session);

#endif
