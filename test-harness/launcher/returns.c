/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that only ends QEMU with success: shows whether firmware boots at all, and how long a boot takes by itself. */
#include <efi.h>

#include "kvmleaf/exit_status.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/*
 * Makes the file large enough for QEMU's -kernel, which takes the first five sectors of 512 bytes for Linux' setup code
 * where no header says how many there are, and refuses a file that is smaller than that (x86_load_linux() in QEMU
 * hw/i386).
 */
static const UINT8 padding[5 * 512] __attribute__((used));

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	(void)image;
	(void)system;
	__asm__ volatile("outb %0, %1" : : "a"((UINT8)STATUS_PASS), "Nd"((UINT16)DEBUG_EXIT_PORT));
	return EFI_SUCCESS;
}
