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
		line->length = 0;
	}
	drop_program_name(line);
}

static void from_fw_cfg(const struct firmware *firmware, struct text *line)
{
	uint32_t size;
	EFI_STATUS status = fw_cfg_read(firmware, FW_CFG_NAME, line, &size);
	BOOLEAN good = status == EFI_SUCCESS;

	if (status == EFI_NOT_FOUND)
		return;
	for (size_t i = 0; i < line->length && good; i++)
		good = is_text((CHAR16)(unsigned char)line->data[i]);
	if (!good) {
		report_problem(&firmware->work->report, PROBLEM_FW_CFG, size);
		line->length = 0;
	}
}

static BOOLEAN is_blank(const struct text *line)
{
	for (size_t i = 0; i < line->length; i++)
		if (line->data[i] > ' ')
			return FALSE;
	return TRUE;
}

/* False, and one line in error, for a kvmleaf.conf with a wrong line. One that is not there is right. */
static BOOLEAN conf_is_right(const struct firmware *firmware, struct text *error)
{
	struct workspace *work = firmware->work;
	UINTN length;
	struct efi_call call = volume_read(firmware, CONF_PATH, work->line, sizeof(work->line), &length);

	if (call.status == EFI_NOT_FOUND)
		return TRUE;
	if (call.status != EFI_SUCCESS) {
		report_failed_call(&work->report, PROBLEM_CONF_UNREADABLE, call);
		return TRUE;
	}
	text_string(error, CONF_PATH " ");
	if (arguments_parse_conf(&work->arguments, work->line, length, error)) {
		error->length = 0;
		return TRUE;
	}
	text_string(error, "; its defaults are used");
	arguments_init(&work->arguments);
	return FALSE;
}

enum exit_status read_arguments(const struct firmware *firmware, struct text *error, bool *ret_go_on)
{
	EFI_GUID guid = EFI_SHELL_PARAMETERS_PROTOCOL_GUID;
	const EFI_SHELL_PARAMETERS_PROTOCOL *shell = protocol_on(firmware, firmware->image, guid);
	struct workspace *work = firmware->work;
	struct text line;

	arguments_init(&work->arguments);
	text_init(&line, work->line, sizeof(work->line));
	if (shell != NULL)
		from_shell(shell, &line);
	else if (firmware->loaded != NULL)
		from_load_options(firmware, &line);
	if (is_blank(&line)) {
		line.length = 0;
		from_fw_cfg(firmware, &line);
	}
	*ret_go_on = true;
	if (is_blank(&line))
		return conf_is_right(firmware, error) ? STATUS_PASS : STATUS_USAGE;
	if (line.overflow) {
		text_string(error, "arguments are longer than ");
		text_decimal(error, LINE_MAX);
		text_string(error, " characters");
	}
	*ret_go_on = !line.overflow && arguments_parse(&work->arguments, line.data, line.length, error);
	return *ret_go_on ? STATUS_PASS : STATUS_USAGE;
}
