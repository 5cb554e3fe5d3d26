/* SPDX-License-Identifier: BSD-2-Clause */
/* Each expectation that a case file can have is met by one guest and not by another. The tests are generated from the
 * table of keys. */
#include "unit/fake/judged.h"
#include "unit/fake/judged_probe.h"

static void no_report(struct sample *sample)
{
	g_string_truncate(sample->report, 0);
	sample_replace(sample->console, "report=written", "report=off");
}

static void expectation_failed(struct sample *sample)
{
	sample_replace(sample->console, "status=pass", "status=expectation");
	sample->result.exit_value = 0x11;
}

static void internal_fault(struct sample *sample)
{
	sample_replace(sample->console, "status=pass", "status=internal");
	sample->result.exit_value = 0x1f;
}

/* The second vCPU lacks PV_EOI in the report and in QEMU's feature words. */
static void differ(struct sample *sample)
{
	sample_replace(sample->report, "\"count\":1,\"checked\":1,\"differing\":[]",
		"\"count\":2,\"checked\":2,\"differing\":[{\"leaf\":\"0x40000001\",\"register\":\"eax\","
		"\"first\":\"0x01007afb\",\"value\":\"0x01007abb\",\"names\":[\"KVM_FEATURE_PV_EOI\"],\"count\":1,"
		"\"apic_ids\":[[\"0x00000001\",\"0x00000001\"]]}]");
	sample_replace(sample->console, "vcpus=1", "vcpus=2");
	sample->boot_case->smp = 2;
	sample->result.vcpus = 2;
	sample->result.words_differing[0] = 0x40;
}

static void silent(struct sample *sample)
{
	sample_replace(sample->report, "\"count\":1,\"checked\":1,\"differing\":[]",
		"\"count\":2,\"checked\":1,\"differing\":[],\"silent\":{\"count\":1,"
		"\"apic_ids\":[[\"0x00000001\",\"0x00000001\"]]}");
	sample_replace(sample->console, "vcpus=1", "vcpus=2");
	sample->boot_case->smp = 2;
	sample->result.vcpus = 2;
}

static void many_differ(struct sample *sample)
{
	sample_replace(sample->report, "\"differing\":[]", "\"differing\":[],\"differing_dropped\":3");
}

static void add_problem(struct sample *sample)
{
	sample_replace(sample->report, "\"problems\":[]",
		"\"problems\":[{\"problem\":\"top-leaf-echo\",\"base\":\"0x40000100\"}]");
}

/* KVM took PV_UNHALT away after QEMU had asked for it (kvm_update_pv_runtime, with a guest that may use HLT itself). */
static void without_unhalt(struct sample *sample)
{
	sample_replace(sample->report, "0x01007afb", "0x01007a7b");
	sample_replace(sample->console, "eax=0x01007afb", "eax=0x01007a7b");
	sample_replace(sample->console, " 7 yes PV_UNHALT", " 7 -   PV_UNHALT");
}

static void without_unhalt_and_eoi(struct sample *sample)
{
	sample_replace(sample->report, "0x01007afb", "0x01007a3b");
	sample_replace(sample->console, "eax=0x01007afb", "eax=0x01007a3b");
	sample_replace(sample->console, " 7 yes PV_UNHALT", " 7 -   PV_UNHALT");
	sample_replace(sample->console, " 6 yes PV_EOI", " 6 -   PV_EOI");
}

static void unhalt_never_asked(struct sample *sample)
{
	without_unhalt(sample);
	sample->result.words[0] = 0x01007a7b;
}

static void probed_well(struct sample *sample)
{
	sample_probe(sample, "--probe --quiet");
}

static void probed_refused(struct sample *sample)
{
	sample_probe(sample, "--probe --quiet");
	sample_replace(
		sample->report, "ASYNC_PF\",\"result\":\"accepted", "ASYNC_PF\",\"result\":\"advertised but refused");
	sample_replace(sample->console, "probe=agrees", "probe=contradicts");
}

static void probed_wrong(struct sample *sample)
{
	sample_probe(sample, "--probe --quiet");
	sample_replace(
		sample->report, "ASYNC_PF\",\"result\":\"accepted", "ASYNC_PF\",\"result\":\"advertised but wrong");
	sample_replace(sample->console, "probe=agrees", "probe=contradicts");
}

static void no_report_and_a_fault(struct sample *sample)
{
	no_report(sample);
	internal_fault(sample);
}

