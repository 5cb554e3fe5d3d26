/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/argument_sources.h"

#include <efishell.h>

#include "firmware/fw_cfg.h"
#include "firmware/volume.h"

#define CONF_PATH "\\EFI\\kvmleaf\\kvmleaf.conf"
#define FW_CFG_NAME "opt/kvmleaf/args"

static BOOLEAN is_text(CHAR16 c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
}

static void empty(struct text *line)
{
	text_init(line, line->data, line->capacity);
}

/* Appends up to count characters, or up to a NUL. False where one of them is not ASCII text. */
static BOOLEAN copy_wide(struct text *line, const CHAR16 *wide, UINTN count)
{
	for (UINTN i = 0; i < count && wide[i] != 0; i++) {
		if (!is_text(wide[i]))
			return FALSE;
		text_char(line, (char)wide[i]);
	}
	return TRUE;
}

/* The shell passes arguments without their quotation marks. They are put back, so that spaces stay in an argument. */
static void from_shell(const EFI_SHELL_PARAMETERS_PROTOCOL *shell, struct text *line)
{
	for (UINTN i = 1; i < shell->Argc; i++) {
		text_string(line, i > 1 ? " \"" : "\"");
		if (!copy_wide(line, shell->Argv[i], LINE_MAX))
			text_char(line, '?');
		text_char(line, '"');
	}
}

/* Removes the first word if it is a path that ends with .efi: some loaders pass the program's own path there. */
static void drop_program_name(struct text *line)
{
	size_t end = 0;

	while (end < line->length && line->data[end] != ' ')
		end++;
	if (end < 4 || !string_equal_nocase(line->data + end - 4, 4, ".efi"))
		return;
	for (size_t i = end; i < line->length; i++)
		line->data[i - end] = line->data[i];
	line->length -= end;
}

/* U-Boot passes its Linux command line to every program that it starts. */
static BOOLEAN is_for_linux(const struct text *line)
{
	return line->length > 5 && bytes_equal(line->data, "root=", 5);
}

/* A boot option may carry any bytes as its load options: bytes that are not text were not meant for this app. */
static void from_load_options(const struct firmware *firmware, struct text *line)
{
	UINTN bytes = firmware->loaded->LoadOptionsSize;

	if (firmware->loaded->LoadOptions == NULL || bytes < sizeof(CHAR16))
		return;
	if (bytes % sizeof(CHAR16) != 0 || !copy_wide(line, firmware->loaded->LoadOptions, bytes / sizeof(CHAR16)) ||
		is_for_linux(line)) {
		report_problem(&firmware->work->report, PROBLEM_LOAD_OPTIONS, (uint32_t)bytes);
		empty(line);
	}
	drop_program_name(line);
}

static BOOLEAN is_blank(const struct text *line)
{
	for (size_t i = 0; i < line->length; i++)
		if (line->data[i] > ' ')
			return FALSE;
	return TRUE;
}

static void say_too_long(struct text *error, const char *what)
{
	text_string(error, what);
	text_string(error, " longer than ");
	text_decimal(error, LINE_MAX);
	text_string(error, " characters");
}

/*
 * Takes from text that cannot be applied what it says of the run's end, --exit and --wait. Where the text was cut, its
 * last word is left out: what is there of that word could mean something else.
 */
static void take_ending(struct arguments *arguments, struct text *text, BOOLEAN is_cut, BOOLEAN is_conf)
{
	struct text nowhere;

	while (is_cut && text->length > 0 && text->data[text->length - 1] > ' ')
		text->length--;
	text_init(&nowhere, NULL, 0);
	if (is_conf)
		(void)arguments_parse_conf(arguments, text->data, text->length, &nowhere);
	else
		(void)arguments_parse(arguments, text->data, text->length, &nowhere);
	arguments_keep_ending(arguments);
}

