/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/firmware/mock_ring0.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "firmware/cpu.h"
#include "firmware/x86_64/apic.h"
#include "firmware/x86_64/interrupt_table.h"
#include "firmware/x86_64/may_fault.h"
#include "unit/firmware/mock.h"
#include "unit/firmware/mock_kvm.h"

#include <efidebug.h>

enum { VECTOR_UD = 6, VECTOR_GP = 13, VECTORS = 256, HYPERCALL_LENGTH = 3 };

struct cpu_arch {
	void *others[5];
	EFI_STATUS(EFIAPI *register_interrupt_handler)
	(struct cpu_arch *self, EFI_EXCEPTION_TYPE vector, EFI_EXCEPTION_CALLBACK handler);
};

static EFI_EXCEPTION_CALLBACK handlers[VECTORS];
static bool held[MOCK_PROCESSORS_MAX];
static uint8_t pending[MOCK_PROCESSORS_MAX]; /* a vector; 0 for none */
static bool woken[MOCK_PROCESSORS_MAX];
static _Thread_local unsigned this_processor;
static struct sigaction before; /* the sanitizer's */
char mock_tried[256];

unsigned mock_processor(void)
{
	return this_processor;
}

void mock_processor_set(unsigned processor)
{
	this_processor = processor;
}

bool mock_interrupts_held(void)
{
	return held[0];
}

/* RegisterCpuInterruptHandler() of UefiCpuPkg/Library/CpuExceptionHandlerLib/PeiDxeSmmCpuException.c. */
static EFI_STATUS EFIAPI register_interrupt_handler(
	struct cpu_arch *self, EFI_EXCEPTION_TYPE vector, EFI_EXCEPTION_CALLBACK handler)
{
	EFI_STATUS status = mock_call_about(MOCK_RegisterInterruptHandler, handler != NULL ? "set" : "removed");

	(void)self;
	mock.is_probing = true;
	if (status != EFI_SUCCESS) {
		mock.kept += handler == NULL;
		return status;
	}
	if (handler == NULL && handlers[vector] == NULL)
		return EFI_INVALID_PARAMETER;
	if (handler != NULL && handlers[vector] != NULL)
		return EFI_ALREADY_STARTED;
	handlers[vector] = handler;
	return EFI_SUCCESS;
}

void *mock_cpu_arch(void)
{
	static struct cpu_arch arch = { .register_interrupt_handler = register_interrupt_handler };

	return &arch;
}

unsigned mock_handlers(void)
{
	unsigned count = mock_tables;

	for (size_t i = 0; i < VECTORS; i++)
		count += handlers[i] != NULL;
	return count;
}

static void call_handler(uint8_t vector, greg_t *registers)
{
	EFI_SYSTEM_CONTEXT_X64 frame = { .Rip = (UINT64)registers[REG_RIP], .R8 = (UINT64)registers[REG_R8] };
	EFI_SYSTEM_CONTEXT context = { .SystemContextX64 = &frame };

	if (handlers[vector] == NULL && mock_tables > 0 && vector == mock_table_counted) {
		apic_count();
		return;
	}
	if (handlers[vector] == NULL)
		g_error("an interrupt of vector 0x%02x arrives, for which there is no handler", vector);
	handlers[vector](vector, context);
	registers[REG_RIP] = (greg_t)frame.Rip;
	registers[REG_R8] = (greg_t)frame.R8;
}

static void fault(uint8_t vector, greg_t *registers)
{
	if (handlers[vector] == NULL && mock_tables > 0) {
		registers[REG_RIP] += (greg_t)may_fault_length((uint64_t)registers[REG_RIP]);
		registers[REG_R8] = vector;
		return;
	}
	if (handlers[vector] == NULL)
		g_error("the app executes an instruction that faults, and catches no faults");
	call_handler(vector, registers);
}

void mock_interrupt(unsigned processor, uint8_t vector)
{
	pending[processor] = vector;
	/* It arrives within microseconds: before this processor has done anything else. */
	if (processor != this_processor)
		mock_ring0_pass(0);
}

void mock_wake(unsigned processor)
{
	woken[processor] = true;
}

/* Interrupts are taken between two instructions, while they are not held. */
static void take_pending(greg_t *registers)
{
	uint8_t vector = pending[this_processor];

	if (vector == 0 || held[this_processor])
		return;
	pending[this_processor] = 0;
	mock_kvm_interrupts();
	call_handler(vector, registers);
}

static void execute_msr(bool write, greg_t *registers)
{
	uint32_t msr = (uint32_t)registers[REG_RCX];
	uint64_t value = (uint32_t)registers[REG_RAX] | (uint64_t)registers[REG_RDX] << 32;
	enum fault result = write ? mock_kvm_write(msr, value) : mock_kvm_read(msr, &value);

	if (result != FAULT_NONE) {
		fault(VECTOR_GP, registers);
		return;
	}
	if (!write) {
		registers[REG_RAX] = (greg_t)(value & UINT32_MAX);
		registers[REG_RDX] = (greg_t)(value >> 32);
	}
	registers[REG_RIP] += 2;
	take_pending(registers);
}

