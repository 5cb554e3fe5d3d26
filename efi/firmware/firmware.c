/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/firmware.h"

void *protocol_on(const struct firmware *firmware, EFI_HANDLE handle, EFI_GUID guid)
{
	void *interface = NULL;

	if (handle == NULL || firmware->boot->HandleProtocol(handle, &guid, &interface) != EFI_SUCCESS)
		return NULL;
	return interface;
}

struct efi_call protocol_anywhere(const struct firmware *firmware, EFI_GUID guid, void **ret_interface)
{
	EFI_STATUS status = firmware->boot->LocateProtocol(&guid, NULL, ret_interface);

	if (status != EFI_SUCCESS)
		*ret_interface = NULL;
	return efi_call("LocateProtocol", status);
}

/*
 * The number of appendix D of the UEFI specification. The highest bit, by the CPU's width, only marks it as an error.
 */
static uint32_t status_number(EFI_STATUS status)
{
	return (uint32_t)status & INT32_MAX;
}

void report_failed_call(struct report *report, enum problem_kind kind, struct efi_call call)
{
	report_call_problem(report, kind, call.name, status_number(call.status));
}

void text_efi_status(struct text *text, EFI_STATUS status)
{
	static const struct {
		EFI_STATUS status;
		const char *name;
	} names[] = {
		{ EFI_INVALID_PARAMETER, "invalid parameter" },
		{ EFI_UNSUPPORTED, "unsupported" },
		{ EFI_BAD_BUFFER_SIZE, "bad buffer size" },
		{ EFI_BUFFER_TOO_SMALL, "buffer too small" },
		{ EFI_NOT_READY, "not ready" },
		{ EFI_DEVICE_ERROR, "device error" },
		{ EFI_WRITE_PROTECTED, "write protected" },
		{ EFI_OUT_OF_RESOURCES, "out of resources" },
		{ EFI_VOLUME_CORRUPTED, "volume corrupted" },
		{ EFI_VOLUME_FULL, "volume full" },
		{ EFI_NO_MEDIA, "no media" },
		{ EFI_NOT_FOUND, "not found" },
		{ EFI_ACCESS_DENIED, "access denied" },
		{ EFI_SECURITY_VIOLATION, "security violation" },
	};

	for (UINTN i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].status == status) {
			text_string(text, names[i].name);
			return;
		}
	}
	text_string(text, "EFI status ");
	text_hex32(text, status_number(status));
}

void text_efi_call(struct text *text, struct efi_call call)
{
	text_efi_status(text, call.status);
	if (call.name == NULL)
		return;
	text_string(text, " (");
	text_string(text, call.name);
	text_char(text, ')');
}
