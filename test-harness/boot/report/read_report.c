/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/read_report.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "base/input.h"
#include "kvmleaf/report_variable.h"
#include "qemu/varstore.h"
#include "report/decode.h"
#include "report/report_access.h"

enum { ATTRIBUTES_SIZE = 4 };

/* The keys that every reader of a report relies on. Readers must expect any other key to be absent. */
static const struct {
	const char *key, *member; /* member: of that key's object, NULL for the key itself */
	json_type type;
} needed[] = {
	{ "source", NULL, JSON_STRING },
	{ "verdict", NULL, JSON_STRING },
	{ "cpu", NULL, JSON_OBJECT },
	{ "blocks", NULL, JSON_ARRAY },
	{ "vcpus", NULL, JSON_OBJECT },
	{ "vcpus", "differing", JSON_ARRAY },
	{ "leaves", NULL, JSON_ARRAY },
	{ "problems", NULL, JSON_ARRAY },
	{ "kvm", "base", JSON_STRING },
	{ "kvm", "eax", JSON_STRING },
	{ "kvm", "edx", JSON_STRING },
};

static char *wrong_type(const json_t *root)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		const json_t *value = json_object_get(root, needed[i].key);

		if (strcmp(needed[i].key, "kvm") == 0 && json_is_null(value))
			continue;
		if (needed[i].member != NULL)
			value = json_object_get(value, needed[i].member);
		if (value == NULL || json_typeof(value) != needed[i].type)
			return g_strdup_printf("its \"%s%s%s\" is %s, expected %s", needed[i].key,
				needed[i].member != NULL ? "." : "", needed[i].member ?: "",
				value == NULL ? "absent" : "of another type",
				needed[i].type == JSON_STRING  ? "a string"
				: needed[i].type == JSON_ARRAY ? "an array"
							       : "an object");
	}
	return NULL;
}

/* Why the bytes are no report, to be freed; NULL where they are one. */
static char *not_a_report(const char *bytes, gsize length)
{
	char *wrong;
	json_t *root = report_parse(bytes, length, &wrong);
	const char *schema = report_string_member(root, "schema");

	if (root != NULL && g_strcmp0(schema, REPORT_SCHEMA) != 0)
		wrong = g_strdup_printf("its schema is \"%s\", not " REPORT_SCHEMA, schema != NULL ? schema : "");
	else if (root != NULL)
		wrong = wrong_type(root);
	json_decref(root);
	return wrong;
}

static char *from_efivarfs(const char *bytes, gsize length, char **ret_wrong)
{
	g_autofree char *wrong = NULL;
	uint32_t attributes;

	*ret_wrong = NULL;
	if (length < ATTRIBUTES_SIZE) {
		*ret_wrong = g_strdup_printf(
			"it has %zu bytes, and its attributes take %d", (size_t)length, ATTRIBUTES_SIZE);
		return NULL;
	}
	memcpy(&attributes, bytes, ATTRIBUTES_SIZE);
	attributes = GUINT32_FROM_LE(attributes);
	if (attributes != REPORT_VARIABLE_ATTRIBUTES) {
		*ret_wrong = g_strdup_printf("its first four bytes are 0x%08x, not the attributes 0x%08x", attributes,
			REPORT_VARIABLE_ATTRIBUTES);
		return NULL;
	}
	wrong = not_a_report(bytes + ATTRIBUTES_SIZE, length - ATTRIBUTES_SIZE);
	if (wrong == NULL)
		return g_strndup(bytes + ATTRIBUTES_SIZE, length - ATTRIBUTES_SIZE);
	*ret_wrong = g_strconcat("after its attributes: ", wrong, NULL);
	return NULL;
}

static char *from_store(const char *bytes, gsize length, char **ret_wrong)
{
	struct variable variable;
	GError *error = NULL;

	*ret_wrong = NULL;
	if (!varstore_find((const uint8_t *)bytes, length, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable,
		    &error)) {
		*ret_wrong = g_strdup(error->message);
		g_error_free(error);
		return NULL;
	}
	if (variable.data == NULL) {
		*ret_wrong = g_strdup("it has no variable " REPORT_VARIABLE_NAME);
		return NULL;
	}
	*ret_wrong = not_a_report((const char *)variable.data, variable.length);
	return *ret_wrong == NULL ? g_strndup((const char *)variable.data, variable.length) : NULL;
}

static char *from_dump(const char *bytes, gsize length, char **ret_wrong)
{
	GError *error = NULL;
	g_autofree struct report *report = decode_dump(bytes, length, &error);

	*ret_wrong = error != NULL ? g_strdup(error->message) : NULL;
	g_clear_error(&error);
	return report != NULL ? decode_json(report) : NULL;
}

char *read_report(const char *path, GError **error)
{
	g_autofree char *bytes = NULL, *report_wrong = NULL, *file_wrong = NULL, *store_wrong = NULL,
			*dump_wrong = NULL;
	char *report;
	gsize length;

	if (!input_read(path, &bytes, &length, error))
		return NULL;
	report_wrong = not_a_report(bytes, length);
	if (report_wrong == NULL)
		return g_strndup(bytes, length);
	report = from_efivarfs(bytes, length, &file_wrong);
	if (report == NULL)
		report = from_store(bytes, length, &store_wrong);
	if (report == NULL)
		report = from_dump(bytes, length, &dump_wrong);
	if (report == NULL)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"%s: not a report (%s), not an efivarfs file (%s), not a variable store with a report (%s), "
			"not "
			"a dump of cpuid -r (%s)",
			path, report_wrong, file_wrong, store_wrong, dump_wrong);
	return report;
}
