/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options: name, value and effect of each. arguments.c splits lines into words and passes them here. */
#ifndef KVMLEAF_CORE_ARGUMENTS_ARGUMENT_OPTIONS_H
#define KVMLEAF_CORE_ARGUMENTS_ARGUMENT_OPTIONS_H

#include "core/arguments/arguments.h"

/* What is wrong with a word before its meaning is looked at. */
enum word_fault { WORD_FINE, WORD_LONG, WORD_HAS_NUL, WORD_OPEN /* a quotation mark is never closed */ };

/* One argument as it was written. */
struct word {
	char text[ARGUMENT_MAX + 1]; /* with a NUL behind its length characters */
	size_t length;
	enum word_fault fault;
	const char *value;  /* inside text, behind the "="; NULL without one */
	struct text *error; /* where a message about this word goes */
};

/* Splits the word at its first "=" and applies the option of that name. dashes: the name must begin with "--". */
bool argument_apply(struct arguments *arguments, struct word *word, bool dashes);
/* Both write one line that says what is wrong with the word, and return false. */
bool argument_wrong(const struct word *word, const char *what);
bool argument_wrong_limit(const struct word *word, const char *before, uint32_t limit, const char *behind);

#endif
