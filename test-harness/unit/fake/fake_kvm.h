/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A KVM to probe on the host, written from Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst and arch/x86/kvm; the
 * functions in fake_kvm.c name those of KVM. It can have one defect at a time, each of which the probe must find.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_KVM_H
#define KVMLEAF_UNIT_FAKE_FAKE_KVM_H

#include "core/probe/probe.h"

enum defect {
	DEFECT_NONE,
	DEFECT_READ_BACK,     /* an MSR reads other than written */
	DEFECT_RESERVED,      /* reserved bits are taken */
	DEFECT_NOT_FILLED,    /* areas stay empty */
	DEFECT_ODD_VERSION,   /* versions of areas stay odd */
	DEFECT_NO_SCALE,      /* multiplier 0 */
	DEFECT_LATER_SHIFT,   /* the clock's second reading has a shift of 128 */
	DEFECT_STOPPED,       /* the clock does not advance with the TSC */
	DEFECT_DRIFT,         /* each reading of the clock is 1 ms further off */
	DEFECT_WALL_CLOCK,    /* the wall clock is in the year 2100 */
	DEFECT_PREEMPTED,     /* a TLB flush is not done */
	DEFECT_DEAF,          /* no interrupt arrives */
	DEFECT_COUNT,         /* the call for one IPI returns 2 */
	DEFECT_ERROR,         /* hypercalls answer -22 */
	DEFECT_WIDE_ERROR,    /* hypercalls answer the lowest 64-bit number */
	DEFECT_MSRS_REFUSED,  /* advertised MSRs end in #GP */
	DEFECT_CALLS_REFUSED, /* advertised hypercalls return -1000 */
	DEFECT_ASLEEP,        /* a kick wakes nobody */
	DEFECT_EOI_LOST,      /* the end of an interrupt that the guest leaves to the host is never done */
	DEFECT_STALE,         /* a TLB flush clears its request and flushes nothing */
	DEFECT_UNMARKED,      /* a vCPU that is not running is not said to be preempted */
	DEFECT_WARP,          /* the clock of this vCPU is 1 ms ahead of the others */
	DEFECT_FREQUENCY,     /* the clock runs at another rate than the timing leaf says, by 2 % */
	/* The clock runs at this rate, without a timing leaf to compare with. */
	DEFECT_16_TIMES,
	DEFECT_2_TIMES,
	DEFECT_FIFTH_MORE,
	DEFECT_FIFTH_LESS,
	DEFECT_HALF,
	DEFECT_SIXTEENTH,
};

/* What one MSR or one hypercall does instead of what KVM does. */
struct fake_override {
	bool set;
	uint32_t number;
	enum fault fault;
	int64_t value; /* left in *ret, even with a fault */
};

enum {
	FAKE_OVERRIDES = 4,
	FAKE_MSRS = 16,
	FAKE_TIME = 1790000000,
	FAKE_TSC_KHZ = 1000000,
	FAKE_APIC_ID = 3,       /* of the first vCPU */
	FAKE_OTHER_APIC_ID = 7, /* of the first of the others; the next has 8, and so on */
	FAKE_OTHERS_MAX = 3,
};

struct fake_msr {
	uint32_t msr; /* 0: the entry is free */
	uint64_t value;
};

struct fake_kvm {
	uint32_t features; /* the guest's EAX */
	uint32_t hints;    /* its EDX */
	bool enforces;     /* KVM_CAP_ENFORCE_PV_FEATURE_CPUID */
	bool is_kvm;       /* false: no KVM's MSRs and hypercalls */
	bool is_tdx;
	bool ignores_msrs;                          /* kvm.ignore_msrs=1 */
	bool held;                                  /* interrupts are held */
	uint64_t sev_status;                        /* MSR 0xc0010131 */
	unsigned calls, msrs_touched, msrs_written; /* accesses, counted */
	struct fake_override answers[FAKE_OVERRIDES], reads[FAKE_OVERRIDES], writes[FAKE_OVERRIDES];
	enum defect defect;
	struct fake_msr msrs[FAKE_MSRS]; /* of the vCPU that runs */
	struct fake_vcpu {
		enum defect defect;
		bool late; /* does not end what it is given to do */
		struct fake_msr msrs[FAKE_MSRS];
	} others[FAKE_OTHERS_MAX];
	unsigned other_count;
	bool on_other;    /* one of the others runs */
	bool answers_all; /* every hypercall is answered by 0 */

	/* struct kvm_lapic and vcpu->arch.pv, as far as the probe sees them */
	bool in_service, eoi_pending, apicv;
	uint32_t skipped;
	bool halted, unhalted, restless; /* the companion; restless: it does not stay halted */
	bool stale, forgets;             /* forgets: each exit flushes the TLB */
	unsigned translating;            /* calls of translate() without translate_end() so far */
	_Alignas(4096) uint8_t page[PROBE_PAGE_SIZE];
	uint64_t tsc; /* runs at 1 GHz: a tick is a nanosecond */
	bool no_pm_timer;
	/* The master clock's snapshot, and whether the boot vCPU last used the clock's old MSR (fake_fill_clock()). */
	uint64_t snapshot;
	bool runs_old_clock;
	bool shares_page;    /* though the guest's memory is encrypted */
	uint64_t tsc_adjust; /* MSR 0x3b; 0: the CPU has none */
	/* What hypercall 9 does: its answer if not 0, and by how much what it writes is off. */
	int64_t pairing_answer, pairing_tsc_off, pairing_seconds_off, pairing_nanoseconds_off;
	uint8_t vector;
	uint32_t interrupts;    /* that have arrived for the listener */
	uint32_t echoes;        /* interrupts of the vector that somebody else sent */
	unsigned listening;     /* calls of listen() without heard() so far */
	bool listens_elsewhere; /* on another vCPU, even where this fake has no others */
	unsigned waits;         /* calls of heard() that waited in vain */
	uint64_t acknowledged;  /* sum of what was written to ASYNC_PF_ACK */
	bool no_listener, no_page;
	bool maps_ranges; /* the VMM has enabled KVM_CAP_EXIT_HYPERCALL */
};

/* For a struct ring0 whose context is the struct fake_kvm. */
enum fault fake_read_msr(void *context, uint32_t msr, uint64_t *ret);
enum fault fake_write_msr(void *context, uint32_t msr, uint64_t value);
enum fault fake_hypercall(void *context, const uint64_t arguments[5], int64_t *ret);
/* What KVM does at every exit of the first vCPU. */
void fake_exit(struct fake_kvm *kvm);
/* Where the value of an MSR is stored. The old and the new number of a clock's MSR share one. */
uint64_t *fake_msr(struct fake_kvm *kvm, uint32_t msr);
/* What KVM writes into the page when a clock's MSR is set (fake_kvm_clock.c). is_old: by the MSR's old number. */
void fake_fill_clock(struct fake_kvm *kvm, size_t offset, bool is_old);
void fake_fill_wall_clock(struct fake_kvm *kvm, uint64_t address);
/* Hypercall 9. */
int64_t fake_pair_clocks(struct fake_kvm *kvm, const uint64_t arguments[5]);

#endif
