/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recorded registers in the text form of Todd Allen's `cpuid -r`, which bug reports and databases carry:
 *
 *   CPU 0:
 *      0x00000000 0x00: eax=0x0000000d ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
 *
 * one section a CPU ("CPU:" for `cpuid -1`), one line a leaf and subleaf. Taken as well: leaves without the first
 * heading, and the form of early versions, which has no subleaf. Leaves 0 and 1 must be there.
 */
#ifndef KVMLEAF_CORE_LEAVES_DUMP_H
#define KVMLEAF_CORE_LEAVES_DUMP_H

#include "core/report/report.h"
#include "core/base/text.h"

enum { DUMP_LEAVES_MAX = 1024 }; /* of one CPU; real ones have some hundred */

/* One CPU at a time: the text is read on as they are asked for. */
struct dump {
	const char *text;
	size_t length, at;
	uint32_t line; /* the one that comes, from 1 */
	bool begun;    /* a CPU was read */
	struct leaf leaves[DUMP_LEAVES_MAX];
	size_t leaf_count;
};

enum dump_state { DUMP_CPU, DUMP_END, DUMP_WRONG };

void dump_init(struct dump *dump, const char *text, size_t length);
/* Reads the next CPU. WRONG leaves one line in error: line, column, what was expected. */
enum dump_state dump_next(struct dump *dump, struct text *error);
/* The CPU that was read. A leaf that the dump does not have is zeros, as on AMD's CPUs. */
struct cpuid_source dump_source(const struct dump *dump);

/* Fills the report from the first CPU and holds the others against it; false and one line in error for a bad dump. */
bool dump_discover(struct dump *dump, struct report *report, struct text *error);

#endif
