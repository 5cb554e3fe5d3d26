/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/dump.h"

#include "core/leaves/discover.h"
#include "core/leaves/vcpu_compare.h"

void dump_init(struct dump *dump, const char *text, size_t length)
{
	dump->text = text;
	dump->length = length;
	dump->at = 0;
	dump->line = 1;
	dump->leaf_count = 0;
	dump->begun = false;
	/* A byte order mark, which some editors put before a text. */
	if (length >= 3 && bytes_equal(text, "\xef\xbb\xbf", 3))
		dump->at = 3;
}

/* One line of it, without its end. */
struct line {
	const char *text;
	size_t length, at;
	uint32_t number;
	struct text *error;
};

/* expected is in quotes where it stands for itself. */
static bool wrong_as(const struct line *line, const char *expected, const char *quote)
{
	text_string(line->error, "line ");
	text_decimal(line->error, line->number);
	text_string(line->error, ", column ");
	text_decimal(line->error, (uint32_t)line->at + 1);
	text_string(line->error, ": expected ");
	text_string(line->error, quote);
	text_string(line->error, expected);
	text_string(line->error, quote);
	return false;
}

static bool wrong(const struct line *line, const char *expected)
{
	return wrong_as(line, expected, "");
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
		return wrong_as(line, expected, "\"");
	line->at += length;
	return true;
}

/* Whatever c is, -1 or its value as a digit. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* "0x" and 1 to 8 digits. */
static bool number(struct line *line, uint32_t *ret)
{
	size_t start;

	if (!word(line, "0x"))
		return false;
	*ret = 0;
	for (start = line->at; line->at < line->length && hex_digit(line->text[line->at]) >= 0; line->at++) {
		if (line->at - start == 8)
			return wrong(line, "at most 8 hexadecimal digits");
		*ret = *ret << 4 | (uint32_t)hex_digit(line->text[line->at]);
	}
	return line->at > start || wrong(line, "a hexadecimal digit");
}

static bool named_number(struct line *line, const char *name, uint32_t *ret)
{
	pass_spaces(line);
	return word(line, name) && number(line, ret);
}

static bool row(struct line *line, struct leaf *leaf)
{
	pass_spaces(line);
	if (!number(line, &leaf->leaf))
		return false;
	pass_spaces(line);
	leaf->subleaf = 0;
	/* Early versions of the tool print no subleaf. */
	if ((line->at < line->length && line->text[line->at] != ':' && !number(line, &leaf->subleaf)) ||
		!word(line, ":") || !named_number(line, "eax=", &leaf->regs.eax) ||
		!named_number(line, "ebx=", &leaf->regs.ebx) || !named_number(line, "ecx=", &leaf->regs.ecx) ||
		!named_number(line, "edx=", &leaf->regs.edx))
		return false;
	return is_at_end(line) || wrong(line, "the end of the line");
}

static bool begins_cpu(struct line *line)
{
	pass_spaces(line);
	return line->at + 3 <= line->length && bytes_equal(line->text + line->at, "CPU", 3);
}

/* "CPU 12:" or "CPU:", of which "CPU" has been seen. */
static bool heading(struct line *line)
{
	line->at += sizeof("CPU") - 1;
	pass_spaces(line);
	while (line->at < line->length && line->text[line->at] >= '0' && line->text[line->at] <= '9')
		line->at++;
	return word(line, ":") && (is_at_end(line) || wrong(line, "the end of the line"));
}

/* Blank lines, up to the next heading or the end. */
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
			(void)wrong(&line, "\"CPU 0:\", as cpuid -r begins");
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
				(void)wrong(&line, "no more than 1024 lines for one CPU");
				return DUMP_WRONG;
			}
			if (!row(&line, &dump->leaves[dump->leaf_count]))
				return DUMP_WRONG;
			dump->leaf_count++;
		}
		pass_line(dump, &line);
	}
	/* Without these two there is no telling what a hypervisor shows, nor whether CPUs agree: a paste that was cut.
	 */
	if (has_leaf(dump, 0) && has_leaf(dump, 1))
		return DUMP_CPU;
	(void)wrong(&(struct line){ .number = dump->line, .error = error }, "leaves 0x0 and 0x1 of this CPU");
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

struct cpuid_source dump_source(const struct dump *dump)
{
	return (struct cpuid_source){ .query = query, .context = (void *)dump };
}

bool dump_discover(struct dump *dump, struct report *report, struct text *error)
{
	struct cpuid_source cpu = dump_source(dump);
	enum dump_state state = dump_next(dump, error);
	uint32_t first_id = 0;

	report->replay = true;
	report->vcpu_count = report->vcpus_checked = 1;
	if (state == DUMP_END)
		return wrong(&(struct line){ .number = dump->line, .error = error }, "\"CPU 0:\", as cpuid -r begins");
	if (state == DUMP_CPU) {
		discover(&cpu, report);
		first_id = vcpus_apic_id(&cpu);
	}
	while (state == DUMP_CPU && (state = dump_next(dump, error)) == DUMP_CPU) {
		struct vcpu_slot slot = { .apic_id = vcpus_apic_id(&cpu) };

		/* A dump without ids has at least an order. */
		if (slot.apic_id == 0 && first_id == 0)
			slot.apic_id = report->vcpu_count;
		report->vcpu_count++;
		vcpus_compare(&cpu, report, &slot);
		vcpus_collect(report, &slot);
	}
	return state == DUMP_END;
}
