/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares two reports, for the tests of diff. The reports are written with ' in place of " to be readable in C. */
#ifndef KVMLEAF_UNIT_FAKE_DIFFER_H
#define KVMLEAF_UNIT_FAKE_DIFFER_H

#include <jansson.h>

/* The text with each ' changed to ". To be freed. */
char *quoted(const char *text);
json_t *report_of(const char *text);
/* Asserts that diff prints exactly these lines, each ended by a newline, and none for a report and itself. */
void assert_differ(const char *a, const char *b, const char *expected);

#endif