static const struct trial trials_report[] = {
	{ .wrong = NULL },
	{ .change = no_report, .wrong = "there is no report" },
	{ .key = "report", .value = "needed", .change = no_report, .wrong = "there is no report" },
	{ .key = "report", .value = "none", .change = no_report, .wrong = NULL },
	{ .key = "report", .value = "none", .wrong = "there is a report; the case expects none" },
	/* Without a report there still is a status, and nothing of the report is judged. */
	{ .key = "report", .value = "none", .change = no_report_and_a_fault, .wrong = "the status is internal" },
};

static const struct trial trials_verdict[] = {
	{ .key = "verdict", .value = "kvm", .wrong = NULL },
	{ .key = "verdict", .value = "kvm-behind", .wrong = "the verdict is kvm; the case expects kvm-behind" },
};

/* A case without status = expects the status pass. */
static const struct trial trials_status[] = {
	{ .wrong = NULL },
	{ .change = internal_fault, .wrong = "the status is internal; the case expects pass" },
	{ .change = expectation_failed, .wrong = "the status is expectation; the case expects pass" },
	{ .key = "status", .value = "expectation", .change = expectation_failed, .wrong = NULL },
	{ .key = "status", .value = "expectation", .wrong = "the status is pass; the case expects expectation" },
};

static const struct trial trials_base[] = {
	{ .key = "base", .value = "0x40000000", .wrong = NULL },
	{ .key = "base", .value = "0x40000100", .wrong = "KVM's base is 0x40000000; the case expects 0x40000100" },
};

static const struct trial trials_max_leaf[] = {
	{ .key = "max-leaf", .value = "0x40000001", .wrong = NULL },
	{ .key = "max-leaf",
		.value = "0x40000010",
		.wrong = "KVM's maximum leaf is 0x40000001; the case expects 0x40000010" },
	{ .key = "max-leaf",
		.value = "0x40000001",
		.from = "\"max_leaf\":\"0x40000001\"",
		.to = "\"max_leaf\":\"0x00000000\"",
		.wrong = "KVM's maximum leaf is 0x00000000" },
};

static const struct trial trials_problem[] = {
	{ .key = "problem", .value = "top-leaf-echo", .change = add_problem, .wrong = NULL },
	{ .key = "problem",
		.value = "top-leaf-echo",
		.wrong = "the report lacks the expected problem \"top-leaf-echo\"" },
	{ .key = "problem",
		.value = "no-guard",
		.change = add_problem,
		.wrong = "the report lacks the expected problem \"no-guard\"" },
};

static const struct trial trials_signature[] = {
	{ .key = "signature", .value = "KVMKVMKVM", .wrong = NULL },
	{ .key = "signature", .value = "Microsoft Hv", .wrong = "no block has the signature \"Microsoft Hv\"" },
};

static const struct trial trials_vcpus[] = {
	{ .wrong = NULL },
	{ .change = differ, .wrong = "the state of the vCPUs is differ; the case expects agree" },
	{ .change = many_differ, .wrong = "the state of the vCPUs is differ; the case expects agree" },
	{ .change = silent, .wrong = "the state of the vCPUs is silent; the case expects agree" },
	{ .key = "vcpus", .value = "differ", .change = differ, .wrong = NULL },
	{ .key = "vcpus", .value = "differ", .wrong = "the state of the vCPUs is agree; the case expects differ" },
	{ .key = "vcpus", .value = "differ", .change = silent, .wrong = "the state of the vCPUs is silent" },
	{ .key = "vcpus", .value = "silent", .change = silent, .wrong = NULL },
};

static const struct trial trials_hypervisor_bit[] = {
	{ .key = "hypervisor-bit", .value = "set", .wrong = NULL },
	{ .key = "hypervisor-bit", .value = "clear", .wrong = "the hypervisor bit is set; the case expects clear" },
	{ .key = "hypervisor-bit",
		.value = "set",
		.from = "\"hypervisor_bit\":true",
		.to = "\"hypervisor_bit\":false",
		.wrong = "the hypervisor bit is clear; the case expects set" },
};

#define NO_LEAVES "\"leaves\":[]"
/* Leaf 1 with x2APIC, TSC deadline and SSE2; leaf 7 without anything; nothing of the extended leaves. */
#define LEAVES                                                                                                         \
	"\"leaves\":[[\"0x00000000\",\"0x00000000\",\"0x00000007\",\"0x68747541\",\"0x444d4163\",\"0x69746e65\"],"     \
	"[\"0x00000001\",\"0x00000000\",\"0x00800f12\",\"0x00000800\",\"0x81200000\",\"0x04000000\"],"                 \
	"[\"0x00000007\",\"0x00000000\",\"0x00000000\",\"0x00000000\",\"0x00000000\",\"0x00000000\"]]"

