/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/output/forecast_output.h"
#include "report/decode.h"
#include "report/raw.h"
#include "report/report_access.h"

enum { OUTPUT_SIZE = 64 * 1024 };

/* Of a report without raw registers only the decoded ones are left. The forecast then says what it lacks. */
static struct report *report_without_leaves(const json_t *root)
{
	const json_t *kvm = json_object_get(root, "kvm");
	struct report *report = g_new0(struct report, 1);
	const char *vendor = report_string_member(json_object_get(root, "cpu"), "vendor");

	for (int i = 0; vendor != NULL && i < SIGNATURE_SIZE && vendor[i] != '\0'; i++)
		report->cpu_vendor[i] = vendor[i];
	report->hypervisor_bit = json_is_true(json_object_get(root, "hypervisor_bit"));
	report->kvm.present = json_is_object(kvm);
	report->kvm.base = report_hex_member(kvm, "base");
	report->kvm.eax = report_hex_member(kvm, "eax");
	report->kvm.edx = report_hex_member(kvm, "edx");
	return report;
}

/* What the dump of a report does not have: whose registers they are, how many vCPUs agree, what the firmware lacked. */
static void add_facts(const json_t *root, struct report *report)
{
	json_int_t vcpus = json_integer_value(json_object_get(json_object_get(root, "vcpus"), "count"));

	for (int i = 0; i < VERDICT_COUNT; i++)
		if (g_strcmp0(report_string_member(root, "verdict"), verdict_name((enum verdict)i)) == 0)
			report->verdict = (enum verdict)i;
	for (int i = 0; i < SOURCE_COUNT; i++)
		if (g_strcmp0(report_string_member(root, "source"), report_source_name((enum report_source)i)) == 0)
			report->source = (enum report_source)i;
	report->vcpu_count = (uint32_t)CLAMP(vcpus, 1, G_MAXINT32);
	if (report_has_problem(root, problem_name(PROBLEM_NO_MP_SERVICES)))
		report_problem(report, PROBLEM_NO_MP_SERVICES, 0);
}

/* The report of a document, to be freed. */
static struct report *report_of(const char *document, const json_t *root, GError **error)
{
	g_autofree char *raw = NULL;
	struct report *report;

	if (json_array_size(json_object_get(root, "leaves")) == 0) {
		report = report_without_leaves(root);
	} else {
		raw = raw_text(document, error);
		report = raw != NULL ? decode_dump(raw, strlen(raw), error) : NULL;
	}
	if (report != NULL)
		add_facts(root, report);
	return report;
}

/* What print writes about the report in the document. */
static char *explain(const char *document, void (*print)(struct text *out, const struct report *report), GError **error)
{
	g_autofree char *wrong = NULL;
	json_t *root = report_parse(document, strlen(document), &wrong);
	g_autofree struct report *report = report_of(document, root, error);
	g_autofree char *buffer = g_malloc(OUTPUT_SIZE);
	struct text out;

	json_decref(root);
	if (report == NULL)
		return NULL;
	text_init(&out, buffer, OUTPUT_SIZE);
	print(&out, report);
	return g_strndup(buffer, out.length);
}

char *explain_table(const char *document, GError **error)
{
	g_autofree char *lines = explain(document, forecast_table, error);
	g_autoptr(GString) table = g_string_new(lines);

	g_string_replace(table, "\r\n", "\n", 0);
	return lines != NULL ? g_strdup(table->str) : NULL;
}

/* A saved report may already have a forecast, of an older release perhaps. */
char *explain_json(const char *document, GError **error)
{
	g_autofree char *member = explain(document, forecast_json, error);
	g_autofree char *object = NULL;
	json_t *root, *forecast;
	char *text, *line;

	if (member == NULL)
		return NULL;
	object = g_strdup_printf("{%s}", strchr(member, '"'));
	root = json_loads(document, 0, NULL);
	forecast = json_loads(object, 0, NULL);
	(void)json_object_update(root, forecast);
	json_decref(forecast);
	text = json_dumps(root, JSON_PRESERVE_ORDER | JSON_INDENT(1));
	json_decref(root);
	line = g_strconcat(text, "\n", NULL);
	free(text);
	return line;
}
