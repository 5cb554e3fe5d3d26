/* SPDX-License-Identifier: BSD-2-Clause */
/* Trials of test-judge-checks.c for the oracles: QEMU's feature words, KVM_GET_SUPPORTED_CPUID, and the number of
 * vCPUs. */
#ifndef KVMLEAF_UNIT_BOOT_TRIALS_ORACLES_H
#define KVMLEAF_UNIT_BOOT_TRIALS_ORACLES_H

#include "unit/boot/trials_channels.h"

static void no_words(struct sample *sample)
{
	sample->result.has_words = FALSE;
	sample->result.words[0] = 0; /* and so nothing to compare with */
}

static void other_words(struct sample *sample)
{
	sample->result.words[0] ^= 0x80;
}

static void other_hint(struct sample *sample)
{
	sample->result.words[1] = 1;
}

static void no_supported(struct sample *sample)
{
	sample->result.has_supported = FALSE;
	sample->result.supported = 0; /* and so nothing to compare with */
}

static void not_offered(struct sample *sample)
{
	sample->result.supported &= ~UINT32_C(0x40);
}

static void on_tcg(struct sample *sample)
{
	hidden_kvm(sample);
	sample->result.has_supported = FALSE;
	g_free(sample->boot_case->accel);
	sample->boot_case->accel = g_strdup("tcg");
}

/* A bit that QEMU itself adds, here with a split interrupt controller, is allowed beyond what KVM offers. */
static void vmm_only(struct sample *sample)
{
	sample_replace(sample->report, "0x01007afb", "0x0100fafb");
	sample_replace(sample->console, "eax=0x01007afb", "eax=0x0100fafb");
	sample_replace(sample->console, "15 -   MSI_EXT", "15 yes MSI_EXT");
	sample->result.words[0] = 0x0100fafb;
}

static void only_eoi_allowed(struct sample *sample)
{
	sample->boot_case->set_if_offered[0] = 0x40;
}

static void offered_and_missing(struct sample *sample)
{
	sample->boot_case->set_if_offered[0] = 0x400;
	sample->result.supported |= 0x400;
}

static void hint_missing(struct sample *sample)
{
	sample->boot_case->set_if_offered[1] = 1;
}

static void two_in_qemu(struct sample *sample)
{
	sample->result.vcpus = 2;
}

static void two_in_case(struct sample *sample)
{
	sample->boot_case->smp = 2;
	sample->result.vcpus = 2;
}

static void two_vcpus(struct sample *sample)
{
	two_in_case(sample);
	sample_replace(sample->report, "\"count\":1,\"checked\":1", "\"count\":2,\"checked\":2");
	sample_replace(sample->console, "vcpus=1", "vcpus=2");
}

static void one_unseen(struct sample *sample)
{
	two_vcpus(sample);
	sample_replace(sample->report, "\"checked\":2", "\"checked\":1");
}

static void one_unseen_said(struct sample *sample)
{
	one_unseen(sample);
	sample_replace(sample->report, "\"problems\":[]", "\"problems\":[{\"problem\":\"no-mp-services\"}]");
}

static void second_differs(struct sample *sample)
{
	two_vcpus(sample);
	sample_replace(sample->report, "\"differing\":[]",
		"\"differing\":[{\"leaf\":\"0x40000001\",\"register\":\"eax\",\"first\":\"0x01007afb\","
		"\"value\":\"0x01007abb\",\"names\":[],\"count\":1,\"apic_ids\":[[\"0x00000001\",\"0x00000001\"]]},"
		"{\"leaf\":\"0x40000001\",\"register\":\"edx\",\"first\":\"0x00000000\",\"value\":\"0x00000001\","
		"\"names\":[],\"count\":1,\"apic_ids\":[[\"0x00000001\",\"0x00000001\"]]}]");
	sample->result.words_differing[0] = 0x40;
	sample->result.words_differing[1] = 1;
}

static void second_differs_more(struct sample *sample)
{
	second_differs(sample);
	sample->result.words_differing[0] = 0x60;
}

static void second_hint_unseen(struct sample *sample)
{
	second_differs(sample);
	sample->result.words_differing[1] = 0;
}

static void other_last_bit(struct sample *sample)
{
	sample->result.words[0] ^= UINT32_C(0x80000000);
}

static void hint_allowed(struct sample *sample)
{
	sample_replace(sample->report, "\"edx\":\"0x00000000\"", "\"edx\":\"0x00000001\"");
	sample_replace(sample->console, " vcpus=", " edx=0x00000001 vcpus=");
	sample_replace(sample->console, " 0 -   REALTIME", " 0 yes REALTIME");
	sample->result.words[1] = 1;
	sample->boot_case->set_if_offered[1] = 1;
}

/* QEMU gave no feature words. */
static void second_unheard(struct sample *sample)
{
	second_differs(sample);
	sample->result.has_words = FALSE;
	sample->result.words_differing[0] = sample->result.words_differing[1] = 0;
}

