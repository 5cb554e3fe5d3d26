/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/dump.h"

#include "core/leaves/vcpu_compare.h"

#define FIRST_HEADING "\"CPU 0:\", as cpuid -r begins"
enum { HEX_DIGITS_MAX = 2 * sizeof(uint32_t) };

void dump_init(struct dump *dump, const char *text, size_t length)
{
	dump->text = text;
	dump->length = length;
	dump->at = 0;
	dump->line = 1;
	dump->leaf_count = 0;
	dump->begun = false;
	/* Skips the byte order mark that some editors put at the beginning of a text. */
	if (length >= 3 && bytes_equal(text, "\xef\xbb\xbf", 3))
		dump->at = 3;
}

/* One line of the text, without the character that ends it. */
struct line {
	const char *text;
	size_t length, at;
	uint32_t number;
	struct text *error;
};

static void begin_error(const struct line *line)
{
	text_string(line->error, "line ");
	text_decimal(line->error, line->number);
	text_string(line->error, ", column ");
	text_decimal(line->error, (uint32_t)line->at + 1);
	text_string(line->error, ": expected ");
}

/* The three below write what was expected at this place, and return false. */
static bool wrong(const struct line *line, const char *expected)
{
	begin_error(line);
	text_string(line->error, expected);
	return false;
}

static bool wrong_word(const struct line *line, const char *expected)
{
	begin_error(line);
	text_char(line->error, '"');
	text_string(line->error, expected);
	text_char(line->error, '"');
	return false;
}

static bool wrong_limit(const struct line *line, const char *before, uint32_t limit, const char *behind)
{
	begin_error(line);
	text_string(line->error, before);
	text_decimal(line->error, limit);
	text_string(line->error, behind);
	return false;
}

/* What is missing in front of the line that comes next, or of the end of the text. */
static bool wrong_at_end(const struct dump *dump, struct text *error, const char *expected)
{
	return wrong(&(struct line){ .number = dump->line, .error = error }, expected);
}

static struct line line_here(const struct dump *dump, struct text *error)
{
	struct line line = { .text = dump->text + dump->at, .number = dump->line, .error = error };

	while (dump->at + line.length < dump->length && line.text[line.length] != '\n')
		line.length++;
	return line;
}

static void pass_line(struct dump *dump, const struct line *line)
{
	dump->at += line->length + 1;
	dump->line++;
}

static void pass_spaces(struct line *line)
{
	while (line->at < line->length &&
		(line->text[line->at] == ' ' || line->text[line->at] == '\t' || line->text[line->at] == '\r'))
		line->at++;
}

static bool is_at_end(struct line *line)
{
	pass_spaces(line);
	return line->at >= line->length;
}

static bool word(struct line *line, const char *expected)
{
	size_t length = string_length(expected);

	if (line->at + length > line->length || !bytes_equal(line->text + line->at, expected, length))
		return wrong_word(line, expected);
	line->at += length;
	return true;
}

/* The value of a hexadecimal digit, -1 for any other character. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* "0x" and 1 to HEX_DIGITS_MAX digits. */
static bool number(struct line *line, uint32_t *ret)
{
	size_t start;

	if (!word(line, "0x"))
		return false;
	*ret = 0;
	for (start = line->at; line->at < line->length && hex_digit(line->text[line->at]) >= 0; line->at++) {
		if (line->at - start == HEX_DIGITS_MAX)
			return wrong_limit(line, "at most ", HEX_DIGITS_MAX, " hexadecimal digits");
		*ret = *ret << 4 | (uint32_t)hex_digit(line->text[line->at]);
	}
	return line->at > start || wrong(line, "a hexadecimal digit");
}

static bool named_number(struct line *line, const char *name, uint32_t *ret)
{
	pass_spaces(line);
	return word(line, name) && number(line, ret);
}

static bool registers(struct line *line, struct cpuid_regs *regs)
{
#define REGISTER(name, field) named_number(line, #field "=", &regs->field) &&
	return CPUID_REGISTERS(REGISTER) true;
#undef REGISTER
}

/* "0x40000000 0x00: eax=0x40000001 ..." */
static bool row(struct line *line, struct leaf *leaf)
{
	pass_spaces(line);
	if (!number(line, &leaf->leaf))
		return false;
	pass_spaces(line);
	leaf->subleaf = 0;
	/* Early versions of the tool print no subleaf. */
	if (line->at < line->length && line->text[line->at] != ':' && !number(line, &leaf->subleaf))
		return false;
	if (!word(line, ":") || !registers(line, &leaf->regs))
		return false;
	return is_at_end(line) || wrong(line, "the end of the line");
}

