/* SPDX-License-Identifier: BSD-2-Clause */
/* The forecast of saved reports: whole ones, ones that lack something, and forged ones. */
#include "report/explain.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"

#define CORPUS "test-harness/corpus/"

/* The document of a machine of the corpus, changed by the members of an object; to be freed with free(). */
static char *changed(const char *file, const char *members)
{
	json_t *root = json_load_file(file, 0, NULL);
	json_t *changes = json_loads(members, 0, NULL);
	char *text;

	g_assert_nonnull(root);
	g_assert_nonnull(changes);
	g_assert_cmpint(json_object_update(root, changes), ==, 0);
	text = json_dumps(root, 0);
	json_decref(changes);
	json_decref(root);
	return text;
}

static void assert_row(const char *file, const char *members, const char *row)
{
	g_autofree char *document = changed(file, members);
	GError *error = NULL;
	g_autofree char *table = explain_table(document, &error);

	g_assert_no_error(error);
	if (strstr(table, row) == NULL)
		g_error("%s with %s: no \"%s\" in:\n%s", file, members, row, table);
	g_assert_null(strchr(table, '\r'));
}

static void test_facts(void)
{
	assert_row(CORPUS "kvm-amd.json", "{}", "\nvcpus        unsaid ");
	assert_row(CORPUS "kvm-amd.json", "{\"source\":\"cpu\"}", "\nspinlocks    unused ");
	assert_row(CORPUS "kvm-amd.json",
		"{\"source\":\"cpu\",\"problems\":[{\"problem\":\"no-mp-services\",\"number\":0}]}",
		"\nspinlocks    used ");
	assert_row(CORPUS "kvm-amd.json", "{\"source\":\"cpu\",\"vcpus\":{\"count\":2,\"differing\":[]}}",
		"\nspinlocks    used ");
	/* Counts that no machine has. */
	assert_row(CORPUS "kvm-no-bit.json", "{\"vcpus\":{\"count\":99999999999,\"differing\":[]}}",
		"\napic-ids     missing vCPUs with an APIC id above 255");
	assert_row(CORPUS "kvm-amd.json", "{\"source\":\"cpu\",\"vcpus\":{\"count\":-1,\"differing\":[]}}",
		"\nspinlocks    unused ");
}

/* Without raw registers, the decoded ones are left. */
static void test_without_leaves(void)
{
	assert_row(CORPUS "kvm-amd.json", "{\"leaves\":[]}", "\nclock        unsaid ");
	assert_row(CORPUS "kvm-amd.json", "{\"leaves\":[]}", "\nsteal-time   used ");
	assert_row(CORPUS "signature-vmware.json", "{\"leaves\":[]}", "\nguest        unsaid  This hypervisor is not");
	assert_row(CORPUS "kvm-amd.json", "{\"leaves\":[],\"cpu\":{\"vendor\":\"longer than a signature is\"}}",
		"\neoi          used ");
}

static void test_json(void)
{
	g_autofree char *document = changed(CORPUS "kvm-no-bit.json", "{\"forecast\":\"an old one\"}");
	g_autofree char *explained = explain_json(document, NULL);
	json_t *root = json_loads(explained, JSON_REJECT_DUPLICATES, NULL);
	const json_t *forecast = json_object_get(root, "forecast");

	g_assert_true(g_str_has_suffix(explained, "}\n"));
	g_assert_cmpuint(json_array_size(json_object_get(forecast, "rows")), >, 5);
	g_assert_cmpuint(json_array_size(json_object_get(forecast, "fixes")), >, 5);
	g_assert_cmpstr(json_string_value(json_object_get(root, "verdict")), ==, "kvm");
	json_decref(root);
}

/* A report whose differences cannot be written as a dump. */
static void test_forged(void)
{
	g_autofree char *document = changed(CORPUS "kvm-amd.json",
		"{\"vcpus\":{\"count\":1,\"differing\":[{\"leaf\":\"0x1\",\"register\":\"eax\",\"value\":\"0x1\","
		"\"apic_ids\":[[\"0x1\",\"0x2\"]]}]}}");
	GError *error = NULL;

	g_assert_null(explain_table(document, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	g_clear_error(&error);
	g_assert_null(explain_json(document, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	g_error_free(error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/explain/facts", test_facts);
	g_test_add_func("/explain/without-leaves", test_without_leaves);
	g_test_add_func("/explain/json", test_json);
	g_test_add_func("/explain/forged", test_forged);
	return g_test_run();
}
