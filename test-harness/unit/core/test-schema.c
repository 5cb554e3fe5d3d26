/* SPDX-License-Identifier: BSD-2-Clause */
/* Words and limits that the report's schema repeats, since JSON cannot include a table, are those of the tables. */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "core/forecast/forecast.h"
#include "core/leaves/cpu_features.h"
#include "core/report/report.h"
#include "kvmleaf/report_variable.h"

/* Follows a path of keys, separated by slashes. */
static const json_t *schema_at(const char *path)
{
	static json_t *schema;
	g_auto(GStrv) keys = g_strsplit(path, "/", 0);
	const json_t *value;

	if (schema == NULL)
		schema = json_load_file("include/kvmleaf/report.schema.json", JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(schema);
	value = schema;
	for (char **key = keys; *key != NULL; key++)
		value = json_object_get(value, *key);
	if (value == NULL)
		g_error("the schema has no %s", path);
	return value;
}

static void assert_words(const char *path, const char *(*name)(int), int first, int count)
{
	const json_t *words = schema_at(path);

	g_assert_cmpuint(json_array_size(words), ==, count - first);
	for (int i = first; i < count; i++) {
		gboolean is_there = FALSE;

		for (size_t k = 0; k < json_array_size(words); k++)
			is_there |= strcmp(json_string_value(json_array_get(words, k)), name(i)) == 0;
		if (!is_there)
			g_error("%s lacks %s", path, name(i));
	}
}

static const char *verdict_word(int i)
{
	return verdict_name((enum verdict)i);
}

static const char *source_word(int i)
{
	return report_source_name((enum report_source)i);
}

static const char *confidential_word(int i)
{
	return confidential_name((enum confidential)i);
}

static const char *register_word(int i)
{
	return cpuid_register_key((enum cpuid_register)i);
}

static const char *outcome_word(int i)
{
	return probe_outcome_name((enum probe_outcome)i);
}

static const char *expectation_word(int i)
{
	return expectation_kind_name((enum expectation_kind)i);
}

/* Beside the levels, null. */
static void assert_levels(void)
{
	const json_t *words = schema_at("properties/cpu/properties/level/enum");

	g_assert_cmpuint(json_array_size(words), ==, ABI_LEVELS + 2);
	for (unsigned level = 0; level <= ABI_LEVELS; level++)
		g_assert_cmpstr(json_string_value(json_array_get(words, level)), ==, abi_level_name(level));
	g_assert_true(json_is_null(json_array_get(words, ABI_LEVELS + 1)));
	for (size_t i = 0; i < cpu_feature_count; i++) {
		g_autofree char *path =
			g_strconcat("properties/cpu/properties/features/properties/", cpu_features[i].name, NULL);

		if (cpu_features[i].level == 0)
			g_assert_nonnull(schema_at(path));
	}
}

static const char *topic_word(int i)
{
	return forecast_topic_name((enum forecast_topic)i);
}

static const char *state_word(int i)
{
	return forecast_state_name((enum forecast_state)i);
}

static const char *given_word(int i)
{
	return kvm_fix_given_name((enum kvm_fix_given)i);
}

static void test_forecast_words(void)
{
	assert_words("properties/forecast/properties/rows/items/properties/topic/enum", topic_word, 0, FORECAST_TOPICS);
	assert_words("properties/forecast/properties/rows/items/properties/state/enum", state_word, 0, FORECAST_STATES);
	assert_words("properties/forecast/properties/fixes/items/properties/default/enum", given_word, 0, KVM_GIVENS);
}

static void test_words(void)
{
	assert_words("properties/verdict/enum", verdict_word, 0, VERDICT_COUNT);
	assert_levels();
	assert_words("properties/source/enum", source_word, 0, SOURCE_COUNT);
	assert_words("properties/confidential/properties/active/enum", confidential_word, 0, CONFIDENTIAL_COUNT);
	assert_words(
		"properties/confidential/properties/supported/items/enum", confidential_word, 1, CONFIDENTIAL_COUNT);
	assert_words("properties/vcpus/properties/differing/items/properties/register/enum", register_word, 0,
		CPUID_REGISTER_COUNT);
	assert_words("definitions/outcome/enum", outcome_word, 0, PROBE_OUTCOMES);
	assert_words("properties/expectations/items/properties/expect/enum", expectation_word, 0, EXPECT_VERDICT + 1);
	g_assert_cmpstr(json_string_value(schema_at("properties/schema/const")), ==, REPORT_SCHEMA);
}

static void assert_limit(const char *path, int limit)
{
	g_assert_cmpint(json_integer_value(schema_at(path)), ==, limit);
}

static void test_limits(void)
{
	g_autofree char *dropped = g_strdup_printf("problems beyond the %d that are listed", PROBLEMS_MAX);
	g_autofree char *ranges = g_strdup_printf("where there are more than %d runs", VCPU_RANGES_MAX);

	assert_limit("properties/blocks/maxItems", BLOCKS_MAX);
	assert_limit("properties/forecast/properties/rows/maxItems", FORECAST_TOPICS);
	assert_limit("properties/leaves/maxItems", LEAVES_MAX);
	assert_limit("properties/problems/maxItems", PROBLEMS_MAX);
	assert_limit("properties/expectations/maxItems", EXPECTATIONS_MAX);
	assert_limit("properties/vcpus/properties/differing/maxItems", VCPU_DIFFERENCES_MAX);
	assert_limit("definitions/ranges/maxItems", VCPU_RANGES_MAX);
	assert_limit("properties/cpu/properties/vendor/maxLength", SIGNATURE_SIZE);
	g_assert_cmpstr(json_string_value(schema_at("properties/problems_dropped/description")), ==, dropped);
	g_assert_nonnull(strstr(json_string_value(schema_at("definitions/ranges/description")), ranges));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/words", test_words);
	g_test_add_func("/schema/forecast", test_forecast_words);
	g_test_add_func("/schema/limits", test_limits);
	return g_test_run();
}
