/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/arguments/arguments.h"

#include "core/arguments/argument_options.h"

void arguments_init(struct arguments *arguments)
{
	*arguments = (struct arguments){ .exit = EXIT_FIRMWARE, .exit_port = DEBUG_EXIT_PORT };
}

void arguments_keep_ending(struct arguments *arguments)
{
	enum exit_way exit = arguments->exit;
	uint16_t exit_port = arguments->exit_port;
	uint32_t wait = arguments->wait;

	arguments_init(arguments);
	arguments->exit = exit;
	arguments->exit_port = exit_port;
	arguments->wait = wait;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One pass over all arguments. Only the first wrong one is described: a message about a later one goes nowhere. */
struct pass {
	struct arguments *arguments;
	struct text *error, nowhere;
	bool wrong;
};

static struct pass begin_pass(struct arguments *arguments, struct text *error)
{
	struct pass pass = { .arguments = arguments, .error = error };

	text_init(&pass.nowhere, NULL, 0);
	return pass;
}

static struct text *error_of(struct pass *pass)
{
	return pass->wrong ? &pass->nowhere : pass->error;
}

/* Adds a character to the word. After one that cannot be in a word, the rest of the word is read and not kept. */
static void append(struct word *word, char c)
{
	if (word->fault != WORD_FINE)
		return;
	if (c == '\0')
		word->fault = WORD_HAS_NUL;
	else if (word->length == ARGUMENT_MAX)
		word->fault = WORD_LONG;
	else
		word->text[word->length++] = c;
}

static void apply(struct pass *pass, struct word *word, bool dashes)
{
	bool good = false;

	word->error = error_of(pass);
	switch (word->fault) {
	case WORD_FINE:
		good = argument_apply(pass->arguments, word, dashes);
		break;
	case WORD_LONG:
		good = argument_wrong_limit(word, "longer than ", ARGUMENT_MAX, " characters");
		break;
	case WORD_HAS_NUL:
		good = argument_wrong(word, "has a NUL character in it");
		break;
	case WORD_OPEN:
		good = argument_wrong(word, "its quotation mark is never closed");
		break;
	}
	pass->wrong = pass->wrong || !good;
}

/* Refuses combinations of arguments that exclude each other, and --enforced where it would mean nothing. */
static bool go_together(const struct arguments *arguments, struct text *error)
{
	if (arguments->replay[0] != '\0' && arguments->probe)
		text_string(error, "argument \"--probe\": a recorded machine, --replay, cannot be probed");
	else if (arguments->enforced && !arguments->probe)
		text_string(error, "argument \"--enforced\": only a probe, --probe, can tell");
	else
		return true;
	return false;
}

static bool end_pass(struct pass *pass)
{
	if (!go_together(pass->arguments, error_of(pass)))
		pass->wrong = true;
	if (pass->wrong)
		arguments_keep_ending(pass->arguments);
	return !pass->wrong;
}

/* A command line, and how far it has been read. */
struct line {
	const char *bytes;
	size_t length, next;
};

/*
 * Reads a word that begins at line->next. What follows a quotation mark that is never closed is read once more, as
 * words of their own: --exit may be among them. There is no other mark behind it.
 */
static void read_word(struct line *line, struct word *word)
{
	bool quoted = false;
	size_t mark = 0;

	for (; line->next < line->length && (quoted || !is_space(line->bytes[line->next])); line->next++) {
		if (line->bytes[line->next] != '"') {
			append(word, line->bytes[line->next]);
			continue;
		}
		quoted = !quoted;
		mark = line->next;
	}
	if (quoted) {
		word->fault = WORD_OPEN;
		line->next = mark + 1;
	}
}

bool arguments_parse(struct arguments *arguments, const char *line, size_t length, struct text *error)
{
	struct pass pass = begin_pass(arguments, error);
	struct line rest = { .bytes = line, .length = length };

	for (;;) {
		struct word word = { 0 };

		while (rest.next < length && is_space(line[rest.next]))
			rest.next++;
		if (rest.next == length)
			return end_pass(&pass);
		read_word(&rest, &word);
		apply(&pass, &word, true);
	}
}

static void parse_conf_line(struct pass *pass, const char *line, size_t length)
{
	struct word word = { 0 };

	while (length > 0 && is_space(line[length - 1]))
		length--;
	while (length > 0 && is_space(line[0])) {
		line++;
		length--;
	}
	if (length == 0 || line[0] == '#')
		return;
	for (size_t i = 0; i < length; i++)
		append(&word, line[i]);
	apply(pass, &word, false);
}

bool arguments_parse_conf(struct arguments *arguments, const char *conf, size_t length, struct text *error)
{
	struct pass pass = begin_pass(arguments, error);
	uint32_t number = 0;

	for (size_t start = 0, end; start < length; start = end + 1) {
		size_t mark = error->length;
		bool wrong_before = pass.wrong;

		for (end = start; end < length && conf[end] != '\n'; end++)
			;
		number++;
		text_string(error_of(&pass), "line ");
		text_decimal(error_of(&pass), number);
		text_string(error_of(&pass), ": ");
		parse_conf_line(&pass, conf + start, end - start);
		if (wrong_before || !pass.wrong)
			error->length = mark;
	}
	return end_pass(&pass);
}
