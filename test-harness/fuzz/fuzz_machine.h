/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine behind the ring 0 of fuzz-probe.c. */
#ifndef KVMLEAF_FUZZ_MACHINE_H
#define KVMLEAF_FUZZ_MACHINE_H

#include "core/probe/ring0.h"
#include "fuzz.h"

enum { MSRS_MAX = 32, PAGE_ADDRESS = 0x5000, OTHERS = 2 /* vCPUs beside the first */ };

struct machine {
	const uint8_t *data;
	size_t size;
	uint8_t flags;
	uint32_t eax, edx, tsc_khz, tsc_step;
	uint64_t tsc;
	uint8_t *page;
	unsigned calls, held, listening, halted;
	bool on_other, translated;
	struct {
		uint32_t number;
		bool enabled;     /* the host was last told to write into the page there */
		bool is_stuck;    /* and refused to be told otherwise */
		uint64_t written; /* last */
	} msrs[MSRS_MAX];
	size_t msr_count;
};

/* The next bytes of the input, the lowest first; zeros where it has ended. */
static inline uint64_t take(struct machine *machine, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && machine->size > 0; i++, machine->size--)
		value |= (uint64_t)*machine->data++ << (8 * i);
	return value;
}

static inline bool is_in_page(uint64_t value)
{
	return value - PAGE_ADDRESS < PROBE_PAGE_SIZE;
}

/* fuzz_vcpus.c: interrupts and other vCPUs; see struct ring0. */
bool fuzz_listen_for(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
uint32_t fuzz_heard(void *context, uint32_t expected);
uint32_t fuzz_listen_end(void *context);
void fuzz_interrupt_self(void *context, volatile uint32_t *eoi);
uint32_t fuzz_eois_skipped(void *context);
bool fuzz_halt_other(void *context, uint32_t *ret_apic_id);
bool fuzz_has_woken(void *context, bool expected);
void fuzz_halt_end(void *context);
bool fuzz_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);
enum run_on fuzz_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);

#endif
