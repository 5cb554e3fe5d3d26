/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forecast/forecast.h"

#include "core/forecast/forecast_facts.h"

const struct forecast_row forecast_rules[] = {
#define BIT(name) (UINT64_C(1) << KVM_BIT_##name)
#define FACT(name) (UINT64_C(1) << FORECAST_FACT_##name)
#define FORECAST(topic, state, needs, lacks, fix, since, says)                                                         \
	{ FORECAST_TOPIC_##topic, FORECAST_##state, KVM_FIX_##fix, needs, lacks, since, says },
#include "core/forecast/forecast_rules.def"
#undef BIT
#undef FACT
};
const size_t forecast_rule_count = sizeof(forecast_rules) / sizeof(forecast_rules[0]);

const struct forecast_row *forecast_of(enum forecast_topic topic, uint64_t facts)
{
	for (size_t i = 0; i < forecast_rule_count; i++) {
		const struct forecast_row *row = &forecast_rules[i];

		if (row->topic == topic && (facts & row->needs) == row->needs && (facts & row->lacks) == 0)
			return row;
	}
	return NULL;
}

const char *forecast_topic_name(enum forecast_topic topic)
{
	static const char *const names[] = {
#define FORECAST_TOPIC(name, word) word,
#include "core/forecast/forecast_topics.def"
	};

	return names[topic];
}

const char *forecast_state_name(enum forecast_state state)
{
	static const char *const names[FORECAST_STATES] = { "used", "unused", "missing", "unsaid" };

	return names[state];
}
