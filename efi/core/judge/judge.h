/* SPDX-License-Identifier: BSD-2-Clause */
/* What the leaves say: KVM's features, the verdict, the user's expectations, and how the run ends. */
#ifndef KVMLEAF_CORE_JUDGE_JUDGE_H
#define KVMLEAF_CORE_JUDGE_JUDGE_H

#include "core/report/report.h"

/* Fills report->kvm from the lowest KVM block, the one that Linux's guest code uses, and what the guest is. */
void decode_kvm(struct report *report);
/* Fills report->verdict and what each expectation came to; decode comes first. */
void judge_report(struct report *report);
/* EXPECTATION, PROBE or VCPUS, the first of them that there is reason for; else PASS. */
enum exit_status judge_status(const struct report *report);

/*
 * The bits that a name stands for: a kernel name ("KVM_FEATURE_PV_EOI", "PV_EOI", "KVM_HINTS_REALTIME"), or QEMU's
 * property ("kvmclock": bits 0 and 3), in any case. Returns the name as the table spells it, NULL for none.
 */
const char *kvm_bits_by_name(const char *name, size_t length, uint32_t *ret_eax, uint32_t *ret_edx);

#endif
