/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/judged_probe.h"

#include <string.h>

#include "unit/fake/kvm_expected.h"

/*
 * The results are those of kvm_expected.def, written by hand from KVM's documentation, for a guest that sees all that
 * KVM offers and whose mask is not enforced. A feature that this KVM does not offer is refused or absent.
 */
static char *probe_text(void)
{
	GString *text = g_string_new("\"listening\":{\"kvm_answers\":true},\n\"probe\":[");

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		g_string_append_printf(text, "%s{\"feature\":\"%s\",\"result\":\"%s\"}", i > 0 ? "," : "",
			kvm_expected[i].name, kvm_expected[i].probed);
	g_string_append(text, "],\n\"problems\"");
	return g_string_free(text, FALSE);
}

/* The console has no room for the whole of this result and a reason. */
static const char *shown(const char *result)
{
	return strcmp(result, "advertised, cannot be tested here") == 0 ? "cannot be tested here" : result;
}

static char *probe_table(void)
{
	GString *table = g_string_new("Probed: KVM answers hypercalls.\n");

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		g_string_append_printf(table, "%s %2u %-22s %s\n", kvm_expected[i].reg == KVM_EAX ? "EAX" : "EDX",
			kvm_expected[i].bit, expected_bare_name(&kvm_expected[i]), shown(kvm_expected[i].probed));
	g_string_append(table, "KVMLEAF-END");
	return g_string_free(table, FALSE);
}

void sample_probe(struct sample *sample, const char *arguments)
{
	g_autofree char *text = probe_text(), *table = probe_table();

	sample_replace(sample->report, "\"problems\"", text);
	sample_replace(sample->report, "\"checked\":1", "\"checked\":1,\"probed\":1");
	sample_replace(sample->console, "KVMLEAF-END", table);
	sample_replace(sample->console, " vcpus=1 ", " vcpus=1 probe=agrees ");
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup(arguments);
}
