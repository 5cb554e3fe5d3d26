/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text is printed by OutputString alone: Reset, ClearScreen, SetMode and cursor moves would garble a serial log. Errors
 * of the console are ignored, since the report is stored by other ways too.
 */
#include "firmware/console.h"

#include "firmware/watchdog.h"

/* chunk: room for size characters and a NUL. */
static void print_by(const struct firmware *firmware, CHAR16 *chunk, UINTN size, const char *bytes, UINTN length)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = firmware->system->ConOut;
	UINTN used = 0;

	if (out == NULL)
		return;
	for (UINTN i = 0; i < length; i++) {
		chunk[used++] = (CHAR16)(unsigned char)bytes[i];
		if (used < size && i + 1 < length)
			continue;
		chunk[used] = 0;
		(void)out->OutputString(out, chunk);
		used = 0;
	}
}

static void print_bytes(const struct firmware *firmware, const char *bytes, UINTN length)
{
	print_by(firmware, firmware->work->chunk, CHUNK_MAX, bytes, length);
}

void console_print_without_memory(const struct firmware *firmware, const struct text *text)
{
	enum { SMALL = 64 };
	CHAR16 chunk[SMALL + 1];

	print_by(firmware, chunk, SMALL, text->data, text->length);
}

void console_print(const struct firmware *firmware, struct text *text)
{
	print_bytes(firmware, text->data, text->length - text->flushed);
	text->flushed = text->length;
}

static void flush(struct text *text)
{
	console_print(text->context, text);
}

void console_text(const struct firmware *firmware, struct text *ret)
{
	text_init(ret, firmware->work->console, sizeof(firmware->work->console));
	ret->flush = flush;
	ret->context = firmware;
}

static void print_string(const struct firmware *firmware, const char *string)
{
	print_bytes(firmware, string, string_length(string));
}

void console_print_json(const struct firmware *firmware, const char *json, UINTN length)
{
	print_string(firmware, "KVMLEAF-JSON-BEGIN\r\n");
	for (UINTN start = 0, end; start < length; start = end + 1) {
		for (end = start; end < length && json[end] != '\n'; end++)
			;
		print_bytes(firmware, json + start, end - start);
		print_string(firmware, "\r\n");
	}
	print_string(firmware, "KVMLEAF-JSON-END\r\n");
}

static BOOLEAN key_pressed(const struct firmware *firmware)
{
	SIMPLE_INPUT_INTERFACE *in = firmware->system->ConIn;
	EFI_INPUT_KEY key;

	return in != NULL && in->ReadKeyStroke(in, &key) == EFI_SUCCESS;
}

/*
 * Called each second: "Press a key 60.........50.........", a new line for each minute. There is no blank line before
 * it, so that a screen of 25 lines holds the table and this line.
 */
static void count_down(const struct firmware *firmware, uint32_t left, BOOLEAN first)
{
	char line[32];
	struct text text;

	text_init(&text, line, sizeof(line));
	if (!first && left % 60 == 0)
		text_string(&text, "\r\n");
	if (first || left % 60 == 0)
		text_string(&text, "Press a key ");
	if (first || left % 10 == 0)
		text_decimal(&text, left);
	else
		text_char(&text, '.');
	console_print(firmware, &text);
}

/* False, and a line that says so, where the firmware does not wait: the seconds would be over at once. */
static BOOLEAN pause(const struct firmware *firmware, UINTN microseconds)
{
	EFI_STATUS status = firmware->boot->Stall(microseconds);
	char line[80];
	struct text text;

	if (status == EFI_SUCCESS)
		return TRUE;
	text_init(&text, line, sizeof(line));
	text_string(&text, "\r\nkvmleaf: --wait is not possible: Stall: ");
	text_efi_status(&text, status);
	console_print(firmware, &text);
	return FALSE;
}

void console_wait(const struct firmware *firmware, uint32_t seconds)
{
	enum {
		TENTH_OF_A_SECOND = 100 * 1000, /* in microseconds */
		TYPED_MAX = 1024, /* more than any buffer of keys holds: a key that never ends is broken */
	};

	/* Keys that were typed before the question appeared do not count. */
	for (int typed = 0; typed < TYPED_MAX && key_pressed(firmware); typed++)
		;
	for (uint32_t tenth = 0; tenth < seconds * 10; tenth++) {
		if (tenth % 10 == 0) {
			watchdog_arm(firmware);
			count_down(firmware, seconds - tenth / 10, tenth == 0);
		}
		if (key_pressed(firmware) || !pause(firmware, TENTH_OF_A_SECOND))
			break;
	}
	print_string(firmware, "\r\n");
}
