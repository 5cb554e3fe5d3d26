/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/arguments/argument_options.h"

#include "core/judge/judge.h"

/* The word may hold anything, and the line it is named in is one line. */
static void quote(struct text *out, const char *string)
{
	for (; *string != '\0'; string++)
		text_char(out, *string >= ' ' && *string <= '~' ? *string : '?');
}

bool argument_wrong(const struct word *word, const char *what)
{
	text_string(word->error, "argument \"");
	quote(word->error, word->text);
	if (word->value != NULL) {
		text_char(word->error, '=');
		quote(word->error, word->value);
	}
	text_string(word->error, "\": ");
	text_string(word->error, what);
	return false;
}

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
		return argument_wrong(word, "too many expectations, 32 are the most");
	arguments->expectations[arguments->expectation_count++] = expectation;
	return true;
}

/* A,B,C: each a feature, a hint, or one of QEMU's properties. */
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
			return argument_wrong(
				word, "names no KVM feature; expected KVM_FEATURE_... or a kvm... property of QEMU");
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
	return argument_wrong(word, "expected kvm, kvm-behind, other, masked or none");
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
	return number(word->value, WAIT_MAX, &arguments->wait) || argument_wrong(word, "expected seconds, 0 to 3600");
}

static bool set_exit(struct arguments *arguments, const struct word *word)
{
	static const char *const ways[] = { "firmware", "reset", "poweroff", "qemu" };
	uint32_t port;

	for (int way = EXIT_FIRMWARE; way <= EXIT_QEMU; way++) {
		if (!string_equal(word->value, ways[way]))
			continue;
		arguments->exit = (enum exit_way)way;
		return true;
	}
	if (string_length(word->value) > 5 && bytes_equal(word->value, "qemu:", 5) &&
		number(word->value + 5, 0xffff, &port)) {
		arguments->exit = EXIT_QEMU;
		arguments->exit_port = (uint16_t)port;
		return true;
	}
	return argument_wrong(word, "expected firmware, reset, poweroff, qemu or qemu:PORT");
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
SETS(quiet)
SETS(no_variable)
SETS(help)
SETS(version)
SETS(enforced)

enum value { NONE, NEEDED, OPTIONAL };

static const struct {
	const char *name;
	enum value value;
	const char *help; /* the value's form, then what it does */
	bool (*set)(struct arguments *arguments, const struct word *word);
} options[] = {
	{ "require", NEEDED, "=A,B            fail unless all these features are advertised", set_require },
	{ "forbid", NEEDED, "=A,B             fail if one of these features is advertised", set_forbid },
	{ "verdict", NEEDED, "=V              fail unless kvm, kvm-behind, other, masked, none", set_verdict },
	{ "json", NONE, "                   print the report as JSON too", set_json },
	{ "quiet", NONE, "                  print the first and the last line only", set_quiet },
	{ "no-variable", NONE, "            leave the report variable alone", set_no_variable },
	{ "save", NEEDED, "=PATH              write the report to a file on the boot volume", set_save },
	{ "wait", NEEDED, "=SECONDS           wait for a key at the end, so long at most", set_wait },
	{ "exit", NEEDED, "=WAY               firmware, reset, poweroff, qemu or qemu:PORT", set_exit },
	{ "probe", OPTIONAL, "                  try each feature; =force even without a hypervisor", set_probe },
	{ "enforced", NONE, "               fail if a masked feature works all the same", set_enforced },
	{ "replay", NEEDED, "=PATH            decode a cpuid -r dump of the boot volume instead", set_replay },
	{ "help", NONE, "                   print this", set_help },
	{ "version", NONE, "                print the version", set_version },
};

void arguments_help(struct text *out)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		text_string(out, "  --");
		text_string(out, options[i].name);
		text_string(out, options[i].help);
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
