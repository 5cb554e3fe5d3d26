/* SPDX-License-Identifier: BSD-2-Clause */
/* A probe for the made-up guest of judged.h: its part of the report, and of the console. */
#ifndef KVMLEAF_UNIT_BOOT_JUDGED_PROBE_H
#define KVMLEAF_UNIT_BOOT_JUDGED_PROBE_H

#include "unit/boot/judged.h"
#include "unit/kvm_expected.h"

/* Every feature's result as kvm_expected.def has it by hand from KVM's documentation, for a guest that sees what KVM
 * offers and has nothing of it enforced: what is masked works all the same, unless KVM does not offer it. */
static inline char *probe_text(void)
{
	GString *text = g_string_new("\"listening\":{\"kvm_answers\":true},\n\"probe\":[");

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		g_string_append_printf(text, "%s{\"feature\":\"%s\",\"result\":\"%s\"}", i > 0 ? "," : "",
			kvm_expected[i].name, kvm_expected[i].probed);
	g_string_append(text, "],\n\"problems\"");
	return g_string_free(text, FALSE);
}

static inline char *probe_table(void)
{
	GString *table = g_string_new("Probed: KVM answers hypercalls.\n");

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		g_string_append_printf(table, "%2u  %-22s %s\n", kvm_expected[i].bit,
			expected_bare_name(&kvm_expected[i]), kvm_expected[i].probed);
	g_string_append(table, "KVMLEAF-END");
	return g_string_free(table, FALSE);
}

/* The guest was told these arguments, and probed. */
static inline void sample_probe(struct sample *sample, const char *arguments)
{
	g_autofree char *text = probe_text(), *table = probe_table();

	replace(sample->report, "\"problems\"", text);
	replace(sample->console, "KVMLEAF-END", table);
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup(arguments);
}

#endif
