/* SPDX-License-Identifier: BSD-2-Clause */
/* Trials of test-judge-checks.c for the three channels: exit status, console, report. */
#ifndef KVMLEAF_UNIT_BOOT_TRIALS_CHANNELS_H
#define KVMLEAF_UNIT_BOOT_TRIALS_CHANNELS_H

#include "unit/fake/judged.h"

/* QEMU has KVM's features, and the report has no KVM. */
static void no_kvm(struct sample *sample)
{
	const char *end = strstr(sample->console->str, "\nKVMLEAF-END");
	const char *table = strstr(sample->console->str, "0x40000000  ");

	sample_replace(
		sample->report, "{\"base\":\"0x40000000\",\"eax\":\"0x01007afb\",\"edx\":\"0x00000000\"}", "null");
	g_string_erase(sample->console, table - sample->console->str, end + 1 - table);
	sample_replace(sample->console, " eax=0x01007afb", "");
}

/* kvm=off: QEMU's words are zero too (x86_cpu_expand_features clears them where KVM is not exposed). */
static void hidden_kvm(struct sample *sample)
{
	no_kvm(sample);
	sample->result.words[0] = 0;
}

static void wrong_exit(struct sample *sample)
{
	sample->result.exit_value = 0x11;
}

static void unknown_exit(struct sample *sample)
{
	sample->result.exit_value = 0x7f;
}

/* The app returned to the firmware, which the configuration on an image may ask for. */
static void returned(struct sample *sample)
{
	sample->result.returned = TRUE;
	sample->result.told_to_exit = FALSE;
	sample->result.exit_value = -1;
}

static void returned_all_the_same(struct sample *sample)
{
	returned(sample);
	sample->result.told_to_exit = TRUE;
}

static void powered_off(struct sample *sample)
{
	sample->result.powered_off = TRUE;
	sample->result.told_to_power_off = TRUE;
	sample->result.exit_value = -1;
}

static void ended_otherwise(struct sample *sample)
{
	sample->result.told_to_power_off = TRUE;
}

static void returned_instead(struct sample *sample)
{
	returned_all_the_same(sample);
	sample->result.told_to_power_off = TRUE;
}

static void nothing_stored(struct sample *sample)
{
	g_string_truncate(sample->report, 0);
}

static void by_console(struct sample *sample)
{
	sample->result.from_store = FALSE;
	sample->result.attributes = 0;
}

static void told_not_to_store(struct sample *sample)
{
	by_console(sample);
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup("--no-variable");
}

static void stored_all_the_same(struct sample *sample)
{
	told_not_to_store(sample);
	sample->result.unwanted = TRUE;
}

static void wrong_attributes(struct sample *sample)
{
	sample->result.attributes = 3;
}

static void table_without_kvm(struct sample *sample)
{
	sample_replace(
		sample->report, "{\"base\":\"0x40000000\",\"eax\":\"0x01007afb\",\"edx\":\"0x00000000\"}", "null");
	sample_replace(sample->console, " eax=0x01007afb", "");
	sample->result.words[0] = 0;
}

static void no_table(struct sample *sample)
{
	const char *end = strstr(sample->console->str, "\nKVMLEAF-END");
	const char *table = strstr(sample->console->str, "EAX  0 yes");

	g_string_erase(sample->console, table - sample->console->str, end + 1 - table);
}

static void quiet(struct sample *sample)
{
	no_table(sample);
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup("--quiet");
}

static void unknown_bit(struct sample *sample)
{
	sample_replace(sample->report, "0x01007afb", "0x11007afb");
	sample_replace(sample->console, "eax=0x01007afb", "eax=0x11007afb");
	sample->result.words[0] = sample->result.supported = 0x11007afb;
}

static void unknown_bit_shown(struct sample *sample)
{
	unknown_bit(sample);
	sample_replace(sample->console, "KVMLEAF-END", "EAX 28 yes unknown                -\nKVMLEAF-END");
}

static void unknown_last_bit(struct sample *sample)
{
	sample_replace(sample->report, "0x01007afb", "0x81007afb");
	sample_replace(sample->console, "eax=0x01007afb", "eax=0x81007afb");
	sample_replace(sample->console, "KVMLEAF-END", "EAX 31 yes unknown                -\nKVMLEAF-END");
	sample->result.words[0] = sample->result.supported = 0x81007afb;
}

