/* SPDX-License-Identifier: BSD-2-Clause */
/* A dump in the form of cpuid -r, as users paste them. The input is its text. */
#include <string.h>

#include "report/decode.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	g_autofree struct report *report = decode_dump((const char *)data, size, &error);
	g_autofree char *table = NULL;

	if (report != NULL) {
		MUST(report->source == SOURCE_REPLAY && report->vcpus_checked <= report->vcpu_count);
		fuzz_report_holds(report);
		fuzz_report_returns(report);
		table = decode_table(report);
		MUST(g_str_has_prefix(table, "KVMLEAF-BEGIN ") && strstr(table, "\nKVMLEAF-END ") != NULL);
	} else {
		MUST(error != NULL && g_str_has_prefix(error->message, "line ") &&
			strstr(error->message, ": expected ") != NULL);
	}
	fuzz_result_or_error(report != NULL, error);
	return 0;
}
