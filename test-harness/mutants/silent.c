/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of the app: a machine whose third vCPU never finishes. */
#include "firmware/leaf_reader.h"

__typeof__(leaf_reader_code) __real_leaf_reader_code, __wrap_leaf_reader_code;

/* In front of the app's code, and copied with it: the vCPU with APIC id 2 stays here. */
__asm__(".text\n"
	"silent_start:\n"
	"	pushq %rbx\n	pushq %rcx\n"
	"	movl $1, %eax\n"
	"	cpuid\n"
	"	shrl $24, %ebx\n"
	"1:	pause\n"
	"	cmpl $2, %ebx\n"
	"	je 1b\n"
	"	popq %rcx\n	popq %rbx\n"
	"silent_end:\n");
extern __attribute__((visibility("hidden"))) const char silent_start[], silent_end[];

struct machine_code __wrap_leaf_reader_code(void)
{
	static char both[512];
	struct machine_code rest = __real_leaf_reader_code();
	UINTN size = 0;

	for (const char *byte = silent_start; byte < silent_end; byte++)
		both[size++] = *byte;
	for (UINTN i = 0; i < rest.size; i++)
		both[size++] = rest.start[i];
	return (struct machine_code){ both, size };
}