static void unknown_hint(struct sample *sample)
{
	sample_replace(sample->report, "\"edx\":\"0x00000000\"", "\"edx\":\"0x00000020\"");
	sample_replace(sample->console, " vcpus=", " edx=0x00000020 vcpus=");
	sample_replace(sample->console, "KVMLEAF-END", "EDX  5 yes unknown                -\nKVMLEAF-END");
	sample->result.words[1] = 0x20;
}

/* The table has names without the kernel's prefix, so a name with the prefix is wrong. */
static void whole_name(struct sample *sample)
{
	sample_replace(sample->console, " 6 yes PV_EOI ", " 6 yes KVM_FEATURE_PV_EOI ");
}

/* KVM's block is at a higher base, and its hint is on: then the last line has both. */
static void higher_base(struct sample *sample)
{
	(void)g_string_replace(sample->report, "\"base\":\"0x40000000\"", "\"base\":\"0x40000100\"", 0);
	sample_replace(sample->report, "\"verdict\":\"kvm\"", "\"verdict\":\"kvm-behind\"");
	sample_replace(sample->report, "\"edx\":\"0x00000000\"", "\"edx\":\"0x00000001\"");
	sample_replace(sample->console, "EDX  0 -   REALTIME", "EDX  0 yes REALTIME");
	sample_replace(sample->console, "verdict=kvm ", "verdict=kvm-behind base=0x40000100 ");
	sample_replace(sample->console, " vcpus=", " edx=0x00000001 vcpus=");
	sample->result.words[1] = 1;
}

static void base_left_out(struct sample *sample)
{
	higher_base(sample);
	sample_replace(sample->console, " base=0x40000100", "");
}

static void edx_left_out(struct sample *sample)
{
	higher_base(sample);
	sample_replace(sample->console, " edx=0x00000001", "");
}

static const struct trial trials_exit_status[] = {
	{ .wrong = NULL },
	{ .change = wrong_exit, .wrong = "status= on the console is pass; the exit status has expectation" },
	{ .change = unknown_exit, .wrong = "status= on the console is pass; the exit status has none" },
	{ .said_from = " status=pass",
		.said_to = "",
		.wrong = "status= on the console is absent; the exit status has pass" },
	{ .change = returned, .wrong = NULL },
	{ .change = returned_all_the_same, .wrong = "told --exit=qemu, and went back to the firmware" },
	{ .change = powered_off, .wrong = NULL },
	{ .change = ended_otherwise, .wrong = "told --exit=poweroff, and ended QEMU in another way" },
	{ .change = returned_instead, .wrong = "told --exit=poweroff, and went back to the firmware" },
};

static const struct trial trials_stored[] = {
	{ .wrong = NULL },
	{ .said_from = "report=written", .said_to = "report=unchanged", .wrong = NULL },
	{ .change = nothing_stored, .wrong = "the console says report=written, and there is none" },
	{ .said_from = "report=written", .said_to = "report=failed", .wrong = "says report=failed, and there is one" },
	{ .said_from = "report=written", .said_to = "report=off", .wrong = "says report=off, and there is one" },
	{ .said_from = " report=written", .said_to = "", .wrong = "says report=nothing, and there is one" },
	{ .said_from = "report=written", .said_to = "report=off", .change = by_console, .wrong = NULL },
	{ .said_from = "report=written",
		.said_to = "report=failed",
		.change = by_console,
		.wrong = "report=failed; nothing was to be stored" },
	{ .change = by_console,
		.wrong = NULL }, /* firmware without a lasting store: the report is read from the console */
	{ .said_from = "report=written", .said_to = "report=off", .change = told_not_to_store, .wrong = NULL },
	{ .change = told_not_to_store, .wrong = "the console says report=written; nothing was to be stored" },
	{ .said_from = "report=written",
		.said_to = "report=off",
		.change = stored_all_the_same,
		.wrong = "the variable store has a report; nothing was to be stored" },
};

static const struct trial trials_source[] = {
	{ .wrong = NULL },
	{ .from = "\"source\":\"cpu\"",
		.to = "\"source\":\"replay\"",
		.wrong = "the report's source is replay; what was asked for has cpu" },
};

static const struct trial trials_attributes[] = {
	{ .wrong = NULL },
	{ .change = wrong_attributes, .wrong = "the report variable has attributes 0x3, not 0x7" },
	{ .said_from = "report=written", .said_to = "report=off", .change = by_console, .wrong = NULL },
};

