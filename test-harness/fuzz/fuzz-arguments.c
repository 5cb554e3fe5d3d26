/* SPDX-License-Identifier: BSD-2-Clause */
/* The app's arguments: load options, QEMU's fw_cfg, kvmleaf.conf. The input is the text, which is read in both forms.
 */
#include <string.h>

#include "core/arguments/arguments.h"
#include "fuzz.h"

enum { ERROR_SIZE = 4096 };

struct parsed {
	struct arguments arguments;
	bool good;
	char error[ERROR_SIZE];
	struct text words;
};

typedef bool parse_fn(struct arguments *arguments, const char *line, size_t length, struct text *error);

static bool ends(const char *string, size_t size)
{
	return memchr(string, '\0', size) != NULL;
}

static void parse(struct parsed *parsed, parse_fn *function, const char *text, size_t size)
{
	struct arguments *arguments = &parsed->arguments;

	text_init(&parsed->words, parsed->error, ERROR_SIZE);
	arguments_init(arguments);
	parsed->good = function(arguments, text, size, &parsed->words);
	MUST(parsed->good == (parsed->words.length == 0));
	MUST(!parsed->words.overflow);
	for (size_t i = 0; i < parsed->words.length; i++)
		MUST(parsed->error[i] >= ' ' && parsed->error[i] <= '~');
	MUST(arguments->wait <= WAIT_MAX && arguments->exit <= EXIT_QEMU);
	MUST(ends(arguments->save, sizeof(arguments->save)) && ends(arguments->replay, sizeof(arguments->replay)));
	MUST(!parsed->good || !arguments->probe || arguments->replay[0] == '\0');
	MUST(!arguments->enforced || arguments->probe);
	MUST(arguments->expectation_count <= EXPECTATIONS_MAX);
	for (size_t i = 0; i < arguments->expectation_count; i++) {
		const struct expectation *expectation = &arguments->expectations[i];

		MUST(expectation->name != NULL);
		MUST(expectation->kind == EXPECT_VERDICT ||
			(expectation->eax | expectation->edx | expectation->cpu) != 0);
	}
}

static void same(const struct arguments *a, const struct arguments *b)
{
	MUST(a->help == b->help && a->version == b->version && a->json == b->json && a->quiet == b->quiet);
	MUST(a->no_variable == b->no_variable && a->probe == b->probe && a->probe_force == b->probe_force);
	MUST(a->enforced == b->enforced && a->wait == b->wait && a->exit == b->exit && a->exit_port == b->exit_port);
	MUST(a->expect_arguments == b->expect_arguments);
	MUST(strcmp(a->save, b->save) == 0 && strcmp(a->replay, b->replay) == 0);
	MUST(a->expectation_count == b->expectation_count);
	for (size_t i = 0; i < a->expectation_count; i++)
		MUST(a->expectations[i].kind == b->expectations[i].kind &&
			a->expectations[i].name == b->expectations[i].name);
}

/* A line without quotation marks means the same when each word is on a line of its own. */
static void same_as_conf(const struct parsed *line, const char *text, size_t size)
{
	g_autofree char *lines = g_malloc(size + 1);
	struct parsed conf;

	if (!line->good || memchr(text, '"', size) != NULL)
		return;
	for (size_t i = 0; i < size; i++)
		lines[i] = text[i] == ' ' || text[i] == '\t' || text[i] == '\r' ? '\n' : text[i];
	parse(&conf, arguments_parse_conf, lines, size);
	MUST(conf.good);
	same(&line->arguments, &conf.arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parsed parsed;

	parse(&parsed, arguments_parse_conf, (const char *)data, size);
	parse(&parsed, arguments_parse, (const char *)data, size);
	same_as_conf(&parsed, (const char *)data, size);
	return 0;
}
