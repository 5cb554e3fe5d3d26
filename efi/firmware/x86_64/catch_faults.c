/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/catch_faults.h"

#include <efidebug.h>

#include "firmware/x86_64/apic.h"
#include "firmware/x86_64/may_fault.h"

/* EFI_CPU_ARCH_PROTOCOL, which gnu-efi does not declare, up to the one function that is called. */
struct cpu_arch {
	void *flush_data_cache, *enable_interrupt, *disable_interrupt, *get_interrupt_state, *init;
	EFI_STATUS(EFIAPI *register_interrupt_handler)
	(struct cpu_arch *self, EFI_EXCEPTION_TYPE vector, EFI_EXCEPTION_CALLBACK handler);
};

/* Vectors of low priority that neither firmware nor a booting operating system uses. */
enum { VECTOR_FIRST = 0x61, VECTOR_LAST = 0x6f };

static const UINT8 faults[] = {
#define FAULT(name, vector, size) (vector),
#include "core/report/faults.def"
};
enum { FAULT_COUNT = sizeof(faults) / sizeof(faults[0]) };

static struct cpu_arch *arch_in_use; /* for skip_fault(): the firmware passes no context to handlers */

static void EFIAPI skip_fault(EFI_EXCEPTION_TYPE vector, EFI_SYSTEM_CONTEXT context)
{
	UINT64 length = may_fault_length(context.SystemContextX64->Rip);

	if (length > 0) {
		context.SystemContextX64->Rip += length;
		context.SystemContextX64->R8 = (UINT64)vector;
		return;
	}
	/*
	 * Other code has faulted. Once this handler is removed, the instruction faults again, and the firmware's own
	 * handler gets that fault.
	 */
	(void)arch_in_use->register_interrupt_handler(arch_in_use, vector, NULL);
}

static void EFIAPI count(EFI_EXCEPTION_TYPE vector, EFI_SYSTEM_CONTEXT context)
{
	(void)vector;
	(void)context;
	apic_count();
}

static EFI_STATUS set_handler(struct cpu_arch *arch, UINT8 vector, EFI_EXCEPTION_CALLBACK handler)
{
	return arch->register_interrupt_handler(arch, vector, handler);
}

static void release(struct cpu_arch *arch, UINTN taken)
{
	for (UINTN i = 0; i < taken; i++)
		(void)set_handler(arch, faults[i], NULL);
}

/* Sets the handler for all faults, or for none. */
static BOOLEAN take(struct cpu_arch *arch)
{
	for (UINTN i = 0; i < FAULT_COUNT; i++) {
		if (set_handler(arch, faults[i], skip_fault) != EFI_SUCCESS) {
			release(arch, i);
			return FALSE;
		}
	}
	return TRUE;
}

struct efi_call catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware)
{
	EFI_GUID guid = { 0x26baccb1, 0x6f42, 0x11d4, { 0xbc, 0xe7, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } };

	void *arch;
	struct efi_call call = protocol_anywhere(firmware, guid, &arch);

	*catcher = (struct fault_catcher){ .firmware = firmware, .arch = arch };
	arch_in_use = arch;
	if (arch != NULL && take(arch))
		return call;
	catcher->arch = NULL;
	return interrupt_table_load(firmware, VECTOR_FIRST, &catcher->table);
}

void catch_faults_end(struct fault_catcher *catcher)
{
	if (catcher->arch != NULL)
		release(catcher->arch, FAULT_COUNT);
	else
		interrupt_table_unload(catcher->table);
}

void catch_faults_here(const struct fault_catcher *catcher, struct table_register *ret_before)
{
	if (catcher->arch == NULL)
		interrupt_table_share(catcher->table, ret_before);
}

void catch_faults_here_end(const struct fault_catcher *catcher, const struct table_register *before)
{
	if (catcher->arch == NULL)
		interrupt_table_unshare(before);
}

BOOLEAN count_interrupts_begin(struct fault_catcher *catcher)
{
	apic_reset_count();
	if (catcher->arch == NULL) {
		catcher->vector = VECTOR_FIRST;
		return TRUE;
	}
	for (UINT8 vector = VECTOR_FIRST; vector <= VECTOR_LAST; vector++) {
		if (set_handler(catcher->arch, vector, count) == EFI_SUCCESS) {
			catcher->vector = vector;
			return TRUE;
		}
	}
	return FALSE;
}

void count_interrupts_end(struct fault_catcher *catcher)
{
	if (catcher->arch != NULL)
		(void)set_handler(catcher->arch, catcher->vector, NULL);
	catcher->vector = 0;
}
