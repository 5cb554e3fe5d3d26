/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases as the JSON document that a nested host is given: what is written is read again, and nothing else is taken. */
#include "cases/resolved_cases.h"

#include <jansson.h>
#include <string.h>

#include "cases/case_keys.h"
#include "unit/fake/workplace.h"

static void assert_same_words(char **a, char **b)
{
	g_assert_true((a == NULL) == (b == NULL));
	if (a != NULL)
		g_assert_true(g_strv_equal((const char *const *)a, (const char *const *)b));
}

/* Every member by its name: a member that is forgotten in the document is a difference here. */
static void assert_same_case(const struct boot_case *a, const struct boot_case *b)
{
	g_assert_cmpstr(a->name, ==, b->name);
	g_assert_cmpstr(a->why, ==, b->why);
	g_assert_cmpstr(a->accel, ==, b->accel);
	g_assert_cmpstr(a->maker, ==, b->maker);
	g_assert_cmpstr(a->kvm_parameters, ==, b->kvm_parameters);
	g_assert_cmpstr(a->machine, ==, b->machine);
	g_assert_cmpstr(a->cpu, ==, b->cpu);
	g_assert_cmpstr(a->arguments, ==, b->arguments);
	g_assert_cmpstr(a->app, ==, b->app);
	g_assert_cmpstr(a->disk, ==, b->disk);
	g_assert_cmpstr(a->media, ==, b->media);
	g_assert_cmpstr(a->firmware, ==, b->firmware);
	assert_same_words(a->extra, b->extra);
	g_assert_cmpuint(a->smp, ==, b->smp);
	g_assert_cmpstr(a->store, ==, b->store);
	g_assert_cmpint(a->by_shell, ==, b->by_shell);
	g_assert_cmpint(a->cold, ==, b->cold);
	g_assert_cmpint(a->untold, ==, b->untold);
	g_assert_cmpint(a->required, ==, b->required);
	g_assert_cmpstr(a->vcpus, ==, b->vcpus);
	g_assert_cmpstr(a->report, ==, b->report);
	g_assert_cmpstr(a->verdict, ==, b->verdict);
	g_assert_cmpstr(a->status, ==, b->status);
	g_assert_cmpstr(a->signature, ==, b->signature);
	g_assert_cmpstr(a->hypervisor_bit, ==, b->hypervisor_bit);
	g_assert_cmpstr(a->problem, ==, b->problem);
	g_assert_cmphex(a->base, ==, b->base);
	g_assert_cmphex(a->max_leaf, ==, b->max_leaf);
	g_assert_cmpmem(a->set, sizeof(a->set), b->set, sizeof(b->set));
	g_assert_cmpmem(a->clear, sizeof(a->clear), b->clear, sizeof(b->clear));
	g_assert_cmpstr(a->cpu_set, ==, b->cpu_set);
	g_assert_cmpstr(a->cpu_clear, ==, b->cpu_clear);
	g_assert_cmpmem(a->exactly, sizeof(a->exactly), b->exactly, sizeof(b->exactly));
	g_assert_cmpint(a->has_exactly, ==, b->has_exactly);
	g_assert_cmpmem(a->set_if_offered, sizeof(a->set_if_offered), b->set_if_offered, sizeof(b->set_if_offered));
	g_assert_cmpmem(a->broken, sizeof(a->broken), b->broken, sizeof(b->broken));
	g_assert_cmpmem(a->stripped, sizeof(a->stripped), b->stripped, sizeof(b->stripped));
}

