/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine around the fake KVM, its clocks and interrupts, and a probe of it from start to end. */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_RING0_H
#define KVMLEAF_UNIT_FAKE_FAKE_RING0_H

#include <glib.h>
#include <string.h>

#include "unit/fake/fake_kvm.h"

struct ring0 fake_ring0(struct fake_kvm *kvm);

/* Examines and probes the machine. hidden: its CPUID shows no KVM; else it shows kvm->features and kvm->hints. */
void fake_probe(struct fake_kvm *kvm, bool hidden, struct report *report);
/* The same through another ring0, whose functions may differ from those of fake_ring0(). */
void fake_probe_by(struct fake_kvm *kvm, const struct ring0 *ring0, bool hidden, struct report *report);
/* The result of the feature with that bit in EAX. */
const struct probe_result *fake_result(const struct report *report, uint8_t bit);

/* Every MSR has its value after reset, but the wall clock's, if the page stays: that keeps an address in the page. */
void fake_assert_msrs(const struct fake_kvm *kvm, const struct report *report);
/* fake_probe(), and asserts that the probe left every MSR as it is after reset and listens to no interrupt any more. */
void fake_probe_cleanly(struct fake_kvm *kvm, bool hidden, struct report *report);
void fake_assert_outcome(const struct report *report, uint8_t bit, enum probe_outcome outcome, enum probe_why why);

#endif
