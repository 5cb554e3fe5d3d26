/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the probe's results repeat what CPUID says. */
#include "core/probe/probe.h"

__typeof__(probe_run) __real_probe_run, __wrap_probe_run;

void __wrap_probe_run(struct report *report, const struct ring0 *ring0, bool force)
{
	__real_probe_run(report, ring0, force);
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++) {
		bool advertised = kvm_features[row].reg == KVM_EAX && (report->kvm.eax >> kvm_features[row].bit) & 1;

		report->probe.results[row].outcome = advertised ? PROBE_WORKS : PROBE_ABSENT;
		report->probe.results[row].why = WHY_NONE;
	}
}
