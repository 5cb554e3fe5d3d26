/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of our own driver, for machines without libFuzzer. */
#ifndef KVMLEAF_FUZZ_DRIVER_H
#define KVMLEAF_FUZZ_DRIVER_H

#include <glib.h>
#include <stdint.h>

enum { INPUT_MAX = 512 * 1024 };

/* The inputs to start from and those that reached new code: of GBytes. And the words of the dictionary. */
struct corpus {
	GPtrArray *inputs, *words;
	GRand *random;
};

/* Writes one of the inputs, changed here and there, into output (INPUT_MAX bytes), and returns its length. */
size_t mutate(const struct corpus *corpus, uint8_t *output);
/* Adds the words of a dictionary in libFuzzer's form, name="word" with \xNN, \\ and \" in it. */
void read_dictionary(struct corpus *corpus, const char *path);

#endif
