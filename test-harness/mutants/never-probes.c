/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app never probes, whatever its arguments say. */
#include "firmware/ring0.h"

__typeof__(ring0_probe) __wrap_ring0_probe;

void __wrap_ring0_probe(
	const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	(void)firmware;
	(void)report;
	(void)cpuid;
	(void)force;
}
