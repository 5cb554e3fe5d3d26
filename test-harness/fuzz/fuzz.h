/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzz targets share: properties that end the run where they do not hold, and inputs that must be files. */
#ifndef KVMLEAF_FUZZ_FUZZ_H
#define KVMLEAF_FUZZ_FUZZ_H

#include <glib.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/report/report.h"

/* One input. Called by libFuzzer, or by driver.c where that is not there; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A property: where it does not hold, the input is a find. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, NULL))
/* The same, with a string that tells what was found instead. */
#define MUST_SAY(condition, detail) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, detail))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *detail);

/* The path of a file in memory with these bytes; the next call fills the same file anew. */
const char *fuzz_file(const void *bytes, size_t size);
/* An empty folder of this process. */
const char *fuzz_folder(void);
/* Writes a file, and ends the run where that cannot be. */
void fuzz_write(const char *path, const void *bytes, size_t size);

/* Either a result and no error, or an error of the program's own domain in one line; frees the error. */
void fuzz_result_or_error(gboolean has_result, GError *error);

/* What holds for every report, whatever it was made of: its JSON, its table, its blocks. */
void fuzz_report_holds(const struct report *report);
/* What holds for one that discover made: its registers, printed and decoded again, say the same. */
void fuzz_report_returns(const struct report *report);

#endif
