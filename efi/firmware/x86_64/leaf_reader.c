/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/leaf_reader.h"

/*
 * The argument is in RCX, and RBX, RSI, RDI and R12 belong to the caller; a call needs 32 bytes of the stack, which is
 * aligned to 16 bytes then (UEFI specification, 2.3.4). From the WhoAmI call on, R11 is the slot, RDI the next answer,
 * RSI the next number and R8 the end of the numbers.
 */
__asm__(".text\n"
	"leaf_reader_start:\n"
	"	pushq %rbx\n	pushq %rsi\n	pushq %rdi\n	pushq %r12\n"
	"	subq $40, %rsp\n"
	"	movq %rcx, %r12\n"
	"	movq (%r12), %rcx\n"
	"	leaq 32(%rsp), %rdx\n"
	"	call *8(%r12)\n"
	"	testq %rax, %rax\n"
	"	jnz 4f\n"
	"	movq 32(%rsp), %r11\n"
	"	cmpq 16(%r12), %r11\n"
	"	jae 4f\n"
	"	imulq 32(%r12), %r11\n"
	"	addq 24(%r12), %r11\n"
	"	leaq 16(%r11), %rdi\n"
	"	leaq 48(%r12), %rsi\n"
	"	movq 40(%r12), %r8\n"
	"	leaq (%rsi,%r8,8), %r8\n"
	"	xorl %eax, %eax\n"
	"	xorl %ecx, %ecx\n"
	/* One leaf: its number is in EAX, its subleaf in ECX. */
	"1:	cpuid\n"
	"	movl %eax, (%rdi)\n	movl %ebx, 4(%rdi)\n	movl %ecx, 8(%rdi)\n	movl %edx, 12(%rdi)\n"
	"	addq $16, %rdi\n"
	"	addq $8, %rsi\n"
	"	cmpq %r8, %rsi\n"
	"	jae 3f\n"
	"	leaq 56(%r12), %rcx\n"
	"	cmpq %rcx, %rsi\n"
	"	je 2f\n"
	"	movl (%rsi), %eax\n"
	"	movl 4(%rsi), %ecx\n"
	"	jmp 1b\n"
	/* The second leaf: the highest basic one, which leaf 0 has left in EAX, or 1 where that is no basic leaf. */
	"2:	xorl %ecx, %ecx\n"
	"	cmpl $0x40000000, %eax\n"
	"	jb 1b\n"
	"	movl $1, %eax\n"
	"	jmp 1b\n"
	"3:	movl $1, (%r11)\n"
	"4:	addq $40, %rsp\n"
	"	popq %r12\n	popq %rdi\n	popq %rsi\n	popq %rbx\n"
	"	ret\n"
	"leaf_reader_end:\n");

extern __attribute__((visibility("hidden"))) const char leaf_reader_start[], leaf_reader_end[];

struct machine_code leaf_reader_code(void)
{
	return (struct machine_code){ leaf_reader_start, (UINTN)(leaf_reader_end - leaf_reader_start) };
}
