/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/case_facts.h"

#include <string.h>

/* Whether one of these words is this argument of the app, with or without its dashes and a value. */
static gboolean has_argument(char **words, const char *name)
{
	for (; *words != NULL; words++) {
		const char *bare = *words + strspn(*words, "-");

		if (strcspn(bare, "=") == strlen(name) && strncmp(bare, name, strlen(name)) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Whether the last of these words that sets this argument of the app sets it to that value. */
static gboolean argument_is(char **words, const char *name, const char *value)
{
	gboolean is = FALSE;

	for (; *words != NULL; words++) {
		const char *bare = *words + strspn(*words, "-");
		gsize length = strcspn(bare, "=");

		if (length == strlen(name) && strncmp(bare, name, length) == 0 && bare[length] == '=')
			is = strcmp(bare + length + 1, value) == 0;
	}
	return is;
}

/*
 * Whether a list of QEMU's (a,b=c,+d) sets the property to that. Of several b=c the last one holds, and b alone is
 * b=on; +b and -b hold wherever they stand, and of these two -b (target/i386/cpu.c, x86_cpu_parse_featurestr).
 */
static gboolean property_is(const char *list, const char *name, gboolean on)
{
	g_auto(GStrv) words = g_strsplit(list != NULL ? list : "", ",", 0);
	g_autofree char *as_on = g_strconcat(name, "=on", NULL), *as_off = g_strconcat(name, "=off", NULL);
	g_autofree char *plus = g_strconcat("+", name, NULL), *minus = g_strconcat("-", name, NULL);
	int value = -1;

	for (char **word = words; *word != NULL; word++) {
		if (strcmp(*word, as_on) == 0 || strcmp(*word, name) == 0)
			value = TRUE;
		else if (strcmp(*word, as_off) == 0)
			value = FALSE;
	}
	if (g_strv_contains((const char *const *)words, minus))
		value = FALSE;
	else if (g_strv_contains((const char *const *)words, plus))
		value = TRUE;
	return value == on;
}

/* A guest is captured for each power of two up to this many vCPUs. */
enum { RESTORE_SMP_MAX = 4 };

static gboolean is_restorable(const struct boot_case *boot_case)
{
	return !boot_case->cold && boot_case->extra == NULL && boot_case->disk == NULL && boot_case->firmware == NULL &&
	       g_strcmp0(boot_case->store, "none") != 0 && strcmp(boot_case->machine, "q35") == 0 &&
	       (boot_case->smp & (boot_case->smp - 1)) == 0 && boot_case->smp <= RESTORE_SMP_MAX;
}

/* Whether one of these QEMU options has the property drive=disk. */
static gboolean attaches_disk(char **extra)
{
	for (; extra != NULL && *extra != NULL; extra++) {
		g_auto(GStrv) properties = g_strsplit(*extra, ",", 0);

		if (g_strv_contains((const char *const *)properties, "drive=disk"))
			return TRUE;
	}
	return FALSE;
}

struct case_facts case_facts(const struct boot_case *boot_case)
{
	g_auto(GStrv) words = g_strsplit_set(boot_case->arguments, " \t", 0);
	g_auto(GStrv) parameters = g_strsplit_set(boot_case->kvm_parameters ?: "", " \t", 0);
	struct case_facts facts = {
		.sets_apicv = g_strv_contains((const char *const *)parameters, "kvm_intel.enable_apicv=1"),
		.enforced = property_is(boot_case->cpu, "kvm-pv-enforce-cpuid", TRUE),
		.masks_kvmclock = property_is(boot_case->cpu, "kvmclock", FALSE),
		.userspace_irqchip = property_is(boot_case->machine, "kernel-irqchip", FALSE),
		.restorable = is_restorable(boot_case),
		.attaches_disk = attaches_disk(boot_case->extra),
		.probes = has_argument(words, "probe"),
		.demands = has_argument(words, "enforced"),
		.flash = g_strcmp0(boot_case->store, "flash") == 0,
		.replays = has_argument(words, "replay"),
		.json = has_argument(words, "json"),
		.quiet = has_argument(words, "quiet"),
		.powers_off = argument_is(words, "exit", "poweroff"),
	};

	facts.no_variable = facts.replays || has_argument(words, "no-variable");
	facts.reports = g_strcmp0(boot_case->report, "none") != 0 && !has_argument(words, "help") &&
			!has_argument(words, "version");
	return facts;
}
