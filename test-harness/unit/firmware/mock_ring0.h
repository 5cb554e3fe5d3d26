/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program in user space may not do: privileged instructions end in a signal, and a handler of the signal does
 * what a CPU, or KVM, would do at this place. So the app's code for ring 0 runs unchanged.
 */
#ifndef KVMLEAF_UNIT_FIRMWARE_MOCK_RING0_H
#define KVMLEAF_UNIT_FIRMWARE_MOCK_RING0_H

#include <stdbool.h>
#include <stdint.h>

/* What the mock's KVM offers: CLOCKSOURCE2, ASYNC_PF, PV_SEND_IPI, POLL_CONTROL, ASYNC_PF_INT. */
enum { MOCK_FEATURES = 1 << 3 | 1 << 4 | 1 << 11 | 1 << 12 | 1 << 14 };

void mock_ring0_init(void);
/* What is being tried. It is printed only if the test ends here, since there are thousands of runs. */
extern char mock_tried[256];
/* Time passes: other processors run. */
void mock_ring0_pass(uint64_t microseconds);
void mock_tsc_pass(uint64_t nanoseconds);

/* Which processor runs the calling thread. */
unsigned mock_processor(void);
void mock_processor_set(unsigned processor);
/* Called on another processor at each CLI or HLT of it: lets the first processor run. */
void mock_processor_yield(void);
/* Has CPUID instructions in the page at this address be executed by the mock. */
void mock_ring0_take_over(void *page);

void *mock_cpu_arch(void);
void *mock_memory_attributes(void);
void mock_attributes_init(void);
/* hide: the app is told that there is no such protocol. Its page can be executed from now on. */
void mock_attributes_hide(bool hide);
/* Interrupt tables of the app that are loaded, and the vector whose interrupts such a table counts. */
extern unsigned mock_tables;
extern uint8_t mock_table_counted;
/* How many handlers of interrupts are registered, and tables loaded. */
unsigned mock_handlers(void);
/* Whether interrupts are held on the first processor, and whether an MSR has another value than at the start. */
bool mock_interrupts_held(void);
bool mock_msrs_changed(void);
/* Whether the wall clock's MSR has the address of a page that is lent: that page must stay. */
bool mock_wall_clock_keeps_page(void);

#endif
