/* SPDX-License-Identifier: BSD-2-Clause */
/* Trials of test-judge-checks.c for the probe. */
#ifndef KVMLEAF_UNIT_BOOT_TRIALS_PROBE_H
#define KVMLEAF_UNIT_BOOT_TRIALS_PROBE_H

#include "unit/fake/judged_probe.h"

static void probed(struct sample *sample)
{
	sample_probe(sample, "--probe");
}

static void probed_unasked(struct sample *sample)
{
	sample_probe(sample, "");
}

static void asked_in_vain(struct sample *sample)
{
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup("--probe");
}

static void asked_without_guard(struct sample *sample)
{
	asked_in_vain(sample);
	sample_replace(sample->report, "\"problems\":[]", "\"problems\":[{\"problem\":\"no-guard\"}]");
}

static void asked_and_said(struct sample *sample)
{
	asked_without_guard(sample);
	sample_replace(sample->console, " vcpus=1 ", " vcpus=1 probe=none ");
}

static void no_answer(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "\"kvm_answers\":true", "\"kvm_answers\":false");
}

/* On TCG every result is "absent", and no hypercall is answered. */
static void probed_on_tcg(struct sample *sample)
{
	static const char *const results[] = { "works", "accepted", "advertised, cannot be tested here",
		"masked and refused" };

	sample_probe(sample, "--probe --quiet");
	sample_replace(
		sample->report, "{\"base\":\"0x40000000\",\"eax\":\"0x01007afb\",\"edx\":\"0x00000000\"}", "null");
	sample_replace(sample->report, "\"kvm_answers\":true", "\"kvm_answers\":false");
	sample_replace(sample->console, " eax=0x01007afb", "");
	for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
		(void)g_string_replace(sample->report, results[i], "absent", 0);
	g_free(sample->boot_case->accel);
	sample->boot_case->accel = g_strdup("tcg");
	sample->result.words[0] = 0;
	sample->result.has_supported = FALSE;
}

static void tcg_believes(struct sample *sample)
{
	probed_on_tcg(sample);
	sample_replace(sample->report, "PV_EOI\",\"result\":\"absent", "PV_EOI\",\"result\":\"works");
}

static void tcg_answers(struct sample *sample)
{
	probed_on_tcg(sample);
	sample_replace(sample->report, "\"kvm_answers\":false", "\"kvm_answers\":true");
}

/* What the report and the console say of a feature, whose name is written without its prefix. */
static void set_result(struct sample *sample, const char *name, const char *from, const char *to)
{
	g_autofree char *json = g_strdup_printf("%s\",\"result\":\"%s", name, from);
	g_autofree char *new_json = g_strdup_printf("%s\",\"result\":\"%s", name, to);
	g_autofree char *row = g_strdup_printf("%-22s %s", name, from);
	g_autofree char *new_row = g_strdup_printf("%-22s %s", name, to);

	sample_replace(sample->report, json, new_json);
	sample_replace(sample->console, row, new_row);
}

/* PV_EOI is masked. It still works, unless the mask is enforced (Linux' kvm_pv_test.c). */
static void masked(struct sample *sample)
{
	probed(sample);
	(void)g_string_replace(sample->report, "0x01007afb", "0x01007abb", 0);
	(void)g_string_replace(sample->console, "0x01007afb", "0x01007abb", 0);
	sample_replace(sample->console, " 6 yes PV_EOI", " 6 -   PV_EOI");
	sample->result.words[0] = 0x01007abb;
}

static void masked_works(struct sample *sample)
{
	masked(sample);
	set_result(sample, "PV_EOI", "works", "masked but works");
}

static void masked_refused(struct sample *sample)
{
	masked(sample);
	set_result(sample, "PV_EOI", "works", "masked and refused");
}

static void enforce(struct sample *sample)
{
	g_free(sample->boot_case->cpu);
	sample->boot_case->cpu = g_strdup("host,kvm-pv-enforce-cpuid=on,-kvm-pv-eoi");
}