static const struct trial trials_last_line[] = {
	{ .wrong = NULL },
	{ .said_from = "verdict=kvm", .said_to = "verdict=other", .wrong = "verdict= on the console is other" },
	{ .said_from = " eax=", .said_to = " base=0x40000100 eax=", .wrong = "base= on the console is 0x40000100" },
	{ .said_from = "eax=0x01007afb", .said_to = "eax=0x01007afa", .wrong = "eax= on the console is 0x01007afa" },
	{ .said_from = " eax=0x01007afb",
		.said_to = "",
		.wrong = "eax= on the console is absent; the report has 0x01007afb" },
	{ .said_from = " vcpus=", .said_to = " edx=0x00000001 vcpus=", .wrong = "edx= on the console is 0x00000001" },
	{ .change = higher_base, .wrong = NULL },
	{ .change = base_left_out, .wrong = "base= on the console is 0x40000000; the report has 0x40000100" },
	{ .change = edx_left_out, .wrong = "edx= on the console is 0x00000000; the report has 0x00000001" },
	{ .change = hidden_kvm, .wrong = NULL },
	{ .change = hidden_kvm,
		.said_from = " vcpus=",
		.said_to = " base=0x40000000 vcpus=",
		.wrong = "base= on the console is 0x40000000; the report has none" },
	{ .said_from = "vcpus=1", .said_to = "vcpus=2", .wrong = "vcpus= on the console is 2; the report has 1" },
};

static const struct trial trials_table[] = {
	{ .wrong = NULL },
	{ .said_from = " 6 yes PV_EOI",
		.said_to = " 6 -   PV_EOI",
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in the console's table" },
	{ .said_from = " 0 -   REALTIME",
		.said_to = " 0 yes REALTIME",
		.wrong = "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in the console's table" },
	/* A row with the other register, or with another bit's number, or that is one too many. */
	{ .said_from = "EAX  6 yes PV_EOI",
		.said_to = "EDX  6 yes PV_EOI",
		.wrong = "the console has a row that names no bit: EDX  6 yes PV_EOI" },
	{ .said_from = "EAX  6 yes PV_EOI",
		.said_to = "EAX  7 yes PV_EOI",
		.wrong = "the console has a row that names no bit: EAX  7 yes PV_EOI" },
	{ .said_from = "EAX  6 yes PV_EOI",
		.said_to = "EBX  6 yes PV_EOI",
		.wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in the console's table" },
	{ .said_from = "EAX 10 -   ASYNC",
		.said_to = "EAX 10 -   PV_EOI\nEAX 10 -   ASYNC",
		.wrong = "the console has a row that names no bit: EAX 10 -   PV_EOI" },
	{ .said_from = "EAX  6 yes PV_EOI ",
		.said_to = "EAX  6 yes unknown ",
		.wrong = "the console has a row that names no bit: EAX  6 yes unknown" },
	{ .change = whole_name, .wrong = "EAX bit 6 (KVM_FEATURE_PV_EOI) is set in the report, clear in the console" },
	{ .change = no_table, .wrong = "the console shows no table of KVM's features, and the report has KVM" },
	{ .change = quiet, .wrong = NULL },
	{ .change = table_without_kvm,
		.wrong = "the console shows a table of KVM's features, and the report has no KVM" },
	{ .change = unknown_bit,
		.wrong = "EAX bit 28 (unknown bit) is set in the report, clear in the console's table" },
	{ .change = unknown_bit_shown, .wrong = NULL },
	{ .change = unknown_last_bit, .wrong = NULL },
	{ .change = unknown_hint, .wrong = NULL },
	/* An unknown bit of the wrong register, one that is not set, and a number of more than 32 bits. */
	{ .change = unknown_bit,
		.said_from = "KVMLEAF-END",
		.said_to = "EDX 28 yes unknown                -\nKVMLEAF-END",
		.wrong = "EDX bit 28 (unknown bit) is clear in the report, set in the console's table" },
	{ .said_from = "KVMLEAF-END", .said_to = "EAX 28 -   unknown                -\nKVMLEAF-END", .wrong = NULL },
	{ .said_from = "KVMLEAF-END",
		.said_to = "EAX 32 yes unknown                -\nKVMLEAF-END",
		.wrong = "the console has a row that names no bit: EAX 32 yes unknown" },
};

#endif
