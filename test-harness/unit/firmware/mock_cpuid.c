/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUID can be executed in user space, but would tell of the real CPU. In the code that the app has put into a page of
 * its own, it is replaced: by UD2, which ends in a signal, and where many are executed by a call, which is faster.
 */
#include <string.h>

#include "firmware/cpu.h"
#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

enum { JUMP_AT = EFI_PAGE_SIZE - 16 };

/* From leaf_reader.c: cpuid; movl %eax, (%rdi); movl %ebx, 4(%rdi). */
static const uint8_t looped[] = { 0x0f, 0xa2, 0x89, 0x07, 0x89, 0x5f, 0x04 };

/* What looped does. All registers but those of CPUID are as before. */
extern const char mock_cpuid_entry[];
__asm__(".text\n"
	"mock_cpuid_entry:\n"
	"	pushq %rsi\n	pushq %rdi\n	pushq %r8\n	pushq %r9\n	pushq %r10\n	pushq %r11\n	pushq "
	"%rbp\n"
	"	movq %rsp, %rbp\n"
	"	subq $32, %rsp\n"
	"	andq $-16, %rsp\n"
	"	movl %eax, (%rsp)\n	movl %ecx, 8(%rsp)\n"
	"	movq %rsp, %rdi\n"
	"	call mock_cpuid_answer\n"
	"	movl (%rsp), %eax\n	movl 4(%rsp), %ebx\n	movl 8(%rsp), %ecx\n	movl 12(%rsp), %edx\n"
	"	movq %rbp, %rsp\n"
	"	popq %rbp\n	popq %r11\n	popq %r10\n	popq %r9\n	popq %r8\n	popq %rdi\n	popq "
	"%rsi\n"
	"	movl %eax, (%rdi)\n	movl %ebx, 4(%rdi)\n"
	"	ret\n");

__attribute__((used)) void mock_cpuid_answer(struct cpuid_regs *regs);

/* regs: the leaf in EAX and the subleaf in ECX; then the answer. */
void mock_cpuid_answer(struct cpuid_regs *regs)
{
	*regs = cpu_query(NULL, regs->eax, regs->ecx);
}

/* A call has room for a distance of 32 bits only, so it goes to the end of the page, from where an address is jumped
 * to. */
static void put_call(uint8_t *code, uint8_t *page)
{
	const uint64_t entry = (uintptr_t)mock_cpuid_entry;
	int32_t distance = (int32_t)(page + JUMP_AT - (code + 5));

	code[0] = 0xe8;
	memcpy(code + 1, &distance, sizeof(distance));
	code[5] = code[6] = 0x90;
	memcpy(page + JUMP_AT, "\xff\x25\0\0\0\0", 6);
	memcpy(page + JUMP_AT + 6, &entry, sizeof(entry));
}

void mock_ring0_take_over(void *page)
{
	uint8_t *code = page;

	for (size_t i = 0; i + sizeof(looped) < EFI_PAGE_SIZE; i++) {
		if (memcmp(code + i, looped, sizeof(looped)) == 0)
			put_call(code + i, code);
		else if (code[i] == 0x0f && code[i + 1] == 0xa2)
			memcpy(code + i, "\x0f\x0b", 2);
	}
}
