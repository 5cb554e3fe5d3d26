/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stale translations: an address whose translation this vCPU has cached, while the page table already says otherwise.
 * The page tables are copies of the app's own: the firmware's are not written to.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_TRANSLATION_H
#define KVMLEAF_FIRMWARE_X86_64_TRANSLATION_H

#include <stdbool.h>
#include <stdint.h>

/* A copy of the top table, up to four tables below it, and two pages for the address to lead to. */
enum { TRANSLATION_PAGES = 7 };

struct translation {
	uint8_t *pages;    /* TRANSLATION_PAGES pages of memory, whose physical and virtual addresses are the same */
	uint64_t firmware; /* CR3 of the firmware; 0 while the firmware's tables are in use */
	uint64_t *entry;   /* of the last table, for the address */
	const volatile uint8_t *address;
};

/*
 * Makes the translation stale. Interrupts must be off from before the first call until after translation_end().
 * False where no address is free.
 */
bool translation_make_stale(struct translation *translation);
/* Whether the address still leads where the page table no longer says. */
bool translation_is_stale(const struct translation *translation);
/* Loads the firmware's tables again. */
void translation_end(struct translation *translation);

#endif
