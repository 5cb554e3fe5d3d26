/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/forecast_output.h"

#include "core/base/columns.h"
#include "core/base/json.h"
#include "core/forecast/forecast.h"
#include "core/forecast/forecast_facts.h"
#include "core/output/fix_output.h"
#include "core/output/table_row.h"

/* The columns of a row: topic, state, sentence. */
enum { COLUMN_TOPIC = 13, COLUMN_FORECAST_STATE = 8, COLUMN_SAYS = COLUMN_TOPIC + COLUMN_FORECAST_STATE };
/* The line that is being written, and the column in which the next line of the same row begins. */
struct wrapped {
	struct text *out;
	size_t start, indent;
};

static void wrap_word(struct wrapped *line, const char *word, size_t length)
{
	size_t column = line->out->length - line->start;

	if (column > line->indent && column + 1 + length > LINE_COLUMNS) {
		row_end(line->out);
		line->start = line->out->length;
		text_pad(line->out, line->start, line->indent);
	} else if (column > line->indent) {
		text_char(line->out, ' ');
	}
	text_bytes(line->out, word, length);
}

/* Writes words that single spaces separate. */
static void wrap_text(struct wrapped *line, const char *words)
{
	while (*words != '\0') {
		size_t length = 0;

		while (words[length] != '\0' && words[length] != ' ')
			length++;
		wrap_word(line, words, length);
		words += length;
		if (*words == ' ')
			words++;
	}
}

static void wrap_since(struct wrapped *line, const char *since)
{
	char words[16];
	struct text release;

	text_init(&release, words, sizeof(words));
	text_string(&release, since);
	text_char(&release, '.');
	wrap_text(line, "Since Linux");
	wrap_word(line, words, release.length);
}

static void row_lines(struct text *out, const struct forecast_row *row)
{
	struct wrapped line = { out, out->length, COLUMN_SAYS };

	row_word(out, forecast_topic_name((enum forecast_topic)row->topic), COLUMN_TOPIC);
	row_word(out, forecast_state_name((enum forecast_state)row->state), COLUMN_FORECAST_STATE);
	wrap_text(&line, row->says);
	if (row->since[0] != '\0')
		wrap_since(&line, row->since);
	row_end(out);
}

/* The rows that apply, one for each topic at most. */
struct forecast {
	const struct forecast_row *rows[FORECAST_TOPICS];
	size_t count;
};

static void forecast_fill(struct forecast *forecast, const struct report *report)
{
	uint64_t facts = forecast_facts(report);

	forecast->count = 0;
	for (int topic = 0; topic < FORECAST_TOPICS; topic++) {
		const struct forecast_row *row = forecast_of((enum forecast_topic)topic, facts);

		if (row != NULL)
			forecast->rows[forecast->count++] = row;
	}
}

/*
 * The number of a row's fix; KVM_FIX_NONE where it has none, or an earlier row has the same. Where the guest does not
 * find KVM, what helps against that comes first, and what is missing then cannot be said before.
 */
static enum kvm_fix_row fix_of(const struct forecast *forecast, size_t number)
{
	uint8_t fix = forecast->rows[number]->fix;

	for (size_t i = 0; i < number; i++)
		if (forecast->rows[i]->fix == fix ||
			(forecast->rows[i]->topic == FORECAST_TOPIC_GUEST && forecast->rows[i]->fix != KVM_FIX_NONE))
			return KVM_FIX_NONE;
	return (enum kvm_fix_row)fix;
}

void forecast_table(struct text *out, const struct report *report)
{
	struct forecast forecast;
	bool has_fixes = false;

	forecast_fill(&forecast, report);
	text_string(out, "Forecast for " FORECAST_KERNELS ". unused: offered, but left alone by Linux.");
	row_end(out);
	for (size_t i = 0; i < forecast.count; i++)
		row_lines(out, forecast.rows[i]);
	for (size_t i = 0; i < forecast.count; i++) {
		enum kvm_fix_row number = fix_of(&forecast, i);
		struct kvm_fix fix;

		if (number == KVM_FIX_NONE)
			continue;
		if (!has_fixes) {
			text_string(out, "How to give what is missing, where the host is QEMU and has it:");
			row_end(out);
		}
		has_fixes = true;
		fix = kvm_fix(number);
		fix_table(out, &fix);
	}
}

static void json_row(struct text *json, const struct forecast_row *row)
{
	json_separator(json);
	text_string(json, "\n {");
	json_key(json, "topic");
	json_name(json, forecast_topic_name((enum forecast_topic)row->topic));
	json_key(json, "state");
	json_name(json, forecast_state_name((enum forecast_state)row->state));
	if (row->since[0] != '\0') {
		json_key(json, "since");
		json_name(json, row->since);
	}
	json_key(json, "says");
	json_name(json, row->says);
	if (row->fix != KVM_FIX_NONE) {
		struct kvm_fix fix = kvm_fix((enum kvm_fix_row)row->fix);

		json_key(json, "fix");
		fix_property_json(json, &fix);
	}
	text_char(json, '}');
}

void forecast_json(struct text *json, const struct report *report)
{
	struct forecast forecast;

	forecast_fill(&forecast, report);
	json_top_key(json, "forecast");
	text_char(json, '{');
	json_key(json, "rules");
	json_name(json, FORECAST_KERNELS);
	json_key(json, "rows");
	text_char(json, '[');
	for (size_t i = 0; i < forecast.count; i++)
		json_row(json, forecast.rows[i]);
	text_char(json, ']');
	json_key(json, "fixes");
	text_char(json, '[');
	for (size_t i = 0; i < forecast.count; i++) {
		enum kvm_fix_row number = fix_of(&forecast, i);

		if (number != KVM_FIX_NONE) {
			struct kvm_fix fix = kvm_fix(number);

			fix_json(json, &fix);
		}
	}
	text_string(json, "]}");
}
