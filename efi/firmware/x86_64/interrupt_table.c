/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/interrupt_table.h"

#include "firmware/owned.h"
#include "firmware/x86_64/apic.h"
#include "firmware/x86_64/may_fault.h"

enum { GATES = 256 };

/* Intel SDM volume 3, figure 6-8; 16 bytes. */
struct gate {
	UINT16 offset_low, selector;
	UINT8 stack, type;
	UINT16 offset_middle;
	UINT32 offset_high, reserved;
};
enum { GATE_INTERRUPT = 0x8e };

struct table {
	struct gate gates[GATES];
	struct table_register firmware; /* the firmware's table, to be loaded again */
	struct pool_memory memory;      /* that this struct is in */
};

/* The firmware's own handler of each fault, for faults of other code. */
#define FAULT(name, vector, size) __attribute__((used)) UINT64 interrupt_table_next_##name;
#include "core/report/faults.def"

/*
 * The handler of each fault. On entry the stack holds an error code, except for #UD, and then RIP; error_code is the
 * size of the former. may_fault_length() says by how many bytes RIP is to be advanced: that skips the instruction, and
 * R8 becomes the vector. 0 bytes means a fault of other code, which goes on to the firmware's handler with all
 * registers as before.
 */
#define FAULT(name, vector, error_code)                                                                                \
	__asm__(".text\ninterrupt_table_" #name ":\n"                                                                  \
		"	pushq %rax\n	pushq %rcx\n	pushq %rdx\n	pushq %rsi\n	pushq %rdi\n"                                    \
		"	pushq %r9\n	pushq %r10\n	pushq %r11\n"                                                               \
		"	pushq %r8\n"                                                                                         \
		"	movq " #error_code "+72(%rsp), %rdi\n"                                                         \
		"	cld\n"                                                                                               \
		"	call may_fault_length\n"                                                                             \
		"	popq %r8\n"                                                                                          \
		"	addq %rax, " #error_code "+64(%rsp)\n"                                                         \
		"	testq %rax, %rax\n"                                                                                  \
		"	popq %r11\n	popq %r10\n	popq %r9\n"                                                                  \
		"	popq %rdi\n	popq %rsi\n	popq %rdx\n	popq %rcx\n	popq %rax\n"                                         \
		"	jz 1f\n"                                                                                             \
		"	movl $" #vector ", %r8d\n"                                                                     \
		"	leaq " #error_code "(%rsp), %rsp\n"                                                            \
		"	iretq\n"                                                                                             \
		"1:	jmpq *interrupt_table_next_" #name "(%rip)\n");
#include "core/report/faults.def"

__asm__(".text\n"
	"interrupt_table_counter:\n"
	"	pushq %rax\n	pushq %rcx\n	pushq %rdx\n	pushq %rsi\n	pushq %rdi\n"
	"	pushq %r8\n	pushq %r9\n	pushq %r10\n	pushq %r11\n"
	"	cld\n"
	"	call apic_count\n"
	"	popq %r11\n	popq %r10\n	popq %r9\n	popq %r8\n"
	"	popq %rdi\n	popq %rsi\n	popq %rdx\n	popq %rcx\n	popq %rax\n"
	"	iretq\n");

#define HIDDEN __attribute__((visibility("hidden")))
#define FAULT(name, vector, size) extern HIDDEN const char interrupt_table_##name[];
#include "core/report/faults.def"
extern HIDDEN const char interrupt_table_counter[];

static UINT64 gate_offset(const struct gate *gate)
{
	return gate->offset_low | (UINT64)gate->offset_middle << 16 | (UINT64)gate->offset_high << 32;
}

static void set_gate(struct gate *gate, const char *handler)
{
	UINT64 offset = (UINT64)handler;
	UINT16 selector;

	__asm__("movw %%cs, %0" : "=r"(selector));
	*gate = (struct gate){ .offset_low = (UINT16)offset,
		.selector = selector,
		.type = GATE_INTERRUPT,
		.offset_middle = (UINT16)(offset >> 16),
		.offset_high = (UINT32)(offset >> 32) };
}

static void load(const struct table *table)
{
	struct table_register ours = { .limit = sizeof(table->gates) - 1, .base = (UINT64)table->gates };

	__asm__ volatile("lidt %0" : : "m"(ours));
}

struct efi_call interrupt_table_load(const struct firmware *firmware, uint8_t counted, void **ret_table)
{
	struct pool_memory memory = { 0 };
	struct efi_call call = pool_allocate(firmware, sizeof(struct table), &memory);
	struct table *table = memory.bytes;

	*ret_table = table;
	if (call.status != EFI_SUCCESS)
		return call;
	*table = (struct table){ .memory = memory };
	__asm__ volatile("sidt %0" : "=m"(table->firmware));
	for (UINTN i = 0; i < GATES && (i + 1) * sizeof(struct gate) - 1 <= table->firmware.limit; i++)
		table->gates[i] = ((const struct gate *)table->firmware.base)[i];
#define FAULT(name, vector, size)                                                                                      \
	interrupt_table_next_##name = gate_offset(&table->gates[vector]);                                              \
	set_gate(&table->gates[vector], interrupt_table_##name);
#include "core/report/faults.def"
	set_gate(&table->gates[counted], interrupt_table_counter);
	load(table);
	return call;
}

void interrupt_table_share(const void *table, struct table_register *ret_before)
{
	__asm__ volatile("sidt %0" : "=m"(*ret_before));
	load(table);
}

void interrupt_table_unshare(const struct table_register *before)
{
	__asm__ volatile("lidt %0" : : "m"(*before));
}

void interrupt_table_unload(void *loaded)
{
	const struct table *table = loaded;
	AUTO_POOL memory = table->memory;

	__asm__ volatile("lidt %0" : : "m"(table->firmware));
}
