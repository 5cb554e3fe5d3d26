/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests whose host is kept out of their memory or registers: what they are limits what a probe may do. */
#ifndef KVMLEAF_CORE_LEAVES_CONFIDENTIAL_H
#define KVMLEAF_CORE_LEAVES_CONFIDENTIAL_H

#include "core/probe/probe.h"
#include "core/report/report.h"

/* Leaf 0x21 of the Intel TDX module specification; 0x8000001f of AMD's APM, volume 3, appendix E.4.17. */
enum { LEAF_TDX = 0x21, LEAF_EXTENDED = (int)0x80000000, LEAF_SEV = (int)0x8000001f };

/* Whether these are leaf 0x21's registers in a TDX guest. */
bool confidential_is_tdx(const struct cpuid_regs *tdx);
/* Whether leaf 0x8000001f tells of any kind of SEV. */
bool confidential_has_sev(const struct cpuid_regs *sev);
/* What the recorded leaves say. TDX's leaf is there in TDX guests alone; SEV's says what the CPU could do. */
void confidential_decode(struct report *report);
/* What is active, by MSR 0xc0010131 where leaf 0x8000001f has SEV (AMD APM volume 2, 15.34.10); into the report too. */
enum confidential confidential_ask(struct report *report, const struct ring0 *ring0);

#endif
