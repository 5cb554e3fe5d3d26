/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recorded registers in the text form of Todd Allen's `cpuid -r`, which bug reports and databases carry:
 *
 *   CPU 0:
 *      0x00000000 0x00: eax=0x0000000d ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
 *
 * one section for each CPU ("CPU:" in the output of `cpuid -1`), one line for each leaf and subleaf. Accepted as well:
 * lines without a first heading, and the form of early versions of cpuid, which print no subleaf. Leaves 0 and 1 must
 * be there.
 */
#ifndef KVMLEAF_CORE_LEAVES_DUMP_H
#define KVMLEAF_CORE_LEAVES_DUMP_H

#include "core/report/report.h"
#include "core/base/text.h"

enum { DUMP_LEAVES_MAX = 1024 }; /* lines for one CPU; dumps of real CPUs have a few hundred */

/* One CPU is held at a time: dump_next() reads the text on, up to the end of the next one. */
struct dump {
	const char *text;
	size_t length, at;      /* at: where reading goes on, in bytes */
	uint32_t line;          /* the number of the line that begins there, from 1 */
	bool begun;             /* a CPU was read */
	uint32_t first_apic_id; /* the first CPU's */
	struct leaf leaves[DUMP_LEAVES_MAX];
	size_t leaf_count;
};

enum dump_state { DUMP_CPU, DUMP_END, DUMP_WRONG };

void dump_init(struct dump *dump, const char *text, size_t length);
/* Reads the next CPU. DUMP_WRONG: error says in one line at which line and column, and what was expected there. */
enum dump_state dump_next(struct dump *dump, struct text *error);
/* Answers from the CPU that was read last. A leaf that the dump does not have is zeros, as it is on AMD's CPUs. */
struct cpuid_source dump_source(const struct dump *dump);

/* Reads the first CPU; false, and one line in error, for a text that has none or is wrong there. */
bool dump_first(struct dump *dump, struct text *error);
/*
 * Reads every CPU that is left and compares it with the first, from which discover() has filled the report; false, and
 * one line in error, for a text that is wrong there. examine_dump() (core/judge/examine.h) calls both.
 */
bool dump_compare_others(struct dump *dump, struct report *report, struct text *error);

#endif
