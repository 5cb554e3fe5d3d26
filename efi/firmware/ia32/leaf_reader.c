/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/leaf_reader.h"

/*
 * The argument is on the stack, and EBX, ESI, EDI and EBP belong to the caller (UEFI specification, 2.3.2). The lower
 * half of each 64-bit member has all of its value. On the stack are the processor's number, and then its slot. From the
 * WhoAmI call on, EDI is the next answer and ESI the next number.
 */
__asm__(".text\n"
	"leaf_reader_start:\n"
	"	pushl %ebx\n	pushl %esi\n	pushl %edi\n	pushl %ebp\n"
	"	subl $4, %esp\n"
	"	movl 24(%esp), %ebp\n"
	"	movl %esp, %eax\n"
	"	pushl %eax\n"
	"	pushl (%ebp)\n"
	"	call *8(%ebp)\n"
	"	addl $8, %esp\n"
	"	testl %eax, %eax\n"
	"	jnz 4f\n"
	"	movl (%esp), %eax\n"
	"	cmpl 16(%ebp), %eax\n"
	"	jae 4f\n"
	"	imull 32(%ebp), %eax\n"
	"	addl 24(%ebp), %eax\n"
	"	movl %eax, (%esp)\n"
	"	leal 16(%eax), %edi\n"
	"	leal 48(%ebp), %esi\n"
	"	xorl %eax, %eax\n"
	"	xorl %ecx, %ecx\n"
	/* One leaf: its number is in EAX, its subleaf in ECX. */
	"1:	cpuid\n"
	"	movl %eax, (%edi)\n	movl %ebx, 4(%edi)\n	movl %ecx, 8(%edi)\n	movl %edx, 12(%edi)\n"
	"	addl $16, %edi\n"
	"	addl $8, %esi\n"
	"	movl 40(%ebp), %ecx\n"
	"	leal 48(%ebp,%ecx,8), %ecx\n"
	"	cmpl %ecx, %esi\n"
	"	jae 3f\n"
	"	leal 56(%ebp), %ecx\n"
	"	cmpl %ecx, %esi\n"
	"	je 2f\n"
	"	movl (%esi), %eax\n"
	"	movl 4(%esi), %ecx\n"
	"	jmp 1b\n"
	/* The second leaf: the highest basic one, which leaf 0 has left in EAX, or 1 where that is no basic leaf. */
	"2:	xorl %ecx, %ecx\n"
	"	cmpl $0x40000000, %eax\n"
	"	jb 1b\n"
	"	movl $1, %eax\n"
	"	jmp 1b\n"
	"3:	movl (%esp), %eax\n"
	"	movl $1, (%eax)\n"
	"4:	addl $4, %esp\n"
	"	popl %ebp\n	popl %edi\n	popl %esi\n	popl %ebx\n"
	"	ret\n"
	"leaf_reader_end:\n");

extern __attribute__((visibility("hidden"))) const char leaf_reader_start[], leaf_reader_end[];

struct machine_code leaf_reader_code(void)
{
	return (struct machine_code){ leaf_reader_start, (UINTN)(leaf_reader_end - leaf_reader_start) };
}
