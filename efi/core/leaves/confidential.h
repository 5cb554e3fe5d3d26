/* SPDX-License-Identifier: BSD-2-Clause */
/* What the leaves say about confidential guests. */
#ifndef KVMLEAF_CORE_LEAVES_CONFIDENTIAL_H
#define KVMLEAF_CORE_LEAVES_CONFIDENTIAL_H

#include "core/report/report.h"

/* Leaf 0x21: Intel TDX module specification; leaf 0x8000001f: AMD's APM, volume 3, appendix E.4.17. */
enum { LEAF_TDX = 0x21, LEAF_EXTENDED = (int)0x80000000, LEAF_SEV = (int)0x8000001f };

/* Whether these are leaf 0x21's registers in a TDX guest. */
bool confidential_is_tdx(const struct cpuid_regs *tdx);
/* Whether leaf 0x8000001f tells of any kind of SEV. */
bool confidential_has_sev(const struct cpuid_regs *sev);
/*
 * Fills report->confidential from the report's leaves. Only TDX guests have TDX's leaf; SEV's leaf says what the CPU
 * could do, not what this guest uses. Hyper-V's isolation leaf says what the guest is.
 */
void confidential_decode(struct report *report);

#endif
