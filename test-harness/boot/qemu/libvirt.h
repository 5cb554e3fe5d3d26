/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translates a libvirt domain file into QEMU options (libvirt's docs/formatdomain.rst; property names in QEMU's
 * target/i386/cpu.c).
 */
#ifndef KVMLEAF_BOOT_QEMU_LIBVIRT_H
#define KVMLEAF_BOOT_QEMU_LIBVIRT_H

#include <glib.h>

/* The settings of a domain that decide which hypervisor leaves its guest sees. */
struct libvirt_domain {
	char *accel;   /* kvm or tcg */
	char *machine; /* QEMU machine type, with kernel-irqchip= where the domain sets its ioapic driver */
	char *cpu; /* QEMU's -cpu, from the CPU model, CPU features, features/kvm, features/hyperv and clock timers */
	unsigned vcpus;
};

/*
 * Reads the file, or standard input for "-". To be freed with libvirt_domain_free; NULL with BOOT_USAGE, file and line
 * where it is not a domain or a setting has an unexpected value.
 */
struct libvirt_domain *libvirt_load(const char *path, GError **error);
void libvirt_domain_free(struct libvirt_domain *domain);

#endif
