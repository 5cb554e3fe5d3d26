/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_CONSOLE_H
#define KVMLEAF_FIRMWARE_CONSOLE_H

#include "firmware/firmware.h"

/* Prints the text and empties it. Large pieces: each OutputString call costs a nested guest milliseconds. */
void console_print(const struct firmware *firmware, struct text *text);
/* The JSON report between two marker lines, for a reader that has nothing but the console. */
void console_print_json(const struct firmware *firmware, const char *json, UINTN length);
/* Waits for a key, so many seconds at most, with a dot for each that passes. */
void console_wait(const struct firmware *firmware, uint32_t seconds);

#endif
