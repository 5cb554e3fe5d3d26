/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_CONSOLE_H
#define KVMLEAF_FIRMWARE_CONSOLE_H

#include "firmware/firmware.h"

/* Makes *ret an empty text of any length: it is printed by itself whenever its buffer, work->console, is full. */
void console_text(const struct firmware *firmware, struct text *ret);
/* Prints what the text has in its buffer. Best called with much text: each call costs a nested guest milliseconds. */
void console_print(const struct firmware *firmware, struct text *text);
/* The same, slowly, before there is a workspace. The text stays as it is. */
void console_print_without_memory(const struct firmware *firmware, const struct text *text);
/* Prints the JSON report between two marker lines, for readers that have only the console. */
void console_print_json(const struct firmware *firmware, const char *json, UINTN length);
/* Waits for a key for at most this many seconds, and shows the seconds that are left. */
void console_wait(const struct firmware *firmware, uint32_t seconds);

#endif
