/* SPDX-License-Identifier: BSD-2-Clause */
/* What a fake KVM's vCPUs do beside executing MSR accesses and hypercalls: interrupts, HLT, translations. */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_VCPUS_H
#define KVMLEAF_UNIT_FAKE_FAKE_VCPUS_H

#include "unit/fake/fake_kvm.h"

/* For a struct ring0 whose context is the struct fake_kvm. */
bool fake_listen_for(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
uint32_t fake_heard(void *context, uint32_t expected);
uint32_t fake_listen_end(void *context);
void fake_interrupt_self(void *context, volatile uint32_t *eoi);
uint32_t fake_eois_skipped(void *context);
bool fake_halt_other(void *context, uint32_t *ret_apic_id);
bool fake_has_woken(void *context, bool expected);
void fake_halt_end(void *context);
bool fake_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);
bool fake_end_on_other(void *context);
enum run_on fake_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);
bool fake_translate(void *context);
bool fake_is_stale(void *context);
void fake_translate_end(void *context);

/* Time passes on the vCPU that calls this: where two are at work, the other one runs now. */
void fake_let_other_run(struct fake_kvm *kvm);

/* Gives the MSRs of all vCPUs their values after reset. */
void fake_reset(struct fake_kvm *kvm);
/* Asserts that the MSRs of all vCPUs but the first have these values, and that nothing that was begun goes on. */
void fake_assert_left(struct fake_kvm *kvm);

#endif
