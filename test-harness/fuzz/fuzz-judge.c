/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's console and report, compared with each other and with a case. The input is the output of the serial port;
 * the report is the text between the JSON markers in it, or one that was read from a store.
 */
#include <string.h>

#include "fuzz.h"
#include "judge/judge_guest.h"

static const char stored[] =
	"{\"schema\":\"kvmleaf/1\",\"verdict\":\"kvm\",\"hypervisor_bit\":true,"
	"\"blocks\":[{\"base\":\"0x40000000\",\"signature\":\"KVMKVMKVM\",\"max_leaf\":\"0x40000001\"}],"
	"\"kvm\":{\"base\":\"0x40000000\",\"eax\":\"0x01007afb\",\"edx\":\"0x00000001\"},"
	"\"vcpus\":{\"count\":1,\"checked\":1,\"differing\":[]},"
	"\"listening\":{\"kvm_answers\":false},\"probe\":[{\"feature\":\"KVM_FEATURE_PV_EOI\",\"result\":\"works\","
	"\"why\":\"x\"}],\"leaves\":[],\"problems\":[]}";

static void judge_all(struct guest_result *result)
{
	struct boot_case *boot_case = case_new("fuzz");
	struct judged judged;

	boot_case->accel = g_strdup("tcg");
	boot_case->cpu = g_strdup("max");
	boot_case->verdict = g_strdup("kvm");
	boot_case->status = g_strdup("pass");
	boot_case->signature = g_strdup("KVMKVMKVM");
	boot_case->hypervisor_bit = g_strdup("set");
	boot_case->problem = g_strdup("alias");
	boot_case->base = 0x40000000;
	boot_case->max_leaf = 0x40000001;
	boot_case->has_exactly = TRUE;
	judge_guest(boot_case, result, &judged);
	/* This case asks for a problem that no such report has, and for no feature at all: no report satisfies both. */
	MUST(judged.wrong->len > 0);
	for (guint i = 0; i < judged.wrong->len; i++)
		MUST(*(const char *)g_ptr_array_index(judged.wrong, i) != '\0');
	judged_clear(&judged);
	case_free(boot_case);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest_result result = {
		.exit_value = 0x10, .told_to_exit = TRUE, .has_words = TRUE, .words = { 0x01007afb, 1 }, .vcpus = 1
	};
	const GString *json;

	console_init(&result.console, NULL, NULL);
	console_feed(&result.console, (const char *)data, size);
	json = result.console.json;
	result.report = json != NULL ? g_memdup2(json->str, json->len + 1) : g_strdup(stored);
	result.report_length = json != NULL ? json->len : strlen(stored);
	judge_all(&result);
	g_free(result.report);
	console_clear(&result.console);
	return 0;
}
