/* SPDX-License-Identifier: BSD-2-Clause */
/* What a Linux guest does with what its host offers, by the rules of forecast_rules.def. */
#ifndef KVMLEAF_CORE_FORECAST_FORECAST_H
#define KVMLEAF_CORE_FORECAST_FORECAST_H

#include <stdint.h>

#include "core/report/report.h"

/* The kernels whose source the rules were read from. */
#define FORECAST_KERNELS "Linux 6.1 to 6.18"

enum forecast_topic {
#define FORECAST_TOPIC(name, word) FORECAST_TOPIC_##name,
#include "core/forecast/forecast_topics.def"
	FORECAST_TOPICS
};

enum forecast_state { FORECAST_USED, FORECAST_UNUSED, FORECAST_MISSING, FORECAST_UNSAID, FORECAST_STATES };

/* A row of kvm_fixes.def. */
enum kvm_fix_row {
	KVM_FIX_NONE,
#define KVM_FIX_FEATURE(name, given, libvirt, kubevirt) KVM_FIX_##name,
#define KVM_FIX_CPU(name, cpu, given, libvirt, kubevirt, proxmox) KVM_FIX_##name,
#include "kvmleaf/kvm_fixes.def"
	KVM_FIXES
};

enum kvm_fix_given { KVM_GIVEN_ALL, KVM_GIVEN_HOST, KVM_GIVEN_SPLIT, KVM_GIVEN_ASKED, KVM_GIVENS };

struct kvm_fix {
	const char *cpu;                          /* QEMU's property, with "=" and the value unless feature is set */
	const struct kvm_feature *feature;        /* whose property QEMU needs, or NULL */
	uint8_t given;                            /* enum kvm_fix_given */
	const char *libvirt, *kubevirt, *proxmox; /* see kvm_fixes.def; "" for none */
};

/* What is said about one topic. */
struct forecast_row {
	uint8_t topic; /* enum forecast_topic */
	uint8_t state; /* enum forecast_state */
	uint8_t fix;   /* enum kvm_fix_row */
	uint64_t needs, lacks;
	const char *since; /* a Linux release, or "" */
	const char *says;
};

extern const struct forecast_row forecast_rules[];
extern const size_t forecast_rule_count;

/* The row that applies to the topic where these facts hold (forecast_facts.h); NULL where it is not to be mentioned. */
const struct forecast_row *forecast_of(enum forecast_topic topic, uint64_t facts);
const char *forecast_topic_name(enum forecast_topic topic);
const char *forecast_state_name(enum forecast_state state);

/* Not for KVM_FIX_NONE. */
struct kvm_fix kvm_fix(enum kvm_fix_row row);
const char *kvm_fix_given_name(enum kvm_fix_given given);  /* "all" */
const char *kvm_fix_given_words(enum kvm_fix_given given); /* for the table */

#endif