/* Three different vCPUs: each bit in which one of them differs from the first one counts. */
static void all_differ(struct sample *sample)
{
	sample_replace(sample->report, "\"count\":1,\"checked\":1,\"differing\":[]",
		"\"count\":3,\"checked\":3,\"differing\":["
		"{\"leaf\":\"0x00000007\",\"register\":\"eax\",\"first\":\"0x00000000\",\"value\":\"0x00000100\"},"
		"{\"leaf\":\"0x40000001\",\"register\":\"eax\",\"first\":\"0x01007afb\",\"value\":\"0x01007abb\"},"
		"{\"leaf\":\"0x40000001\",\"register\":\"eax\",\"first\":\"0x01007afb\",\"value\":\"0x01007afa\"},"
		"{\"leaf\":\"0x40000001\",\"register\":\"edx\",\"first\":\"0x00000000\",\"value\":\"0x00000001\"},"
		"{\"leaf\":\"0x40000001\",\"register\":\"edx\",\"first\":\"0x00000000\",\"value\":\"0x00000002\"}]");
	sample_replace(sample->console, "vcpus=1", "vcpus=3");
	sample->boot_case->smp = sample->result.vcpus = 3;
	sample->result.words_differing[0] = 0x41;
	sample->result.words_differing[1] = 3;
}

/* If the second vCPU has KVM's block at another base, its feature words belong to another leaf and are not compared. */
static void second_is_moved(struct sample *sample)
{
	second_differs(sample);
	sample_replace(sample->report, "{\"leaf\":\"0x40000001\",\"register\":\"eax\"",
		"{\"leaf\":\"0x40000000\",\"register\":\"ebx\"");
}

static const struct trial trials_feature_words[] = {
	{ .wrong = NULL },
	{ .change = other_words, .wrong = "EAX bit 7 (KVM_FEATURE_PV_UNHALT) is set in the report, clear in QEMU's" },
	{ .change = other_hint, .wrong = "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in QEMU's" },
	{ .change = no_kvm, .wrong = "EAX bit 0 (KVM_FEATURE_CLOCKSOURCE) is clear in the report, set in QEMU's" },
	{ .change = hidden_kvm, .wrong = NULL },
	{ .change = no_words, .wrong = NULL, .silent = "QEMU's feature words" },
	{ .change = other_last_bit, .wrong = "EAX bit 31 (unknown bit) is clear in the report, set in QEMU's" },
};

static const struct trial trials_supported[] = {
	{ .wrong = NULL },
	{ .change = not_offered,
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in KVM_GET_SUPPORTED" },
	{ .change = no_supported, .wrong = NULL, .silent = "KVM_GET_SUPPORTED_CPUID" },
	{ .change = on_tcg, .wrong = NULL },
	{ .change = vmm_only, .wrong = NULL },
	{ .change = only_eoi_allowed, .wrong = NULL },
	{ .change = offered_and_missing,
		.wrong = "EAX bit 10 (KVM_FEATURE_ASYNC_PF_VMEXIT) is clear in the report, set in KVM_GET_SUPPORTED" },
	{ .change = hint_missing,
		.wrong = "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in what the case" },
	{ .change = hint_allowed, .wrong = NULL },
};

static const struct trial trials_vcpu_count[] = {
	{ .wrong = NULL },
	{ .change = two_vcpus, .wrong = NULL },
	{ .change = two_in_case, .wrong = "the report counts 1 vCPUs; the case expects 2" },
	{ .change = two_in_qemu, .wrong = "the report counts 1 vCPUs; QEMU has 2" },
	{ .change = one_unseen, .wrong = "of 2 vCPUs 1 were looked at and 0 silent" },
	{ .change = one_unseen_said, .wrong = "of 2 vCPUs 1 were looked at and 0 silent" },
	{ .key = "problem", .value = "no-mp-services", .change = one_unseen_said, .wrong = NULL },
};

static const struct trial trials_vcpu_words[] = {
	{ .key = "vcpus", .value = "differ", .change = second_differs, .wrong = NULL },
	{ .key = "vcpus",
		.value = "differ",
		.change = second_differs_more,
		.wrong = "the vCPUs differ in EAX by 0x00000040; QEMU's feature words of them by 0x00000060" },
	{ .key = "vcpus",
		.value = "differ",
		.change = second_hint_unseen,
		.wrong = "the vCPUs differ in EDX by 0x00000001; QEMU's feature words of them by 0x00000000" },
	{ .key = "vcpus", .value = "differ", .change = second_is_moved, .wrong = NULL },
	{ .key = "vcpus", .value = "differ", .change = all_differ, .wrong = NULL },
	{ .key = "vcpus",
		.value = "differ",
		.change = second_unheard,
		.wrong = NULL,
		.silent = "QEMU's feature words" },
};

#endif
