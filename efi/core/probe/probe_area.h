/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Used only inside core/probe: areas of the shared page that a feature's MSR makes known to the host. The MSR holds the
 * area's address and, in the low bits that the area's alignment leaves free, flags.
 */
#ifndef KVMLEAF_CORE_PROBE_PROBE_AREA_H
#define KVMLEAF_CORE_PROBE_PROBE_AREA_H

#include "core/probe/probe_steps.h"

/* One area is in use at a time, at the beginning of the page: 64 bytes are the size of the largest. */
enum { AREA_OFFSET = 0, AREA_SIZE = 64, AREA_ENABLED = 1 << 0 };

/*
 * Enables an area. The MSR must refuse the reserved bits (0: none is tried) and must read as it was written. If and
 * only if the answer is WORKS the area is left enabled, and *ret_old is to be written back.
 */
struct answer area_enable(
	struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved, uint64_t *ret_old);

/*
 * Enables an area and disables it again: ACCEPTED for that reason where this worked. Interrupts are held in between:
 * before Linux 5.8, enabling asynchronous page faults made KVM inject a "page ready" #PF at the next moment at which
 * the vCPU took interrupts; disabling withdraws it.
 */
struct answer area_try(
	struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved, enum probe_why why);

#endif
