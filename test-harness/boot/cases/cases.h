/* SPDX-License-Identifier: BSD-2-Clause */
/* A case: one guest and what is expected of it. README.md in cases/ describes the files. */
#ifndef KVMLEAF_BOOT_CASES_CASES_H
#define KVMLEAF_BOOT_CASES_CASES_H

#include <glib.h>
#include <stdint.h>

struct boot_case {
	char *name;
	char *why;
	char *accel; /* kvm or tcg */
	char *maker; /* of the CPU that KVM runs on: amd or intel; NULL for any */
	char *machine, *cpu, *arguments;
	char *app;      /* another than the usual, beside it; NULL */
	char *disk;     /* an image of images/out to boot instead of the app; "none": what extra brings */
	char *media;    /* disk or cdrom */
	char *firmware; /* i386, CODE:VARS, or a ROM image; NULL for the usual */
	char **extra;   /* further QEMU options */
	unsigned smp;
	gboolean flash;
	gboolean by_shell; /* the firmware's shell starts the app */
	gboolean cold;     /* booted from reset even where a captured guest could stand for it */
	gboolean untold;   /* the app is told nothing: the disk that is booted has its own configuration */
	gboolean required; /* the app is told set and clear too, by --require and --forbid */
	/* Expectations; NULL or 0 where the case has none. */
	char *vcpus;  /* agree, differ or silent; agree if NULL */
	char *report; /* needed or none; needed if NULL */
	char *verdict, *status, *signature, *hypervisor_bit, *problem;
	uint32_t base, max_leaf;
	/* Bits of EAX and EDX (enum kvm_register). */
	uint32_t set[2], clear[2];
	uint32_t exactly[2];
	gboolean has_exactly;
	uint32_t set_if_offered[2]; /* set where KVM_GET_SUPPORTED_CPUID has them */
	uint32_t broken[2];         /* advertised, and not kept: the probe must say so */
	uint32_t stripped[2];       /* KVM may take these away after QEMU asked for them */
	char *skip;                 /* why this machine cannot run it, NULL when it can */
	char *origin;               /* FILE:LINE, for errors that are found later */
	guint64 given;              /* a bit for each key of case_keys.def that was read */
};

/* Every case of every *.ini file in the folder, in the order of their names; NULL and one line on bad input. */
GPtrArray *cases_load(const char *folder, GError **error);
/* Adds a case for each KVM property masked alone and allowed alone, all masked and none, from the feature table. */
void cases_generate(GPtrArray *cases, const char *const *unknown_properties);
/* Adds random subsets of the properties, masked and allowed, enforced and not, the same for the same seed. */
void cases_generate_random(GPtrArray *cases, const char *const *unknown_properties, unsigned count, unsigned seed);
/* The one boot of a command line without cases. */
struct boot_case *case_new(const char *name);
void case_free(struct boot_case *boot_case);

#endif
