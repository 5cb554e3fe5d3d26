/* SPDX-License-Identifier: BSD-2-Clause */
/* What KVM's leaves say. */
#ifndef KVMLEAF_CORE_LEAVES_DECODE_KVM_H
#define KVMLEAF_CORE_LEAVES_DECODE_KVM_H

#include "core/report/report.h"

/*
 * Fills report->kvm from the lowest KVM block, which is the one that Linux's guest code uses, and sets that block's
 * kvm_interface. Needs the blocks and leaves that discover() found.
 */
void decode_kvm(struct report *report);

#endif
