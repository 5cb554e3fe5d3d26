/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests whose host is kept out of their memory or registers: what they are limits what a probe may do. */
#ifndef KVMLEAF_CONFIDENTIAL_H
#define KVMLEAF_CONFIDENTIAL_H

#include "probe.h"
#include "report.h"

enum confidential { CONFIDENTIAL_NONE, CONFIDENTIAL_SEV, CONFIDENTIAL_SEV_ES, CONFIDENTIAL_SNP, CONFIDENTIAL_TDX };

/*
 * What is active, not merely supported: TDX by leaf 0x21 (Intel TDX module specification), SEV by MSR 0xc0010131 where
 * leaf 0x8000001f has SEV (AMD APM volume 2, 15.34.10).
 */
enum confidential confidential_active(
	const struct report *report, const struct ring0 *ring0, const struct cpuid_source *cpuid);

#endif