static void enforced_refused(struct sample *sample)
{
	masked_refused(sample);
	enforce(sample);
}

static void enforced_works(struct sample *sample)
{
	masked_works(sample);
	enforce(sample);
}

/* Two vCPUs: one can be kicked by the other, and their clocks are compared. */
static void probed_two(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "\"vcpus\":{\"count\":1,\"checked\":1,\"probed\":1",
		"\"vcpus\":{\"count\":2,\"checked\":2,\"probed\":2");
	set_result(sample, "PV_UNHALT", "accepted", "works");
	set_result(sample, "CLOCKSOURCE_STABLE_BIT", "accepted", "works");
	sample_replace(sample->console, "vcpus=1", "vcpus=2");
	sample->boot_case->smp = 2;
	sample->result.vcpus = 2;
}

static void probed_two_not_woken(struct sample *sample)
{
	probed_two(sample);
	set_result(sample, "PV_UNHALT", "works", "accepted");
}

static void one_not_probed(struct sample *sample)
{
	probed_two(sample);
	sample_replace(sample->report, "\"probed\":2", "\"probed\":1");
}

static void one_refuses(struct sample *sample)
{
	probed_two(sample);
	sample_replace(sample->report, "PV_EOI\",\"result\":\"works\"",
		"PV_EOI\",\"result\":\"works\",\"others\":[{\"result\":\"advertised but refused\"}]");
}

/* The CPU delivers interrupts itself, so that KVM may have no EOI to save. */
static void eoi_accepted(struct sample *sample)
{
	probed(sample);
	set_result(sample, "PV_EOI", "works", "accepted");
}

static void own_apic(struct sample *sample)
{
	eoi_accepted(sample);
	sample->result.own_apic = TRUE;
}

static void row_missing(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "{\"feature\":\"KVM_FEATURE_PV_EOI\",\"result\":\"works\"},", "");
}

static void unlike_console(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->console, "PV_EOI                 works", "PV_EOI                 masked but works");
}

static void why_unlike_console(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "NOP_IO_DELAY\",\"result\":\"advertised, cannot be tested here\"",
		"NOP_IO_DELAY\",\"result\":\"advertised, cannot be tested here\",\"why\":\"only a promise\"");
}

static void why_on_console(struct sample *sample)
{
	why_unlike_console(sample);
	sample_replace(sample->console, "cannot be tested here", "cannot be tested here (only a promise)");
}

/* The row of the feature is there, with another register or another bit's number. */
static void other_register(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->console, "EAX  6 PV_EOI", "EDX  6 PV_EOI");
}

static void other_bit(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->console, "EAX  6 PV_EOI", "EAX  8 PV_EOI");
}

static const struct trial trials_probe_asked[] = {
	{ .change = probed, .wrong = NULL },
	{ .change = asked_in_vain, .wrong = "a probe was asked for, and the report has none" },
	{ .change = probed_unasked, .wrong = "no probe was asked for, and the report has one" },
	{ .change = asked_without_guard, .wrong = "a probe was asked for, and the report has none" },
	{ .key = "problem", .value = "no-guard", .change = asked_and_said, .wrong = NULL },
	{ .key = "problem", .value = "no-guard", .change = asked_in_vain, .wrong = "a probe was asked for" },
};

static void said_unasked(struct sample *sample)
{
	sample_replace(sample->console, " vcpus=1 ", " vcpus=1 probe=none ");
}

static void said_none(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->console, "probe=agrees", "probe=none");
}

static void refused(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "PV_EOI\",\"result\":\"works", "PV_EOI\",\"result\":\"advertised but refused");
	sample_replace(
		sample->console, "PV_EOI                 works", "PV_EOI                 advertised but refused");
}

static void wrong_and_said(struct sample *sample)
{
	probed(sample);
	sample_replace(sample->report, "PV_EOI\",\"result\":\"works", "PV_EOI\",\"result\":\"advertised but wrong");
	sample_replace(sample->console, "PV_EOI                 works", "PV_EOI                 advertised but wrong");
	sample_replace(sample->console, "probe=agrees", "probe=contradicts");
}

