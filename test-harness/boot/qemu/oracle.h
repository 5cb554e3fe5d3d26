/* SPDX-License-Identifier: BSD-2-Clause */
/* What others than the app say of the same guest. */
#ifndef KVMLEAF_BOOT_QEMU_ORACLE_H
#define KVMLEAF_BOOT_QEMU_ORACLE_H

#include <stdint.h>

#include "qemu/qmp.h"

/*
 * QEMU's own view of leaf 0x40000001: each CPU's property "feature-words". Two words each, by enum kvm_register: the
 * first CPU's, and the bits that some other has unlike it. And how many CPUs there are. FALSE where QEMU does not say.
 */
gboolean oracle_feature_words(struct qmp *qmp, uint32_t *ret_words, uint32_t *ret_differing, unsigned *ret_cpus);

/* What KVM offers for leaf 0x40000001 EAX: KVM_GET_SUPPORTED_CPUID. FALSE where /dev/kvm does not say. */
gboolean oracle_supported(uint32_t *ret_eax);

/* The TSC frequency of a guest of this machine's KVM, in Hz; 0 where /dev/kvm does not say. */
guint64 oracle_tsc_hz(void);

#endif