/* Writes the cases, reads them, and asserts that they are the same and would be written the same again. */
static void assert_round_trip(const GPtrArray *cases)
{
	g_autofree char *text = resolved_cases_write(cases, NULL), *again = NULL;
	GError *error = NULL;
	g_autoptr(GPtrArray) read = resolved_cases_read(text, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(read->len, ==, cases->len);
	for (guint i = 0; i < cases->len; i++)
		assert_same_case(g_ptr_array_index(cases, i), g_ptr_array_index(read, i));
	again = resolved_cases_write(read, NULL);
	g_assert_cmpstr(again, ==, text);
}

static GPtrArray *no_cases(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
}

static void test_none(void)
{
	g_autoptr(GPtrArray) none = no_cases();

	assert_round_trip(none);
}

/* All that can be set, each member with a value that is unlike its usual one and unlike its neighbours'. */
static struct boot_case *full_case(void)
{
	static const struct {
		const char *key, *value;
	} keys[] = { { "why", "why \"so\" \\ \303\244 \360\237\230\200" }, { "accel", "kvm" }, { "maker", "intel" },
		{ "kvm-parameters", "kvm.a=1 kvm_intel.b=0" }, { "machine", "pc,hpet=on" }, { "cpu", "host,-kvmclock" },
		{ "smp", "4096" }, { "qemu", "-m 64 -append 'two words' \"\"" }, { "store", "flash" },
		{ "disk", "x.img" }, { "media", "cdrom" }, { "firmware", "i386" }, { "started-by", "shell" },
		{ "start", "cold" }, { "app", "mutants/x.efi" }, { "arguments", "--probe --save=a\tb" },
		{ "report", "none" }, { "verdict", "kvm-behind" }, { "status", "expectation" },
		{ "base", "0x40000100" }, { "max-leaf", "0x40000101" }, { "problem", "a-problem" },
		{ "signature", "KVMKVMKVM" }, { "vcpus", "silent" }, { "hypervisor-bit", "clear" },
		{ "set", "kvm-pv-eoi,x86-64-v3,kvm-hint-dedicated,svm" }, { "clear", "kvm-mmu,vmx" },
		{ "exactly", "kvm-asyncpf" }, { "broken", "kvm-steal-time" }, { "stripped", "kvmclock-stable-bit" } };
	struct boot_case *boot_case = case_new("full");

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		g_assert_true(case_set_key(boot_case, keys[i].key, keys[i].value, NULL));
	boot_case->untold = boot_case->required = TRUE;
	boot_case->set_if_offered[0] = 0xffffffff;
	boot_case->set_if_offered[1] = 0x80000000;
	return boot_case;
}

static void test_full(void)
{
	g_autoptr(GPtrArray) cases = no_cases();
	const struct boot_case *boot_case;

	g_ptr_array_add(cases, full_case());
	g_ptr_array_add(cases, case_new("empty"));
	boot_case = g_ptr_array_index(cases, 0);
	g_assert_cmpstr(boot_case->store, ==, "flash");
	g_assert_true(boot_case->by_shell && boot_case->cold && boot_case->has_exactly);
	assert_round_trip(cases);
}

/* The project's own case files, the cases of the feature table, and random masks. */
static void test_real_cases(void)
{
	static const char *const none[] = { NULL };
	GError *error = NULL;
	g_autoptr(GPtrArray) cases = cases_load("test-harness/cases", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(cases->len, >, 0);
	cases_generate(cases, none);
	cases_generate_random(cases, none, 100, 7);
	assert_round_trip(cases);
}

static char *full_text(void)
{
	g_autoptr(GPtrArray) cases = no_cases();

	g_ptr_array_add(cases, full_case());
	return resolved_cases_write(cases, NULL);
}

static void assert_refused(const char *text, const char *words)
{
	GError *error = NULL;

	g_assert_null(resolved_cases_read(text, &error));
	assert_error_says(&error, BOOT_USAGE, words);
}

/*
 * How many of the values below are of a member's kind: a text may be "x" or null, a list of words null or [], a number
 * 12, a flag true; a pair of feature words none of them.
 */
static guint taken_by(const json_t *good)
{
	if (json_is_array(good) && json_is_integer(json_array_get(good, 0)))
		return 0;
	return json_is_string(good) || json_is_array(good) ? 2 : 1;
}

/* Whether the document is read; if not, the error must name this member. */
static gboolean is_taken(const json_t *document, const char *member)
{
	g_autofree char *words = g_strdup_printf("has no valid \"%s\"", member);
	char *text = json_dumps(document, 0);
	GError *error = NULL;
	g_autoptr(GPtrArray) read = resolved_cases_read(text, &error);

	free(text);
	g_assert_true((read == NULL) == (error != NULL));
	if (read == NULL)
		assert_error_says(&error, BOOT_USAGE, words);
	return read != NULL;
}

/* Of these values a member takes those of its kind, and it must not be missing. */
static void try_member(const json_t *document, json_t *object, const char *name)
{
	static const char *const values[] = { "{}", "true", "12", "1.5", "-1", "4294967296", "\"x\"", "null", "[]",
		"[1]", "[1,2,3]", "[1,\"x\"]", "[\"x\",1]", "[-1,0]", "[0,4294967296]", "[1.0,2]" };
	json_t *kept = json_incref(json_object_get(object, name));
	guint taken = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_assert_cmpint(json_object_set_new(object, name, json_loads(values[i], JSON_DECODE_ANY, NULL)), ==, 0);
		taken += is_taken(document, name);
	}
	g_assert_cmpuint(taken, ==, taken_by(kept));
	(void)json_object_del(object, name);
	g_assert_false(is_taken(document, name));
	(void)json_object_set_new(object, name, kept);
	g_assert_true(is_taken(document, name));
}

static void test_each_member(void)
{
	g_autofree char *text = full_text();
	json_t *document = json_loads(text, 0, NULL);
	json_t *object = json_array_get(document, 0);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) names = NULL;
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value)
		g_strv_builder_add(builder, name);
	names = g_strv_builder_end(builder);
	g_assert_cmpuint(g_strv_length(names), >=, 30);
	for (char **one = names; *one != NULL; one++)
		try_member(document, object, *one);
	json_decref(document);
}

static void test_no_document(void)
{
	assert_refused("", "resolved cases: expected a JSON array: ");
	assert_refused("[", "resolved cases: expected a JSON array: ");
	assert_refused("nonsense", "resolved cases: expected a JSON array: ");
	assert_refused("{}", "resolved cases: expected a JSON array");
	assert_refused("[] []", "resolved cases: expected a JSON array: ");
	assert_refused("[1]", "has no valid \"");
	assert_refused("[null]", "has no valid \"");
	assert_refused("[[]]", "has no valid \"");
	assert_refused("[{}]", "has no valid \"");
	assert_refused("[{\"name\":\"a\",\"name\":\"b\"}]", "expected a JSON array: duplicate object key");
	/* A NUL would end a text too early. */
	assert_refused("[{\"why\":\"a\\u0000b\"}]", "resolved cases: expected a JSON array: ");
	assert_refused("[{\"why\":\"\377\"}]", "resolved cases: expected a JSON array: ");
}

/* The second of two cases is read to its end as well, and none is taken where one is wrong. */
static void test_second(void)
{
	g_autofree char *text = full_text();
	g_autoptr(GString) both = g_string_new(text);

	g_assert_true(g_str_has_suffix(g_strchomp(both->str), "]"));
	g_string_set_size(both, strlen(both->str));
	g_string_truncate(both, both->len - 1);
	g_string_append(both, ", {}]");
	assert_refused(both->str, "has no valid \"");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/resolved-cases/none", test_none);
	g_test_add_func("/resolved-cases/full", test_full);
	g_test_add_func("/resolved-cases/real-cases", test_real_cases);
	g_test_add_func("/resolved-cases/each-member", test_each_member);
	g_test_add_func("/resolved-cases/no-document", test_no_document);
	g_test_add_func("/resolved-cases/second", test_second);
	return g_test_run();
}
