/* SPDX-License-Identifier: BSD-2-Clause */
/* What a case's texts for QEMU and the app mean, so that no other file searches them for words. */
#ifndef KVMLEAF_BOOT_CASES_CASE_FACTS_H
#define KVMLEAF_BOOT_CASES_CASE_FACTS_H

#include "cases/cases.h"

struct case_facts {
	/* By -cpu. */
	gboolean enforced;       /* KVM refuses what is masked: kvm-pv-enforce-cpuid */
	gboolean masks_kvmclock; /* the property kvmclock is off */
	/* By -machine. */
	gboolean userspace_irqchip; /* kernel-irqchip=off: KVM has no interrupt controller, QEMU brings it */
	/* By further QEMU options. */
	gboolean attaches_disk; /* they have a device for the case's disk */
	/* By the app's arguments. */
	gboolean probes;      /* --probe */
	gboolean replays;     /* --replay: the report is a recorded machine's, whom nobody but the app knows */
	gboolean no_variable; /* --no-variable, or a replay: the report does not go into the variable */
	gboolean json;        /* --json: the report is on the console */
	gboolean quiet;       /* --quiet: no table */
	/* By all of them. */
	gboolean
		restorable; /* a captured guest can stand for a boot: machine, devices and firmware are the capture's */
	gboolean reports; /* the guest is to leave a report: its case does not say otherwise, nor is only help asked for
			   */
};

struct case_facts case_facts(const struct boot_case *boot_case);

#endif
