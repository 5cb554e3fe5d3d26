/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/exit.h"

#include "firmware/console.h"
#include "firmware/cpu.h"

enum { TENTH_OF_A_SECOND = 100000, PATIENCE_TENTHS = 20 };

/*
 * QEMU may only request its own shutdown at the write (hw/misc/debugexit.c), and the guest runs on until QEMU's main
 * loop gets to it. This waits for that, so that nothing more is printed and nothing returns to the firmware. The write
 * is repeated in case one is lost.
 */
static void end_qemu(const struct firmware *firmware, UINT16 port, enum exit_status status)
{
	for (int tenth = 0; tenth < PATIENCE_TENTHS; tenth++) {
		port_write8(port, (uint8_t)status);
		(void)firmware->boot->Stall(TENTH_OF_A_SECOND);
	}
}

EFI_STATUS exit_efi_status(enum exit_status status)
{
	switch (status) {
#define EXIT_STATUS(name, value, short_name, efi, meaning)                                                             \
	case STATUS_##name:                                                                                            \
		return efi;
#include "kvmleaf/exit_status.def"
	}
	return EFI_LOAD_ERROR;
}

EFI_STATUS exit_as_asked(const struct firmware *firmware, enum exit_status status)
{
	const struct arguments *arguments = &firmware->work->arguments;
	struct text line;

	switch (arguments->exit) {
	case EXIT_FIRMWARE:
		return exit_efi_status(status);
	case EXIT_RESET:
		(void)firmware->runtime->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
		break;
	case EXIT_POWEROFF:
		(void)firmware->runtime->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
		break;
	case EXIT_QEMU:
		end_qemu(firmware, arguments->exit_port, status);
		break;
	}
	console_text(firmware, &line);
	text_string(&line, "kvmleaf: --exit had no effect on this machine; back to the firmware\r\n");
	console_print(firmware, &line);
	return exit_efi_status(status);
}