/* FALSE, and one line in error, for a file of fw_cfg that is wrong as a whole. One that is not there is right. */
static BOOLEAN from_fw_cfg(const struct firmware *firmware, struct text *line, struct text *error)
{
	BOOLEAN good = TRUE;
	uint32_t size;

	if (!fw_cfg_read(firmware, FW_CFG_NAME, line, &size))
		return TRUE;
	for (size_t i = 0; i < line->length && good; i++)
		good = is_text((CHAR16)(unsigned char)line->data[i]);
	if (good && !line->overflow)
		return TRUE;
	report_problem(&firmware->work->report, PROBLEM_FW_CFG, size);
	if (good)
		say_too_long(error, FW_CFG_NAME " is");
	else
		text_string(error, FW_CFG_NAME " is not text");
	take_ending(&firmware->work->arguments, line, line->overflow, FALSE);
	return FALSE;
}

/* Reads kvmleaf.conf. FALSE, and the rest of a line in error, where it is there and cannot be read as a whole. */
static BOOLEAN read_conf(const struct firmware *firmware, struct text *conf, struct text *error)
{
	struct workspace *work = firmware->work;
	UINTN length = 0;
	struct efi_call call = volume_read(firmware, CONF_PATH, work->line, sizeof(work->line), &length);

	*conf = (struct text){ .data = work->line };
	if (call.status == EFI_NOT_FOUND)
		return TRUE;
	if (call.status == EFI_SUCCESS || call.status == EFI_BUFFER_TOO_SMALL)
		conf->length = length < sizeof(work->line) ? length : sizeof(work->line);
	if (call.status == EFI_SUCCESS)
		return TRUE;
	report_failed_call(&work->report, PROBLEM_CONF_UNREADABLE, call);
	if (call.status == EFI_BUFFER_TOO_SMALL) {
		say_too_long(error, "is");
	} else {
		text_string(error, "cannot be read: ");
		text_efi_status(error, call.status);
	}
	take_ending(&work->arguments, conf, TRUE, TRUE);
	return FALSE;
}

/*
 * FALSE, and one line in error, if anything about kvmleaf.conf is wrong. One that is not there is right. Where it says
 * expect-arguments it should not have been read at all: the arguments that an image was to get have been lost.
 */
static BOOLEAN from_conf(const struct firmware *firmware, struct text *error)
{
	struct workspace *work = firmware->work;
	struct text conf;

	text_string(error, CONF_PATH " ");
	if (!read_conf(firmware, &conf, error) ||
		!arguments_parse_conf(&work->arguments, conf.data, conf.length, error)) {
		text_string(error, "; of its arguments only exit and wait are applied");
		return FALSE;
	}
	if (work->arguments.expect_arguments) {
		report_problem(&work->report, PROBLEM_NO_ARGUMENTS, 0);
		text_string(error, "expects arguments from elsewhere, and there are none");
		return FALSE;
	}
	error->length = 0;
	return TRUE;
}

/* FALSE, and one line in error, if anything about the command line is wrong. */
static BOOLEAN from_line(struct arguments *arguments, struct text *line, struct text *error)
{
	if (!line->overflow)
		return arguments_parse(arguments, line->data, line->length, error);
	say_too_long(error, "arguments are");
	take_ending(arguments, line, TRUE, FALSE);
	return FALSE;
}

enum exit_status read_arguments(const struct firmware *firmware, struct text *error, bool *ret_go_on)
{
	EFI_GUID guid = EFI_SHELL_PARAMETERS_PROTOCOL_GUID;
	const EFI_SHELL_PARAMETERS_PROTOCOL *shell = protocol_on(firmware, firmware->image, guid);
	struct workspace *work = firmware->work;
	struct text line;

	arguments_init(&work->arguments);
	text_init(&line, work->line, LINE_MAX);
	*ret_go_on = true;
	if (shell != NULL)
		from_shell(shell, &line);
	else if (firmware->loaded != NULL)
		from_load_options(firmware, &line);
	if (is_blank(&line)) {
		empty(&line);
		if (!from_fw_cfg(firmware, &line, error))
			return STATUS_USAGE;
	}
	if (is_blank(&line))
		return from_conf(firmware, error) ? STATUS_PASS : STATUS_USAGE;
	*ret_go_on = from_line(&work->arguments, &line, error);
	return *ret_go_on ? STATUS_PASS : STATUS_USAGE;
}
