/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is concluded from a case's texts. Each fact is tried with texts that make it true and with similar ones that do
 * not.
 */
#include "cases/case_facts.h"

#include <stddef.h>
#include <string.h>

#include "cases/case_keys.h"

static void set_text(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

struct row {
	const char *text;
	gboolean expected;
};

/* Sets the text that is at this offset of struct boot_case, and asserts the fact at that offset of struct case_facts.
 */
static void assert_facts(size_t field, size_t fact, const struct row *rows, size_t count)
{
	gboolean was_true = FALSE, was_false = FALSE;

	for (size_t i = 0; i < count; i++) {
		struct boot_case *boot_case = case_new("a");
		struct case_facts facts;

		set_text((char **)(void *)((char *)boot_case + field), rows[i].text);
		facts = case_facts(boot_case);
		if (*(gboolean *)(void *)((char *)&facts + fact) != rows[i].expected)
			g_error("\"%s\": the fact is not %s", rows[i].text, rows[i].expected ? "true" : "false");
		was_true = was_true || rows[i].expected;
		was_false = was_false || !rows[i].expected;
		case_free(boot_case);
	}
	g_assert_true(was_true && was_false);
}

#define ASSERT_FACTS(field, fact, rows)                                                                                \
	assert_facts(offsetof(struct boot_case, field), offsetof(struct case_facts, fact), rows, G_N_ELEMENTS(rows))

/*
 * QEMU's rules for -cpu (target/i386/cpu.c, x86_cpu_parse_featurestr and x86_cpu_expand_features): x is x=on; of
 * several x=... the last one holds; +x and -x hold wherever they stand, and of these two -x.
 */
static void test_enforced(void)
{
	static const struct row rows[] = {
		{ NULL, FALSE },
		{ "", FALSE },
		{ "host", FALSE },
		{ "host,kvm-pv-enforce-cpuid=on", TRUE },
		{ "host,+kvm-pv-enforce-cpuid", TRUE },
		{ "host,kvm-pv-enforce-cpuid", TRUE },
		{ "host,kvm-pv-enforce-cpuid=off", FALSE },
		{ "host,-kvm-pv-enforce-cpuid", FALSE },
		{ "host,kvm-pv-enforce-cpuid=off,kvm-pv-enforce-cpuid=on", TRUE },
		{ "host,kvm-pv-enforce-cpuid=on,kvm-pv-enforce-cpuid=off", FALSE },
		{ "host,kvm-pv-enforce-cpuid=on,-kvm-pv-enforce-cpuid", FALSE },
		{ "host,-kvm-pv-enforce-cpuid,kvm-pv-enforce-cpuid=on", FALSE },
		{ "host,+kvm-pv-enforce-cpuid,kvm-pv-enforce-cpuid=off", TRUE },
		{ "host,kvm-pv-enforce-cpuid=off,+kvm-pv-enforce-cpuid", TRUE },
		{ "host,-kvm-pv-enforce-cpuid,+kvm-pv-enforce-cpuid", FALSE },
		{ "host,+kvm-pv-enforce-cpuid,-kvm-pv-enforce-cpuid", FALSE },
		{ "host,kvm-pv-enforce-cpuid=on,hv-time=on,-kvmclock", TRUE },
		{ "host,kvm-pv-enforce-cpuidx=on", FALSE },
		{ "host,xkvm-pv-enforce-cpuid=on", FALSE },
		{ "host,kvm-pv-enforce=on", FALSE },
	};

	ASSERT_FACTS(cpu, enforced, rows);
}

static void test_masks_kvmclock(void)
{
	static const struct row rows[] = {
		{ NULL, FALSE },
		{ "host", FALSE },
		{ "host,-kvmclock", TRUE },
		{ "host,kvmclock=off", TRUE },
		{ "host,+kvmclock", FALSE },
		{ "host,kvmclock", FALSE },
		{ "host,kvmclock=on", FALSE },
		{ "host,kvmclock=on,kvmclock=off", TRUE },
		{ "host,kvmclock=off,kvmclock=on", FALSE },
		{ "host,kvmclock=on,-kvmclock", TRUE },
		{ "host,-kvmclock,kvmclock=on", TRUE },
		{ "host,-kvmclock-stable-bit", FALSE },
	};

	ASSERT_FACTS(cpu, masks_kvmclock, rows);
}

static void test_userspace_irqchip(void)
{
	static const struct row rows[] = {
		{ "q35", FALSE },
		{ "q35,kernel-irqchip=off", TRUE },
		{ "q35,hpet=on,kernel-irqchip=off", TRUE },
		{ "q35,kernel-irqchip=on", FALSE },
		{ "q35,kernel-irqchip=split", FALSE },
		{ "q35,kernel-irqchip=on,kernel-irqchip=off", TRUE },
		{ "q35,kernel-irqchip=off,kernel-irqchip=on", FALSE },
	};

	ASSERT_FACTS(machine, userspace_irqchip, rows);
}

/* The app takes its arguments with and without dashes, with a value or without one (README, "Arguments"). */
static void test_words_of_arguments(void)
{
	static const struct row probes[] = { { "", FALSE }, { "--probe", TRUE }, { "--probe=force --json", TRUE },
		{ "json probe", TRUE }, { "-probe", TRUE }, { "--json\t--probe", TRUE }, { "--probed", FALSE },
		{ "--prob", FALSE }, { "--save=--probe", FALSE }, { "--save=probe", FALSE } };
	static const struct row replays[] = { { "", FALSE }, { "--replay=x.txt", TRUE }, { "replay=x.txt", TRUE },
		{ "--replayed=x", FALSE } };
	static const struct row no_variable[] = { { "", FALSE }, { "--no-variable", TRUE }, { "no-variable", TRUE },
		{ "--replay=x.txt", TRUE }, { "--json", FALSE }, { "--no-variables", FALSE } };
	static const struct row json[] = { { "", FALSE }, { "--json", TRUE }, { "json", TRUE }, { "--jso", FALSE },
		{ "--save=json", FALSE } };
	static const struct row demands[] = { { "--probe", FALSE }, { "--probe --enforced", TRUE },
		{ "enforced probe", TRUE }, { "--enforce", FALSE } };
	static const struct row powers_off[] = { { "", FALSE }, { "--exit=poweroff", TRUE }, { "--exit=qemu", FALSE },
		{ "--exit", FALSE }, { "exit=poweroff --json", TRUE }, { "--exit=poweroff --exit=qemu", FALSE },
		{ "--exit=qemu --exit=poweroff", TRUE }, { "--exits=poweroff", FALSE }, { "--exit=poweroffs", FALSE },
		{ "--save=exit=poweroff", FALSE } };
	static const struct row quiet[] = { { "", FALSE }, { "--quiet", TRUE }, { "--json quiet", TRUE },
		{ "--quietly", FALSE } };

	ASSERT_FACTS(arguments, probes, probes);
	ASSERT_FACTS(arguments, replays, replays);
	ASSERT_FACTS(arguments, no_variable, no_variable);
	ASSERT_FACTS(arguments, json, json);
	ASSERT_FACTS(arguments, quiet, quiet);
	ASSERT_FACTS(arguments, demands, demands);
	ASSERT_FACTS(arguments, powers_off, powers_off);
}

/* No report comes where the case says so, or where the app only prints its help or its version. */
static void test_reports(void)
{
	static const struct row arguments[] = { { "", TRUE }, { "--json", TRUE }, { "--help", FALSE },
		{ "--version", FALSE }, { "--json version", FALSE }, { "help", FALSE }, { "--helpful", TRUE },
		{ "--probe", TRUE } };
	static const struct row report[] = { { NULL, TRUE }, { "needed", TRUE }, { "none", FALSE } };

	ASSERT_FACTS(arguments, reports, arguments);
	ASSERT_FACTS(report, reports, report);
}

static void test_attaches_disk(void)
{
	static const struct {
		const char *options;
		gboolean attaches;
	} rows[] = { { NULL, FALSE }, { "-m 64", FALSE }, { "-device usb-storage,drive=disk", TRUE },
		{ "-m 64 -device ahci,id=a -device ide-cd,bus=a.0,drive=disk,bootindex=0", TRUE },
		{ "-device usb-storage,drive=other", FALSE } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct boot_case *boot_case = case_new("a");

		if (rows[i].options != NULL)
			g_assert_true(case_set_key(boot_case, "qemu", rows[i].options, NULL));
		g_assert_cmpint(case_facts(boot_case).attaches_disk, ==, rows[i].attaches);
		case_free(boot_case);
	}
}

/* A captured guest is a q35 with 1, 2 or 4 vCPUs, without further devices, and with the usual firmware. */
static void test_restorable(void)
{
	static const struct {
		const char *key, *value;
		gboolean restorable;
	} rows[] = { { "why", "x", TRUE }, { "smp", "1", TRUE }, { "smp", "2", TRUE }, { "smp", "4", TRUE },
		{ "smp", "3", FALSE }, { "smp", "8", FALSE }, { "smp", "4096", FALSE }, { "machine", "q35", TRUE },
		{ "machine", "pc", FALSE }, { "machine", "q35,hpet=on", FALSE }, { "disk", "x.img", FALSE },
		{ "disk", "none", FALSE }, { "firmware", "i386", FALSE }, { "qemu", "-m 64", FALSE },
		{ "start", "cold", FALSE }, { "start", "restore", TRUE }, { "store", "flash", TRUE },
		{ "store", "none", FALSE }, { "app", "x.efi", TRUE }, { "cpu", "EPYC", TRUE } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct boot_case *boot_case = case_new("a");

		g_assert_true(case_set_key(boot_case, rows[i].key, rows[i].value, NULL));
		g_assert_cmpint(case_facts(boot_case).restorable, ==, rows[i].restorable);
		case_free(boot_case);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/case-facts/enforced", test_enforced);
	g_test_add_func("/case-facts/masks-kvmclock", test_masks_kvmclock);
	g_test_add_func("/case-facts/userspace-irqchip", test_userspace_irqchip);
	g_test_add_func("/case-facts/words-of-arguments", test_words_of_arguments);
	g_test_add_func("/case-facts/reports", test_reports);
	g_test_add_func("/case-facts/attaches-disk", test_attaches_disk);
	g_test_add_func("/case-facts/restorable", test_restorable);
	return g_test_run();
}