static void demand(struct sample *sample)
{
	masked_works(sample);
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup("--probe --enforced");
}

static void demand_and_said(struct sample *sample)
{
	demand(sample);
	sample_replace(sample->console, "probe=agrees", "probe=contradicts");
}

static const struct trial trials_probe_word[] = {
	{ .wrong = NULL },
	{ .change = probed, .wrong = NULL },
	{ .key = "problem",
		.value = "no-guard",
		.change = asked_without_guard,
		.wrong = "probe= on the console is absent; the report's probe has none" },
	{ .key = "problem", .value = "no-guard", .change = asked_and_said, .wrong = NULL },
	{ .change = said_unasked, .wrong = "probe= on the console is none" },
	{ .change = said_none, .wrong = "probe= on the console is none; the report's probe has agrees" },
	{ .change = refused, .wrong = "probe= on the console is agrees; the report's probe has contradicts" },
	{ .key = "broken", .value = "kvm-pv-eoi", .change = wrong_and_said, .wrong = NULL },
	{ .change = masked_works, .wrong = NULL },
	{ .change = demand, .wrong = "probe= on the console is agrees; the report's probe has contradicts" },
	{ .change = demand_and_said, .wrong = NULL },
};

static const struct trial trials_probe_answers[] = {
	{ .change = probed, .wrong = NULL },
	{ .change = no_answer, .wrong = "KVM is said not to answer" },
	{ .change = probed_on_tcg, .wrong = NULL },
	{ .change = tcg_answers, .wrong = "KVM is said to answer" },
};

static const struct trial trials_probe_results[] = {
	{ .change = probed, .wrong = NULL },
	{ .change = masked_works, .wrong = NULL },
	{ .change = masked_refused,
		.wrong = "KVM_FEATURE_PV_EOI is probed \"masked and refused\"; by KVM's rules it is" },
	{ .change = enforced_refused, .wrong = NULL },
	{ .change = enforced_works,
		.wrong = "KVM_FEATURE_PV_EOI is probed \"masked but works\"; by KVM's rules it is" },
	{ .change = masked,
		.wrong = "KVM_FEATURE_PV_EOI is probed \"works\"; by KVM's rules it is \"masked but works\"" },
	{ .change = probed_two, .wrong = NULL },
	{ .change = probed_two_not_woken,
		.wrong = "KVM_FEATURE_PV_UNHALT is probed \"accepted\"; by KVM's rules it is \"works\"" },
	{ .change = one_not_probed, .wrong = "of 2 vCPUs 1 were probed" },
	{ .change = one_refuses, .wrong = "KVM_FEATURE_PV_EOI is probed with another result on other vCPUs" },
	{ .change = eoi_accepted,
		.wrong = "KVM_FEATURE_PV_EOI is probed \"accepted\"; by KVM's rules it is \"works\"" },
	{ .change = own_apic, .wrong = NULL },
	{ .change = row_missing, .wrong = "KVM_FEATURE_PV_EOI is probed \"nothing\"; by KVM's rules it is \"works\"" },
	{ .change = probed_on_tcg, .wrong = NULL },
	{ .change = tcg_believes, .wrong = "KVM_FEATURE_PV_EOI is probed \"works\"; by KVM's rules it is \"absent\"" },
};

static const struct trial trials_probe_console[] = {
	{ .change = probed, .wrong = NULL },
	{ .change = unlike_console, .wrong = "KVM_FEATURE_PV_EOI is \"works\" in the report, and not on the console" },
	{ .change = why_unlike_console, .wrong = "cannot be tested here (only a promise)\" in the report, and not on" },
	{ .change = why_on_console, .wrong = NULL },
	{ .change = other_register, .wrong = "KVM_FEATURE_PV_EOI is \"works\" in the report, and not on the console" },
	{ .change = other_bit, .wrong = "KVM_FEATURE_PV_EOI is \"works\" in the report, and not on the console" },
};

#endif
