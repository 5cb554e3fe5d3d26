/* SPDX-License-Identifier: BSD-2-Clause */
/* A case: one guest to run, and what is expected of it. test-harness/cases/README.md describes the files. */
#ifndef KVMLEAF_BOOT_CASES_CASES_H
#define KVMLEAF_BOOT_CASES_CASES_H

#include <glib.h>
#include <stdint.h>

struct boot_case {
	char *name;
	char *why;
	char *accel;          /* kvm or tcg */
	char *maker;          /* of the CPU that KVM runs on: amd or intel; NULL for any */
	char *kvm_parameters; /* of the nested host's KVM modules (kvm_parameters.h); NULL for the usual ones */
	char *machine, *cpu, *arguments;
	char *app;   /* another app, relative to the folder of the usual one; NULL for the usual app */
	char *disk;  /* an image in images/out, or a path, to boot instead of the app; "none": extra has what to boot */
	char *media; /* disk or cdrom */
	char *firmware; /* i386, CODE:VARS, or a ROM image; NULL for the usual firmware */
	char **extra;   /* further QEMU options; NULL for none */
	unsigned smp;
	char *store;       /* where the firmware's variables lie: memory, flash or none; NULL for memory */
	gboolean by_shell; /* the firmware's shell starts the app */
	gboolean cold;     /* always booted from reset, never restored */
	gboolean untold;   /* if arguments is empty, the app gets no --exit=qemu either: its disk configures it */
	gboolean required; /* set and clear were also passed to the app, as --require and --forbid */
	/* Expectations; NULL or 0 for none. */
	char *vcpus;  /* agree, differ or silent; NULL means agree */
	char *report; /* needed or none; NULL means needed */
	char *verdict, *status, *signature, *hypervisor_bit, *problem;
	uint32_t base, max_leaf;
	/* Bits of EAX and EDX (enum kvm_register). */
	uint32_t set[2], clear[2];
	/* Names of CPU features and of x86-64 levels among the values of the same two keys, with commas between them.
	 */
	char *cpu_set, *cpu_clear;
	uint32_t exactly[2];
	gboolean has_exactly;
	uint32_t set_if_offered[2]; /* must be set if KVM_GET_SUPPORTED_CPUID has them */
	uint32_t broken[2];         /* advertised, but do not work: the probe must find that */
	uint32_t stripped[2];       /* KVM may clear these although QEMU asked for them */
	char *skip;                 /* why this system cannot run the case; NULL where it can */
	char *origin;               /* FILE:LINE, for later error messages */
	guint64 given;              /* one bit for each key of case_keys.def that was set */
};

/*
 * The cases (struct boot_case) of every *.ini file in the folder, in the order of the files' names. To be unreferenced,
 * which frees the cases; NULL with an error, BOOT_USAGE for invalid content.
 */
GPtrArray *cases_load(const char *folder, GError **error);
/*
 * Adds the cases that are made from the feature table: for each KVM property three (masked alone, masked alone and
 * enforced, allowed alone), one with all of them masked, one with none. Properties that QEMU does not have, a list
 * ended by NULL, are left out of the masks.
 */
void cases_generate(GPtrArray *cases, const char *const *unknown_properties);
/* Adds count cases with random masks, some of them enforced. The same seed gives the same cases. */
void cases_generate_random(GPtrArray *cases, const char *const *unknown_properties, unsigned count, unsigned seed);
/* A case with default values and this name, to be freed with case_free. */
struct boot_case *case_new(const char *name);
void case_free(struct boot_case *boot_case);

#endif