static bool begins_cpu(struct line *line)
{
	pass_spaces(line);
	return line->at + 3 <= line->length && bytes_equal(line->text + line->at, "CPU", 3);
}

/* "CPU 12:" or "CPU:"; begins_cpu() has found the "CPU". */
static bool heading(struct line *line)
{
	line->at += sizeof("CPU") - 1;
	pass_spaces(line);
	while (line->at < line->length && line->text[line->at] >= '0' && line->text[line->at] <= '9')
		line->at++;
	return word(line, ":") && (is_at_end(line) || wrong(line, "the end of the line"));
}

/* Reads past blank lines and the next heading. DUMP_END: there is none. */
static enum dump_state next_heading(struct dump *dump, struct text *error)
{
	while (dump->at < dump->length) {
		struct line line = line_here(dump, error);

		if (is_at_end(&line)) {
			pass_line(dump, &line);
			continue;
		}
		if (!dump->begun && line.at < line.length && line.text[line.at] == '0')
			return DUMP_CPU;
		if (!begins_cpu(&line)) {
			(void)wrong(&line, FIRST_HEADING);
			return DUMP_WRONG;
		}
		if (!heading(&line))
			return DUMP_WRONG;
		pass_line(dump, &line);
		return DUMP_CPU;
	}
	return DUMP_END;
}

static bool has_leaf(const struct dump *dump, uint32_t leaf)
{
	for (size_t i = 0; i < dump->leaf_count; i++)
		if (dump->leaves[i].leaf == leaf)
			return true;
	return false;
}

enum dump_state dump_next(struct dump *dump, struct text *error)
{
	enum dump_state state = next_heading(dump, error);

	dump->leaf_count = 0;
	dump->begun = true;
	if (state != DUMP_CPU)
		return state;
	while (dump->at < dump->length) {
		struct line line = line_here(dump, error);

		if (begins_cpu(&line))
			break;
		if (!is_at_end(&line)) {
			if (dump->leaf_count == DUMP_LEAVES_MAX) {
				(void)wrong_limit(&line, "no more than ", DUMP_LEAVES_MAX, " lines for one CPU");
				return DUMP_WRONG;
			}
			if (!row(&line, &dump->leaves[dump->leaf_count]))
				return DUMP_WRONG;
			dump->leaf_count++;
		}
		pass_line(dump, &line);
	}
	/* A text without these two was cut off somewhere: neither the hypervisor nor the other CPUs could be judged. */
	if (has_leaf(dump, 0) && has_leaf(dump, 1))
		return DUMP_CPU;
	(void)wrong_at_end(dump, error, "leaves 0x0 and 0x1 of this CPU");
	return DUMP_WRONG;
}

static struct cpuid_regs query(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct dump *dump = context;

	for (size_t i = 0; i < dump->leaf_count; i++)
		if (dump->leaves[i].leaf == leaf && dump->leaves[i].subleaf == subleaf)
			return dump->leaves[i].regs;
	return (struct cpuid_regs){ 0 };
}

static bool has(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct dump *dump = context;

	for (size_t i = 0; i < dump->leaf_count; i++)
		if (dump->leaves[i].leaf == leaf && dump->leaves[i].subleaf == subleaf)
			return true;
	return false;
}

struct cpuid_source dump_source(const struct dump *dump)
{
	return (struct cpuid_source){ .query = query, .context = (void *)dump, .has = has };
}

bool dump_first(struct dump *dump, struct text *error)
{
	struct cpuid_source cpu = dump_source(dump);

	switch (dump_next(dump, error)) {
	case DUMP_CPU:
		dump->first_apic_id = cpuid_apic_id(&cpu);
		return true;
	case DUMP_END:
		return wrong_at_end(dump, error, FIRST_HEADING);
	case DUMP_WRONG:
		break;
	}
	return false;
}

bool dump_compare_others(struct dump *dump, struct report *report, struct text *error)
{
	struct cpuid_source cpu = dump_source(dump);
	enum dump_state state;

	while ((state = dump_next(dump, error)) == DUMP_CPU) {
		struct vcpu_slot slot = { .apic_id = cpuid_apic_id(&cpu) };

		/* A second id 0 means that the dump has no ids: the CPU is then named by its position. */
		if (slot.apic_id == 0 && dump->first_apic_id == 0)
			slot.apic_id = report->vcpu_count;
		report->vcpu_count++;
		vcpus_compare(&cpu, report, &slot);
		vcpus_collect(report, &slot);
	}
	return state == DUMP_END;
}
