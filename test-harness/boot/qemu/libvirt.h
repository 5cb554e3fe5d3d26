/* SPDX-License-Identifier: BSD-2-Clause */
/* A libvirt domain file as QEMU options (libvirt's docs/formatdomain.rst; names in QEMU's target/i386/cpu.c). */
#ifndef KVMLEAF_BOOT_QEMU_LIBVIRT_H
#define KVMLEAF_BOOT_QEMU_LIBVIRT_H

#include <glib.h>

/* What of a domain decides which hypervisor leaves its guest sees. */
struct libvirt_domain {
	char *accel;   /* kvm or tcg */
	char *machine; /* with kernel-irqchip= where the domain says so */
	char *cpu;     /* QEMU's -cpu: model, features, features/kvm, hyperv, clock timers */
	unsigned vcpus;
};

/* NULL and one line with file and line for what is no domain, or has a setting that is not known here. */
struct libvirt_domain *libvirt_load(const char *path, GError **error);
void libvirt_domain_free(struct libvirt_domain *domain);

#endif
