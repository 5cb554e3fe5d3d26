/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/arguments/argument_options.h"

#include "core/base/kvm_names.h"
#include "core/leaves/cpu_features.h"

/* The word may hold any bytes, but the message must be one line of printable ASCII. */
static void quote(struct text *out, const char *string)
{
	for (; *string != '\0'; string++)
		text_char(out, *string >= ' ' && *string <= '~' ? *string : '?');
}

static void begin_error(const struct word *word)
{
	text_string(word->error, "argument \"");
	quote(word->error, word->text);
	if (word->value != NULL) {
		text_char(word->error, '=');
		quote(word->error, word->value);
	}
	text_string(word->error, "\": ");
}

bool argument_wrong(const struct word *word, const char *what)
{
	begin_error(word);
	text_string(word->error, what);
	return false;
}

bool argument_wrong_limit(const struct word *word, const char *before, uint32_t limit, const char *behind)
{
	begin_error(word);
	text_string(word->error, before);
	text_decimal(word->error, limit);
	text_string(word->error, behind);
	return false;
}

/* "kvm, kvm-behind, ... or none": from the last row of verdicts.def to the first. */
static void list_verdicts(struct text *out)
{
	for (int verdict = VERDICT_COUNT - 1; verdict >= 0; verdict--) {
		text_string(out, verdict_name((enum verdict)verdict));
		if (verdict > 0)
			text_string(out, verdict > 1 ? ", " : " or ");
	}
}

static const char *const ways[] = {
	[EXIT_FIRMWARE] = "firmware",
	[EXIT_RESET] = "reset",
	[EXIT_POWEROFF] = "poweroff",
	[EXIT_QEMU] = "qemu",
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* "firmware, ..., qemu or qemu:PORT". */
static void list_ways(struct text *out)
{
	for (int way = 0; way < WAYS; way++) {
		text_string(out, ways[way]);
		text_string(out, way < WAYS - 1 ? ", " : " or ");
	}
	text_string(out, ways[EXIT_QEMU]);
	text_string(out, ":PORT");
}

/* A decimal number, or a hexadecimal one with 0x, from 0 to max. */
static bool number(const char *digits, uint32_t max, uint32_t *ret)
{
	uint32_t base = 10;
	uint32_t value = 0;

	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
		base = 16;
		digits += 2;
	}
	if (*digits == '\0')
		return false;
	for (; *digits != '\0'; digits++) {
		uint32_t digit;

		if (*digits >= '0' && *digits <= '9')
			digit = (uint32_t)(*digits - '0');
		else if (base == 16 && (*digits | 0x20) >= 'a' && (*digits | 0x20) <= 'f')
			digit = (uint32_t)((*digits | 0x20) - 'a' + 10);
		else
			return false;
		value = value * base + digit;
		if (value > max)
			return false;
	}
	*ret = value;
	return true;
}

static bool add_expectation(struct arguments *arguments, const struct word *word, struct expectation expectation)
{
	if (arguments->expectation_count == EXPECTATIONS_MAX)
		return argument_wrong_limit(word, "too many expectations, ", EXPECTATIONS_MAX, " are the most");
	arguments->expectations[arguments->expectation_count++] = expectation;
	return true;
}

/* A,B,C: each is the name of a feature or a hint, a property of QEMU, or a level of the x86-64 psABI. */
static bool expect_bits(struct arguments *arguments, const struct word *word, enum expectation_kind kind)
{
	const char *name = word->value;

	for (;;) {
		struct expectation expectation = { .kind = kind };
		size_t length = 0;

		while (name[length] != '\0' && name[length] != ',')
			length++;
		expectation.name = kvm_bits_by_name(name, length, &expectation.eax, &expectation.edx);
		if (expectation.name == NULL)
			expectation.name = cpu_features_by_name(name, length, &expectation.cpu);
		if (expectation.name == NULL)
			return argument_wrong(word,
				"names no feature; expected KVM_FEATURE_..., a property of QEMU, or x86-64-v1 to v4");
		if (!add_expectation(arguments, word, expectation))
			return false;
		if (name[length] == '\0')
			return true;
		name += length + 1;
	}
}

static bool set_require(struct arguments *arguments, const struct word *word)
{
	return expect_bits(arguments, word, EXPECT_REQUIRE);
}

static bool set_forbid(struct arguments *arguments, const struct word *word)
{
	return expect_bits(arguments, word, EXPECT_FORBID);
}

static bool set_verdict(struct arguments *arguments, const struct word *word)
{
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		const char *name = verdict_name((enum verdict)verdict);

		if (string_equal(word->value, name))
			return add_expectation(arguments, word,
				(struct expectation){
					.kind = EXPECT_VERDICT, .verdict = (enum verdict)verdict, .name = name });
	}
	begin_error(word);
	text_string(word->error, "expected ");
	list_verdicts(word->error);
	return false;
}

static bool set_path(char *path, const struct word *word)
{
	size_t length = string_length(word->value);

	if (length == 0)
		return argument_wrong(word, "expected a path on the boot volume");
	for (size_t i = 0; i <= length; i++)
		path[i] = word->value[i] == '/' ? '\\' : word->value[i];
	return true;
}

