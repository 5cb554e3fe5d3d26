/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/may_fault.h"

#include <stddef.h>

/*
 * Arguments are in RDI and RSI, the result is in RAX (System V ABI). A fault handler puts the vector into R8, which is
 * 0 otherwise. The labels in front of the instructions have names so that C code can refer to them.
 */
__asm__(".text\n"
	".globl may_fault_read_msr\n.hidden may_fault_read_msr\nmay_fault_read_msr:\n"
	"	movl %edi, %ecx\n"
	"	xorl %r8d, %r8d\n"
	"may_fault_at_rdmsr:\n"
	"	rdmsr\n"
	"	testl %r8d, %r8d\n"
	"	jnz 1f\n"
	"	shlq $32, %rdx\n"
	"	orq %rdx, %rax\n"
	"	movq %rax, (%rsi)\n"
	"1:	movl %r8d, %eax\n"
	"	ret\n"

	".globl may_fault_write_msr\n.hidden may_fault_write_msr\nmay_fault_write_msr:\n"
	"	movl %edi, %ecx\n"
	"	movl %esi, %eax\n"
	"	movq %rsi, %rdx\n"
	"	shrq $32, %rdx\n"
	"	xorl %r8d, %r8d\n"
	"may_fault_at_wrmsr:\n"
	"	wrmsr\n"
	"	movl %r8d, %eax\n"
	"	ret\n");

/* VMMCALL and VMCALL have three bytes each: KVM may replace the one by the other in place. */
#define HYPERCALL(name, at, instruction)                                                                               \
	__asm__(".text\n.globl " #name "\n.hidden " #name "\n" #name ":\n"                                             \
		"	pushq %rbx\n"                                                                                        \
		"	movq %rsi, %r9\n"                                                                                    \
		"	movq (%rdi), %rax\n"                                                                                 \
		"	movq 8(%rdi), %rbx\n"                                                                                \
		"	movq 16(%rdi), %rcx\n"                                                                               \
		"	movq 24(%rdi), %rdx\n"                                                                               \
		"	movq 32(%rdi), %rsi\n"                                                                               \
		"	xorl %r8d, %r8d\n" #at ":\n"                                                                   \
		"	" #instruction "\n"                                                                            \
		"	testl %r8d, %r8d\n"                                                                                  \
		"	jnz 1f\n"                                                                                            \
		"	movq %rax, (%r9)\n"                                                                                  \
		"1:	movl %r8d, %eax\n"                                                                                 \
		"	popq %rbx\n"                                                                                         \
		"	ret\n")
HYPERCALL(may_fault_vmmcall, may_fault_at_vmmcall, vmmcall);
HYPERCALL(may_fault_vmcall, may_fault_at_vmcall, vmcall);

/* Hidden visibility: addresses are computed from RIP, without a table that would need relocations. */
#define HIDDEN __attribute__((visibility("hidden")))
extern HIDDEN const char may_fault_at_rdmsr[], may_fault_at_wrmsr[], may_fault_at_vmmcall[], may_fault_at_vmcall[];

uint64_t may_fault_length(uint64_t address)
{
	enum { MSR_LENGTH = 2, HYPERCALL_LENGTH = 3 };

	if (address == (uint64_t)may_fault_at_rdmsr || address == (uint64_t)may_fault_at_wrmsr)
		return MSR_LENGTH;
	if (address == (uint64_t)may_fault_at_vmmcall || address == (uint64_t)may_fault_at_vmcall)
		return HYPERCALL_LENGTH;
	return 0;
}
