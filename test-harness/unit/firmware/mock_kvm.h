/* SPDX-License-Identifier: BSD-2-Clause */
/* The KVM under the mock: MSRs and hypercalls, for the features MOCK_FEATURES. */
#ifndef KVMLEAF_UNIT_FIRMWARE_MOCK_KVM_H
#define KVMLEAF_UNIT_FIRMWARE_MOCK_KVM_H

#include <stdint.h>

#include "core/report/probe_result.h"

void mock_kvm_init(void);
enum fault mock_kvm_read(uint32_t msr, uint64_t *ret);
enum fault mock_kvm_write(uint32_t msr, uint64_t value);
int64_t mock_kvm_call(const uint64_t arguments[5]);
/* An interrupt is about to be taken: KVM offers to do without its EOI, apic_update_ppr() and pv_eoi_set_pending(). */
void mock_kvm_interrupts(void);
/* A processor that halts goes on: in mock_ring0.c. */
void mock_wake(unsigned processor);
/* An interrupt for that processor: in mock_ring0.c. */
void mock_interrupt(unsigned processor, uint8_t vector);

#endif
