/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Oracles: sources other than the app that know what the same guest sees, QEMU and the host's KVM. The judge compares
 * the app's report with them.
 */
#ifndef KVMLEAF_BOOT_QEMU_ORACLE_H
#define KVMLEAF_BOOT_QEMU_ORACLE_H

#include <stdint.h>

#include "qemu/qmp.h"

/*
 * QEMU's own view of leaf 0x40000001, from each vCPU's property "feature-words". ret_words, of the first vCPU, and
 * ret_differing, the bits in which some other vCPU differs from it, each have two elements (enum kvm_register).
 * *ret_cpus is the number of vCPUs. FALSE where QEMU gives no answer.
 */
gboolean oracle_feature_words(struct qmp *qmp, uint32_t *ret_words, uint32_t *ret_differing, unsigned *ret_cpus);

/* EAX of leaf 0x40000001 in KVM_GET_SUPPORTED_CPUID: the features that this system's KVM offers. FALSE without KVM. */
gboolean oracle_supported(uint32_t *ret_eax);

/*
 * Whether the CPU itself may deliver and end a guest's interrupts (AMD's AVIC, Intel's APICv): KVM then has no EOI to
 * save. FALSE only where KVM's modules say that they do not use it.
 */
gboolean oracle_own_apic(void);

/* The default TSC frequency, in Hz, of a guest of this system's KVM (KVM_GET_TSC_KHZ); 0 where it is not known. */
guint64 oracle_tsc_hz(void);

#endif
