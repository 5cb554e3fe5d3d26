/* SPDX-License-Identifier: BSD-2-Clause */
/* An app whose probe repeats what CPUID says. */
#include "report.h"

void __real_probe_run(struct report *report, const struct ring0 *ring0, const struct cpuid_source *cpuid, bool force);
void __wrap_probe_run(struct report *report, const struct ring0 *ring0, const struct cpuid_source *cpuid, bool force);

void __wrap_probe_run(struct report *report, const struct ring0 *ring0, const struct cpuid_source *cpuid, bool force)
{
	__real_probe_run(report, ring0, cpuid, force);
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++) {
		bool advertised = kvm_features[row].reg == KVM_EAX && (report->kvm.eax >> kvm_features[row].bit) & 1;

		report->probe.results[row].outcome = advertised ? PROBE_WORKS : PROBE_ABSENT;
		report->probe.results[row].why = WHY_NONE;
	}
}
