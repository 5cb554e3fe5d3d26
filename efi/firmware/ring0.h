/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe on this machine: what core/probe.h asks for, done by the CPU and the firmware. */
#ifndef KVMLEAF_FIRMWARE_RING0_H
#define KVMLEAF_FIRMWARE_RING0_H

#include "firmware/firmware.h"

/* Fills report->probe; every vector, page and MSR is given back on return. */
void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force);

#endif
