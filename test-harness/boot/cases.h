/* SPDX-License-Identifier: BSD-2-Clause */
/* A case: one guest and what is expected of it. README.md in cases/ describes the files. */
#ifndef KVMLEAF_BOOT_CASES_H
#define KVMLEAF_BOOT_CASES_H

#include <glib.h>
#include <stdint.h>

struct boot_case {
	char *name;
	char *why;
	char *accel; /* kvm or tcg */
	char *machine, *cpu, *arguments;
	char **extra; /* further QEMU options */
	unsigned smp;
	gboolean flash;
	gboolean cold; /* booted from reset even where a captured guest could stand for it */
	/* Expectations; NULL or 0 where the case has none. */
	char *verdict, *status, *signature, *hypervisor_bit;
	uint32_t base;
	uint32_t set[2], clear[2]; /* bits of EAX and EDX (enum kvm_register) */
};

/* Every case of every *.ini file in the folder, in the order of their names; NULL and one line on bad input. */
GPtrArray *cases_load(const char *folder, GError **error);
/* The one boot of a command line without cases. */
struct boot_case *case_new(const char *name);
void case_free(struct boot_case *boot_case);

#endif