static void execute_hypercall(greg_t *registers)
{
	const uint64_t arguments[5] = { (uint64_t)registers[REG_RAX], (uint64_t)registers[REG_RBX],
		(uint64_t)registers[REG_RCX], (uint64_t)registers[REG_RDX], (uint64_t)registers[REG_RSI] };

	registers[REG_RAX] = (greg_t)mock_kvm_call(arguments);
	registers[REG_RIP] += HYPERCALL_LENGTH;
	take_pending(registers);
}

static void execute_cpuid(greg_t *registers)
{
	struct cpuid_regs regs = cpu_query(NULL, (uint32_t)registers[REG_RAX], (uint32_t)registers[REG_RCX]);

	registers[REG_RAX] = regs.eax;
	registers[REG_RBX] = regs.ebx;
	registers[REG_RCX] = regs.ecx;
	registers[REG_RDX] = regs.edx;
	registers[REG_RIP] += 2;
}

static void set_held(bool hold, greg_t *registers)
{
	held[this_processor] = hold;
	registers[REG_RIP]++;
	if (!hold)
		take_pending(registers);
	else if (this_processor != 0)
		mock_processor_yield();
}

static void say_tried(void)
{
	ssize_t written = write(STDERR_FILENO, mock_tried, strlen(mock_tried));

	(void)written;
}

/* After a failed assertion. */
static void aborted(int number)
{
	say_tried();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* A fault of the app or of the test. */
static void faulted(int number, siginfo_t *info, void *context)
{
	say_tried();
	if ((before.sa_flags & SA_SIGINFO) != 0)
		before.sa_sigaction(number, info, context);
	(void)signal(number, SIG_DFL); /* the instruction faults again, and ends the test */
}

/* With interrupts held only a kick ends HLT. Until then it is executed again and again. */
static void halt(greg_t *registers)
{
	if (!woken[this_processor]) {
		mock_processor_yield();
		return;
	}
	woken[this_processor] = false;
	registers[REG_RIP]++;
}

/* The opcodes: Intel SDM volume 2. UD2 stands where mock_ring0_take_over() or put_ud2() has put it. */
static void trapped(int number, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	const uint8_t *code = (const uint8_t *)registers[REG_RIP];

	if (number == SIGSEGV && info->si_addr == code) /* memory that cannot be executed */
		faulted(number, info, context);
	else if (number == SIGSEGV && code[0] == 0x0f && (code[1] == 0x30 || code[1] == 0x32))
		execute_msr(code[1] == 0x30, registers);
	else if (number == SIGSEGV && (code[0] == 0xfa || code[0] == 0xfb))
		set_held(code[0] == 0xfa, registers);
	else if (number == SIGSEGV && code[0] == 0xf4 && this_processor != 0)
		halt(registers);
	else if (number == SIGILL && code[0] == 0x0f && code[1] == 0x0b)
		may_fault_length((uint64_t)code) != 0 ? execute_hypercall(registers) : execute_cpuid(registers);
	else
		faulted(number, info, context);
}

static void put_ud2(void *instruction)
{
	uintptr_t page = (uintptr_t)instruction & ~(uintptr_t)(EFI_PAGE_SIZE - 1);

	g_assert_cmpint(mprotect((void *)page, 2 * (size_t)EFI_PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC), ==, 0);
	memcpy(instruction, "\x0f\x0b", 2);
}

/* VMMCALL and VMCALL may do anything in user space: where this is a virtual machine, its host answers. */
static void take_over_hypercall(enum fault (*call)(const uint64_t arguments[5], int64_t *ret))
{
	uint8_t *code = (uint8_t *)(uintptr_t)call;

	while (may_fault_length((uint64_t)code) != HYPERCALL_LENGTH)
		code++;
	put_ud2(code);
}

void mock_ring0_init(void)
{
	static bool ready;
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_NODEFER };

	memset(handlers, 0, sizeof(handlers));
	memset(held, 0, sizeof(held));
	memset(pending, 0, sizeof(pending));
	memset(woken, 0, sizeof(woken));
	mock_tables = 0;
	mock_kvm_init();
	if (!ready) {
		g_assert_cmpint(sigaction(SIGSEGV, &action, &before), ==, 0);
		g_assert_cmpint(sigaction(SIGILL, &action, NULL), ==, 0);
		(void)signal(SIGABRT, aborted);
		(void)signal(SIGTRAP, aborted);
		take_over_hypercall(may_fault_vmmcall);
		take_over_hypercall(may_fault_vmcall);
	}
	ready = true;
}
