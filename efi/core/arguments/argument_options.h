/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of arguments: each one's name, value and effect. arguments.c cuts lines into the words that come here. */
#ifndef KVMLEAF_CORE_ARGUMENTS_ARGUMENT_OPTIONS_H
#define KVMLEAF_CORE_ARGUMENTS_ARGUMENT_OPTIONS_H

#include "core/arguments/arguments.h"

/* One argument as it was written: the name, and the value behind "=" (NULL without one). */
struct word {
	char text[ARGUMENT_MAX + 1];
	const char *value;
	struct text *error;
};

/* Cuts the word at its first "=" and applies the option of that name; dashes: the name must begin with "--". */
bool argument_apply(struct arguments *arguments, struct word *word, bool dashes);
/* Writes the one line that says what is wrong with the word; returns false. */
bool argument_wrong(const struct word *word, const char *what);

#endif
