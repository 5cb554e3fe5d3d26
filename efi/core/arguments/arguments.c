/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/arguments/arguments.h"

#include "core/arguments/argument_options.h"

void arguments_init(struct arguments *arguments)
{
	*arguments = (struct arguments){ .exit = EXIT_FIRMWARE, .exit_port = DEBUG_EXIT_PORT };
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Adds a character to the word; false, and a message, where that is impossible. */
static bool append(struct word *word, size_t *length, char c)
{
	if (*length == ARGUMENT_MAX) {
		word->text[ARGUMENT_MAX] = '\0';
		word->value = NULL;
		return argument_wrong_limit(word, "longer than ", ARGUMENT_MAX, " characters");
	}
	if (c == '\0') {
		word->value = NULL;
		return argument_wrong(word, "has a NUL character in it");
	}
	word->text[(*length)++] = c;
	word->text[*length] = '\0';
	return true;
}

/* Refuses combinations of arguments that exclude each other. */
static bool go_together(const struct arguments *arguments, struct text *error)
{
	if (arguments->replay[0] == '\0' || !arguments->probe)
		return true;
	text_string(error, "argument \"--probe\": a recorded machine, --replay, cannot be probed");
	return false;
}

bool arguments_parse(struct arguments *arguments, const char *line, size_t length, struct text *error)
{
	size_t i = 0;

	for (;;) {
		struct word word = { .error = error };
		size_t used = 0;
		bool quoted = false;

		while (i < length && is_space(line[i]))
			i++;
		if (i == length)
			return go_together(arguments, error);
		for (; i < length && (quoted || !is_space(line[i])); i++) {
			if (line[i] == '"')
				quoted = !quoted;
			else if (!append(&word, &used, line[i]))
				return false;
		}
		if (quoted)
			return argument_wrong(&word, "its quotation mark is never closed");
		if (!argument_apply(arguments, &word, true))
			return false;
	}
}

static bool parse_conf_line(struct arguments *arguments, const char *line, size_t length, struct text *error)
{
	struct word word = { .error = error };
	size_t used = 0;

	while (length > 0 && is_space(line[length - 1]))
		length--;
	while (length > 0 && is_space(line[0])) {
		line++;
		length--;
	}
	if (length == 0 || line[0] == '#')
		return true;
	for (size_t i = 0; i < length; i++)
		if (!append(&word, &used, line[i]))
			return false;
	return argument_apply(arguments, &word, false);
}

bool arguments_parse_conf(struct arguments *arguments, const char *conf, size_t length, struct text *error)
{
	uint32_t number = 0;

	for (size_t start = 0, end; start < length; start = end + 1) {
		size_t mark = error->length;

		for (end = start; end < length && conf[end] != '\n'; end++)
			;
		number++;
		text_string(error, "line ");
		text_decimal(error, number);
		text_string(error, ": ");
		if (!parse_conf_line(arguments, conf + start, end - start, error))
			return false;
		error->length = mark;
	}
	return go_together(arguments, error);
}
