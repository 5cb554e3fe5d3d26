/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/resolved_cases.h"

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

enum kind { TEXT, LIST, NUMBER, FLAG, BITS };

/* The kind of value that each setter of case_keys.def stores. */
#define KIND_string TEXT
#define KIND_choice TEXT
#define KIND_parameters TEXT
#define KIND_verdict TEXT
#define KIND_status TEXT
#define KIND_qemu LIST
#define KIND_smp NUMBER
#define KIND_base NUMBER
#define KIND_max_leaf NUMBER
#define KIND_by FLAG
#define KIND_start FLAG
#define KIND_bits BITS
#define KIND_wanted BITS
#define KIND_exactly BITS

/* The members of struct boot_case that are written: those of the keys, and some that have no key. */
static const struct member {
	const char *name;
	enum kind kind;
	size_t offset;
} members[] = {
#define MEMBER(name, kind) { #name, kind, offsetof(struct boot_case, name) },
	MEMBER(name, TEXT) /* first, for errors about the others */
#define CASE_KEY(name, spelled, setter, choices) MEMBER(name, KIND_##setter)
#define CASE_EXPECTATION CASE_KEY
#include "cases/case_keys.def"
	MEMBER(untold, FLAG) MEMBER(required, FLAG) MEMBER(has_exactly, FLAG) MEMBER(set_if_offered, BITS)
		MEMBER(cpu_set, TEXT) MEMBER(cpu_clear, TEXT)
};

static json_t *list_of(char **words)
{
	json_t *list = words != NULL ? json_array() : json_null();

	for (; words != NULL && *words != NULL; words++)
		(void)json_array_append_new(list, json_string(*words));
	return list;
}

static json_t *value_of(const struct boot_case *boot_case, const struct member *member)
{
	const void *field = (const char *)boot_case + member->offset;
	const uint32_t *bits = field;

	switch (member->kind) {
	case TEXT:
		return *(char *const *)field != NULL ? json_string(*(char *const *)field) : json_null();
	case LIST:
		return list_of(*(char **const *)field);
	case NUMBER:
		return json_integer(*bits);
	case FLAG:
		return json_boolean(*(const gboolean *)field);
	case BITS:
		return json_pack("[I, I]", (json_int_t)bits[0], (json_int_t)bits[1]);
	}
	return json_null();
}

/* NULL, and one line, for text that JSON cannot hold. */
static json_t *object_of(const struct boot_case *boot_case, GError **error)
{
	json_t *object = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		if (json_object_set_new(object, members[i].name, value_of(boot_case, &members[i])) == 0)
			continue;
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "[%s] %s is not UTF-8, which a nested host needs",
			boot_case->name, members[i].name);
		json_decref(object);
		return NULL;
	}
	return object;
}

char *resolved_cases_write(const GPtrArray *cases, GError **error)
{
	json_t *document = json_array();
	g_autofree char *text = NULL;
	gboolean good = TRUE;

	for (guint i = 0; good && i < cases->len; i++) {
		json_t *object = object_of(g_ptr_array_index(cases, i), error);

		good = object != NULL && json_array_append_new(document, object) == 0;
	}
	if (good)
		text = json_dumps(document, JSON_INDENT(1));
	json_decref(document);
	return g_strdup(text);
}

static gboolean read_list(const json_t *value, char ***ret)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	size_t i;
	json_t *word;

	if (json_is_null(value))
		return TRUE;
	if (!json_is_array(value))
		return FALSE;
	json_array_foreach (value, i, word) {
		if (!json_is_string(word))
			return FALSE;
		g_strv_builder_add(words, json_string_value(word));
	}
	g_strfreev(*ret);
	*ret = g_strv_builder_end(words);
	return TRUE;
}

static gboolean read_number(const json_t *value, uint32_t *ret)
{
	*ret = (uint32_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) == (json_int_t)*ret;
}

static gboolean read_text(const json_t *value, char **ret)
{
	g_free(*ret);
	*ret = g_strdup(json_string_value(value));
	return json_is_string(value) || json_is_null(value);
}

static gboolean read_value(struct boot_case *boot_case, const struct member *member, const json_t *value)
{
	void *field = (char *)boot_case + member->offset;
	uint32_t *bits = field;

	switch (member->kind) {
	case TEXT:
		return read_text(value, field);
	case LIST:
		return read_list(value, field);
	case NUMBER:
		return read_number(value, field);
	case FLAG:
		*(gboolean *)field = json_is_true(value);
		return json_is_boolean(value);
	case BITS:
		return json_array_size(value) == 2 && read_number(json_array_get(value, 0), &bits[0]) &&
		       read_number(json_array_get(value, 1), &bits[1]);
	}
	return FALSE;
}

static gboolean read_case(struct boot_case *boot_case, const json_t *object, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		if (read_value(boot_case, &members[i], json_object_get(object, members[i].name)))
			continue;
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "resolved cases: [%s] has no valid \"%s\"", boot_case->name,
			members[i].name);
		return FALSE;
	}
	return TRUE;
}

GPtrArray *resolved_cases_read(const char *text, GError **error)
{
	json_error_t wrong;
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &wrong);
	GPtrArray *cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	size_t i;
	json_t *object;

	if (!json_is_array(document)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "resolved cases: expected a JSON array%s%s",
			document == NULL ? ": " : "", document == NULL ? wrong.text : "");
		g_clear_pointer(&cases, g_ptr_array_unref);
	}
	json_array_foreach (document, i, object) {
		struct boot_case *boot_case = case_new("");

		g_ptr_array_add(cases, boot_case);
		if (!read_case(boot_case, object, error)) {
			g_clear_pointer(&cases, g_ptr_array_unref);
			break;
		}
	}
	json_decref(document);
	return cases;
}
