/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/variable.h"

static EFI_GUID vendor = REPORT_VARIABLE_GUID;
/* The first revision with QueryVariableInfo: the tables of EFI 1.x end before that function's pointer. */
enum { UEFI_2_0 = 2 << 16 };

static CHAR16 name[] = u"" REPORT_VARIABLE_NAME;

UINTN variable_capacity(const struct firmware *firmware, struct report *report)
{
	UINT64 storage, remaining, largest;
	struct efi_call call = efi_call("QueryVariableInfo", EFI_UNSUPPORTED);

	if (firmware->runtime->Hdr.Revision >= UEFI_2_0)
		call.status = firmware->runtime->QueryVariableInfo(
			REPORT_VARIABLE_ATTRIBUTES, &storage, &remaining, &largest);
	if (call.status != EFI_SUCCESS) {
		report_failed_call(report, PROBLEM_NO_VARIABLES, call);
		return REPORT_SIZE_MAX;
	}
	/* The firmware's limit includes the name. */
	if (largest >= REPORT_SIZE_MAX + sizeof(name))
		return REPORT_SIZE_MAX;
	return largest > sizeof(name) ? (UINTN)largest - sizeof(name) : 0;
}

static EFI_STATUS read_stored(const struct firmware *firmware, UINT32 *ret_attributes, UINTN *ret_length)
{
	*ret_length = sizeof(firmware->work->stored);
	return firmware->runtime->GetVariable(name, &vendor, ret_attributes, ret_length, firmware->work->stored);
}

/* Whether the variable exists, with these bytes and the right attributes. */
static BOOLEAN holds(const struct firmware *firmware, const char *json, UINTN length)
{
	UINT32 attributes;
	UINTN stored;

	return read_stored(firmware, &attributes, &stored) == EFI_SUCCESS && attributes == REPORT_VARIABLE_ATTRIBUTES &&
	       stored == length && bytes_equal(firmware->work->stored, json, length);
}

/* Deletes a variable of this name that has other attributes: it could not be overwritten. */
static EFI_STATUS clear_foreign(const struct firmware *firmware)
{
	UINT32 attributes;
	UINTN stored;

	if (read_stored(firmware, &attributes, &stored) != EFI_SUCCESS || attributes == REPORT_VARIABLE_ATTRIBUTES)
		return EFI_SUCCESS;
	return firmware->runtime->SetVariable(name, &vendor, attributes, 0, NULL);
}

enum report_stored variable_store(const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status)
{
	if (holds(firmware, json, length))
		return REPORT_UNCHANGED;
	*ret_status = clear_foreign(firmware);
	if (*ret_status == EFI_SUCCESS)
		*ret_status = firmware->runtime->SetVariable(name, &vendor, REPORT_VARIABLE_ATTRIBUTES, length, json);
	if (*ret_status != EFI_SUCCESS)
		return REPORT_FAILED;
	if (!holds(firmware, json, length)) {
		*ret_status = EFI_VOLUME_CORRUPTED;
		return REPORT_FAILED;
	}
	return REPORT_WRITTEN;
}

/* The variable SecureBoot is one byte, which is 1 while Secure Boot is on (UEFI specification, 3.3). */
void variable_secure_boot(const struct firmware *firmware, struct report *report)
{
	EFI_GUID global = EFI_GLOBAL_VARIABLE;
	CHAR16 switch_name[] = u"SecureBoot";
	UINT8 value = 0;
	UINTN size = sizeof(value);
	EFI_STATUS status = firmware->runtime->GetVariable(switch_name, &global, NULL, &size, &value);

	report->knows_secure_boot = status == EFI_SUCCESS;
	report->secure_boot = report->knows_secure_boot && value == 1;
	/* Firmware without Secure Boot has no such variable. Any other failure leaves it open whether Secure Boot is
	 * on. */
	if (status != EFI_SUCCESS && status != EFI_NOT_FOUND)
		report_failed_call(report, PROBLEM_SECURE_BOOT_UNKNOWN, efi_call("GetVariable", status));
}
