/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts that follow from the texts of a case (-cpu, -machine, further QEMU options, the app's arguments). Only this
 * module parses these texts.
 */
#ifndef KVMLEAF_BOOT_CASES_CASE_FACTS_H
#define KVMLEAF_BOOT_CASES_CASE_FACTS_H

#include "cases/cases.h"

struct case_facts {
	/* From -cpu. */
	gboolean enforced;       /* kvm-pv-enforce-cpuid=on: KVM refuses the use of masked features */
	gboolean masks_kvmclock; /* kvmclock=off */
	/* From kvm-parameters. */
	gboolean sets_apicv; /* kvm_intel.enable_apicv=1 */
	/* From -machine. */
	gboolean userspace_irqchip; /* kernel-irqchip=off: QEMU emulates the interrupt controllers, not KVM */
	/* From the store. */
	gboolean flash; /* the firmware and its variables are in flash */
	/* From further QEMU options. */
	gboolean attaches_disk; /* they define the device for the case's disk */
	/* From the app's arguments. */
	gboolean probes;      /* --probe */
	gboolean demands;     /* --enforced: a masked feature that works counts as a contradiction */
	gboolean replays;     /* --replay: the report is of a recorded dump, which no oracle knows */
	gboolean no_variable; /* --no-variable, or --replay: the app stores no report variable */
	gboolean json;        /* --json: the report is on the console */
	gboolean quiet;       /* --quiet: no table */
	gboolean powers_off;  /* --exit=poweroff */
	/* From all of them. */
	/* A captured guest can be restored instead of a boot: QEMU machine type, devices and firmware are the same. */
	gboolean restorable;
	/* The guest is expected to leave a report: there is neither report = none nor --help or --version. */
	gboolean reports;
};

struct case_facts case_facts(const struct boot_case *boot_case);

#endif
