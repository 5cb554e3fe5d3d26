/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe on this machine: struct ring0 (core/probe/probe.h) by the CPU's instructions and the firmware's services.
 */
#ifndef KVMLEAF_FIRMWARE_RING0_H
#define KVMLEAF_FIRMWARE_RING0_H

#include "firmware/firmware.h"

/*
 * Fills report->probe, or leaves a problem in the report where faults cannot be caught. On return every interrupt
 * vector, page and MSR is as it was.
 */
void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force);

#endif