static bool set_save(struct arguments *arguments, const struct word *word)
{
	return set_path(arguments->save, word);
}

static bool set_replay(struct arguments *arguments, const struct word *word)
{
	return set_path(arguments->replay, word);
}

static bool set_wait(struct arguments *arguments, const struct word *word)
{
	return number(word->value, WAIT_MAX, &arguments->wait) ||
	       argument_wrong_limit(word, "expected seconds, 0 to ", WAIT_MAX, "");
}

static bool set_exit(struct arguments *arguments, const struct word *word)
{
	const size_t length = string_length(ways[EXIT_QEMU]);
	uint32_t port;

	for (int way = 0; way < WAYS; way++) {
		if (!string_equal(word->value, ways[way]))
			continue;
		arguments->exit = (enum exit_way)way;
		return true;
	}
	if (string_length(word->value) > length && bytes_equal(word->value, ways[EXIT_QEMU], length) &&
		word->value[length] == ':' && number(word->value + length + 1, UINT16_MAX, &port)) {
		arguments->exit = EXIT_QEMU;
		arguments->exit_port = (uint16_t)port;
		return true;
	}
	begin_error(word);
	text_string(word->error, "expected ");
	list_ways(word->error);
	return false;
}

static bool set_probe(struct arguments *arguments, const struct word *word)
{
	arguments->probe = true;
	if (word->value == NULL)
		return true;
	arguments->probe_force = string_equal(word->value, "force");
	return arguments->probe_force || argument_wrong(word, "expected --probe or --probe=force");
}

#define SETS(flag)                                                                                                     \
	static bool set_##flag(struct arguments *arguments, const struct word *word)                                   \
	{                                                                                                              \
		(void)word;                                                                                            \
		arguments->flag = true;                                                                                \
		return true;                                                                                           \
	}
SETS(json)
SETS(explain)
SETS(quiet)
SETS(timing)
SETS(no_variable)
SETS(help)
SETS(version)
SETS(enforced)
SETS(expect_arguments)

enum value { NONE, NEEDED, OPTIONAL };

static const struct {
	const char *name;
	enum value value;
	const char *help; /* the value's form, then what it does */
	bool (*set)(struct arguments *arguments, const struct word *word);
	void (*list)(struct text *out); /* the values, which end the help; NULL for none */
} options[] = {
	{ "require", NEEDED, "=A,B            fail unless all these features are advertised", set_require, NULL },
	{ "forbid", NEEDED, "=A,B             fail if one of these features is advertised", set_forbid, NULL },
	{ "verdict", NEEDED, "=V              fail unless ", set_verdict, list_verdicts },
	{ "json", NONE, "                   print the report as JSON too", set_json, NULL },
	{ "explain", NONE, "                print what a guest does with this, and what it lacks", set_explain, NULL },
	{ "quiet", NONE, "                  print the first and the last line only", set_quiet, NULL },
	{ "timing", NONE, "                 print how long each phase took, in TSC ticks", set_timing, NULL },
	{ "no-variable", NONE, "            leave the report variable alone", set_no_variable, NULL },
	{ "save", NEEDED, "=PATH              write the report to a file on the boot volume", set_save, NULL },
	{ "wait", NEEDED, "=SECONDS           wait for a key at the end, so long at most", set_wait, NULL },
	{ "exit", NEEDED, "=WAY               ", set_exit, list_ways },
	{ "probe", OPTIONAL, "                  try each feature; =force even without a hypervisor", set_probe, NULL },
	{ "enforced", NONE, "               fail if a masked feature works all the same", set_enforced, NULL },
	{ "replay", NEEDED, "=PATH            decode a cpuid -r dump of the boot volume instead", set_replay, NULL },
	{ "expect-arguments", NONE, "       in kvmleaf.conf: fail if nothing else has arguments", set_expect_arguments,
		NULL },
	{ "help", NONE, "                   print this", set_help, NULL },
	{ "version", NONE, "                print the version", set_version, NULL },
};

void arguments_help(struct text *out)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		text_string(out, "  --");
		text_string(out, options[i].name);
		text_string(out, options[i].help);
		if (options[i].list != NULL)
			options[i].list(out);
		text_string(out, "\r\n");
	}
}

bool argument_apply(struct arguments *arguments, struct word *word, bool dashes)
{
	char *name = word->text;

	word->value = NULL;
	for (char *c = word->text; *c != '\0' && word->value == NULL; c++) {
		if (*c == '=') {
			*c = '\0';
			word->value = c + 1;
		}
	}
	if (name[0] == '-' && name[1] == '-')
		name += 2;
	else if (dashes)
		return argument_wrong(word, "expected --something; --help lists them");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!string_equal(name, options[i].name))
			continue;
		if (options[i].value == NEEDED && word->value == NULL)
			return argument_wrong(word, "expected a value, --name=value");
		if (options[i].value == NONE && word->value != NULL)
			return argument_wrong(word, "takes no value");
		return options[i].set(arguments, word);
	}
	return argument_wrong(word, "unknown; --help lists what there is");
}