static const struct trial trials_set[] = {
	{ .key = "set", .value = "kvmclock, kvm-pv-eoi", .wrong = NULL },
	{ .key = "set",
		.value = "kvmclock, kvm-msi-ext-dest-id",
		.wrong =
			"EAX bit 15 (KVM_FEATURE_MSI_EXT_DEST_ID) is clear in the report, set in \"set\" of the case" },
	{ .key = "set",
		.value = "KVM_HINTS_REALTIME",
		.wrong = "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report" },
	{ .from = NO_LEAVES, .to = LEAVES, .key = "set", .value = "kvmclock, x2apic, sse2", .wrong = NULL },
	{ .from = NO_LEAVES,
		.to = LEAVES,
		.key = "set",
		.value = "x2apic, vmx",
		.wrong =
			"the CPU is not known to have vmx by the report's leaves; \"set\" of the case says otherwise" },
	{ .from = NO_LEAVES,
		.to = LEAVES,
		.key = "set",
		.value = "x86-64-v2",
		.wrong = "the CPU is not known to have x86-64-v2 by the report's leaves" },
};

static const struct trial trials_clear[] = {
	{ .from = NO_LEAVES,
		.to = LEAVES,
		.key = "clear",
		.value = "kvm-msi-ext-dest-id, vmx, avx512f",
		.wrong = NULL },
	{ .from = NO_LEAVES,
		.to = LEAVES,
		.key = "clear",
		.value = "vmx, tsc-deadline",
		.wrong = "the CPU is not known to lack tsc-deadline by the report's leaves; \"clear\" of the case" },
	{ .key = "clear", .value = "kvm-msi-ext-dest-id, kvm-hint-dedicated", .wrong = NULL },
	{ .key = "clear",
		.value = "kvm-pv-eoi",
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in \"clear\" of the case" },
};

static const struct trial trials_exactly[] = {
	{ .key = "exactly",
		.value = "kvmclock, kvm-nopiodelay, kvm-asyncpf, kvm-steal-time, kvm-pv-eoi, kvm-pv-unhalt, "
			 "kvm-pv-tlb-flush, kvm-pv-ipi, kvm-poll-control, kvm-pv-sched-yield, kvm-asyncpf-int, "
			 "kvmclock-stable-bit",
		.wrong = NULL },
	{ .key = "exactly",
		.value = "kvmclock",
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in \"exactly\" of the case" },
	{ .key = "exactly",
		.value = "KVM_HINTS_REALTIME",
		.wrong = "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in \"exactly\" of the case" },
};

static const struct trial trials_broken[] = {
	{ .key = "broken", .value = "kvm-asyncpf", .change = probed_refused, .wrong = NULL },
	{ .key = "broken", .value = "kvm-asyncpf", .change = probed_wrong, .wrong = NULL },
	{ .key = "broken",
		.value = "kvm-asyncpf",
		.change = probed_well,
		.wrong = "KVM_FEATURE_ASYNC_PF is probed \"accepted\"; the case says it is broken" },
	{ .change = probed_refused,
		.wrong = "KVM_FEATURE_ASYNC_PF is probed \"advertised but refused\"; by KVM's rules" },
	{ .key = "broken",
		.value = "kvm-asyncpf",
		.wrong = "the case has broken features, and the report has no probe" },
	{ .key = "broken",
		.value = "KVM_HINTS_REALTIME",
		.wrong = "the case has broken features, and the report has no probe" },
};

static const struct trial trials_stripped[] = {
	{ .key = "stripped", .value = "kvm-pv-unhalt", .change = without_unhalt, .wrong = NULL },
	{ .key = "stripped", .value = "kvm-pv-unhalt", .wrong = NULL },
	{ .change = without_unhalt,
		.wrong = "EAX bit 7 (KVM_FEATURE_PV_UNHALT) is clear in the report, set in QEMU's" },
	{ .key = "stripped",
		.value = "kvm-pv-unhalt",
		.change = without_unhalt_and_eoi,
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is clear in the report, set in QEMU's" },
	{ .key = "stripped",
		.value = "kvm-pv-unhalt",
		.change = unhalt_never_asked,
		.wrong = "take away 0x00000080 of EAX, which QEMU never asked for" },
	{ .key = "stripped",
		.value = "KVM_HINTS_REALTIME",
		.wrong = "take away 0x00000001 of EDX, which QEMU never asked for" },
};

static const struct trials rows[] = {
#define CASE_EXPECTATION(name, spelled, setter, choices) { spelled, trials_##name, G_N_ELEMENTS(trials_##name) },
#include "cases/case_keys.def"
};

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_trials("/judge/case/", rows, G_N_ELEMENTS(rows));
	return g_test_run();
}
