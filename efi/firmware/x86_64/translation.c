/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of the tables: Intel SDM volume 3, 4.5. */
#include "firmware/x86_64/translation.h"

enum {
	PAGE_SIZE = 4096,
	ENTRIES = 512,
	ENTRY_PRESENT = 1 << 0,
	ENTRY_WRITABLE = 1 << 1,
	CR4_FIVE_LEVELS = 1 << 12,
	LEVEL_BITS = 9,
	PAGE_BITS = 12,
	/* The pages in use, by their place in struct translation's memory. */
	PAGE_TOP = 0,
	PAGE_OLD = 5,
	PAGE_NEW = 6,
};
/* The bits of CR3 and of an entry that are an address. */
#define ADDRESS_BITS UINT64_C(0x000ffffffffff000)

static uint64_t read_cr3(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr3, %0" : "=r"(value));
	return value;
}

static void write_cr3(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr3" : : "r"(value) : "memory");
}

static int levels(void)
{
	uint64_t cr4;

	__asm__ volatile("movq %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_FIVE_LEVELS ? 5 : 4;
}

static uint64_t *page_at(const struct translation *translation, int page)
{
	return (uint64_t *)(void *)(translation->pages + page * PAGE_SIZE);
}

static uint64_t entry_for(const void *page)
{
	return (uint64_t)page | ENTRY_PRESENT | ENTRY_WRITABLE;
}

/* The number of an entry of the lower half that nothing uses; ENTRIES for none. */
static uint64_t find_free(const uint64_t *top)
{
	for (uint64_t i = 1; i < ENTRIES / 2; i++)
		if (!(top[i] & ENTRY_PRESENT))
			return i;
	return ENTRIES;
}

/* Copies the firmware's top table and hangs tables of our own below a free entry. */
static bool build(struct translation *translation)
{
	int depth = levels();
	uint64_t cr3 = read_cr3();
	const uint64_t *theirs = (const uint64_t *)(cr3 & ADDRESS_BITS);
	uint64_t *top = page_at(translation, PAGE_TOP), *table = top;
	uint64_t free = find_free(theirs);

	if (free == ENTRIES)
		return false;
	for (int i = 0; i < ENTRIES; i++)
		top[i] = theirs[i];
	for (int level = 1; level < depth; level++) {
		uint64_t *below = page_at(translation, PAGE_TOP + level);

		for (int i = 0; i < ENTRIES; i++)
			below[i] = 0;
		table[level == 1 ? free : 0] = entry_for(below);
		table = below;
	}
	*(uint8_t *)page_at(translation, PAGE_OLD) = 1;
	*(uint8_t *)page_at(translation, PAGE_NEW) = 0;
	translation->entry = table;
	translation->address = (const volatile uint8_t *)(free << (PAGE_BITS + LEVEL_BITS * (depth - 1)));
	translation->firmware = cr3;
	*translation->entry = entry_for(page_at(translation, PAGE_OLD));
	write_cr3((uint64_t)top | (cr3 & ~ADDRESS_BITS));
	return true;
}

bool translation_make_stale(struct translation *translation)
{
	if (translation->pages == 0 || (translation->firmware == 0 && !build(translation)))
		return false;
	*(volatile uint64_t *)translation->entry = entry_for(page_at(translation, PAGE_OLD));
	__asm__ volatile("invlpg (%0)" : : "r"(translation->address) : "memory");
	(void)*translation->address;
	*(volatile uint64_t *)translation->entry = entry_for(page_at(translation, PAGE_NEW));
	return true;
}

bool translation_is_stale(const struct translation *translation)
{
	return *translation->address != 0;
}

void translation_end(struct translation *translation)
{
	if (translation->firmware != 0)
		write_cr3(translation->firmware);
	translation->firmware = 0;
}
