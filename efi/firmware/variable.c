/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/variable.h"

#include "core/output/report_json.h"

static EFI_GUID vendor = REPORT_VARIABLE_GUID;
/* The first revision with QueryVariableInfo: the tables of EFI 1.x end before that function's pointer. */
enum { UEFI_2_0 = 2 << 16 };

static CHAR16 name[] = u"" REPORT_VARIABLE_NAME;

/*
 * The largest header that a variable has in the store. EDK2's has 32 bytes, or 60 where the store is for authenticated
 * variables (MdeModulePkg/Include/Guid/VariableFormat.h).
 */
enum { HEADER_MAX = 64 };

/* The report variable as it is in the store before the run stores its own. */
struct old_variable {
	EFI_STATUS status; /* of GetVariable. EFI_BUFFER_TOO_SMALL: it is there, and larger than any report */
	UINT32 attributes;
	UINTN length; /* bytes, which are in firmware->work->stored where status is EFI_SUCCESS */
};

static struct old_variable read_stored(const struct firmware *firmware)
{
	/* Before version 2.7 of the specification, the attributes are only set where the call succeeds. */
	struct old_variable old = { .attributes = 0, .length = sizeof(firmware->work->stored) };

	old.status =
		firmware->runtime->GetVariable(name, &vendor, &old.attributes, &old.length, firmware->work->stored);
	return old;
}

/* Whether the variable was read, has these bytes and the right attributes. */
static BOOLEAN holds(const struct firmware *firmware, const struct old_variable *old, UINTN length)
{
	const struct workspace *work = firmware->work;

	return old->status == EFI_SUCCESS && old->attributes == REPORT_VARIABLE_ATTRIBUTES && old->length == length &&
	       bytes_equal(work->stored, work->json, length);
}

/*
 * Deletes a variable of this name that is no report: one with other attributes cannot be overwritten, and a variable
 * without attributes stands for one that is to be deleted (UEFI specification, SetVariable).
 */
static EFI_STATUS clear_foreign(const struct firmware *firmware, struct old_variable *old)
{
	EFI_STATUS status;

	if (old->status != EFI_BUFFER_TOO_SMALL &&
		(old->status != EFI_SUCCESS || old->attributes == REPORT_VARIABLE_ATTRIBUTES))
		return EFI_SUCCESS;
	status = firmware->runtime->SetVariable(name, &vendor, old->attributes, 0, NULL);
	if (status == EFI_SUCCESS)
		old->status = EFI_NOT_FOUND;
	return status;
}

/* In the store a variable takes a multiple of four bytes: EDK2's HEADER_ALIGN(). */
static UINT64 aligned(UINT64 size)
{
	return (size + 3) & ~(UINT64)3;
}

/*
 * The bytes that a report may have where an old one is replaced. QueryVariableInfo() counts the old one as used, but
 * EDK2 (UpdateVariable() and Reclaim() in MdeModulePkg/Universal/Variable/RuntimeDxe/Variable.c) leaves it out when it
 * makes room for the new one. Both have the same header and the same name.
 */
static UINT64 replacing_capacity(UINT64 remaining, UINT64 old_length)
{
	UINT64 room = remaining + aligned(sizeof(name) + old_length);

	return (room & ~(UINT64)3) - sizeof(name);
}

/* The bytes that the report may have. A problem is noted in the report where the firmware does not say. */
static UINTN find_capacity(const struct firmware *firmware, struct report *report, const struct old_variable *old)
{
	UINT64 storage, remaining, largest, capacity;
	struct efi_call call = efi_call("QueryVariableInfo", EFI_UNSUPPORTED);

	if (firmware->runtime->Hdr.Revision >= UEFI_2_0)
		call.status = firmware->runtime->QueryVariableInfo(
			REPORT_VARIABLE_ATTRIBUTES, &storage, &remaining, &largest);
	if (call.status != EFI_SUCCESS) {
		report_failed_call(report, PROBLEM_NO_VARIABLES, call);
		return REPORT_SIZE_MAX;
	}
	/* The firmware's limit for one variable includes the name. */
	capacity = largest > sizeof(name) ? largest - sizeof(name) : 0;
	/* If the limit is that of the whole store, the room that the old report takes is added. */
	if (old->status == EFI_SUCCESS && remaining <= largest + HEADER_MAX)
		capacity = replacing_capacity(remaining, old->length);
	/* The old report has fitted, whatever the firmware says now. */
	if (old->status == EFI_SUCCESS && capacity < old->length)
		capacity = old->length;
	return capacity < REPORT_SIZE_MAX ? (UINTN)capacity : REPORT_SIZE_MAX;
}

static struct efi_call write_checked(const struct firmware *firmware, UINTN length)
{
	struct efi_call call =
		efi_call("SetVariable", firmware->runtime->SetVariable(name, &vendor, REPORT_VARIABLE_ATTRIBUTES,
						length, firmware->work->json));
	struct old_variable now;

	if (call.status != EFI_SUCCESS)
		return call;
	now = read_stored(firmware);
	return efi_call("GetVariable", holds(firmware, &now, length) ? EFI_SUCCESS : EFI_VOLUME_CORRUPTED);
}

/* The two by which SetVariable refuses a variable for its size (UEFI specification). */
static BOOLEAN is_too_large(EFI_STATUS status)
{
	return status == EFI_OUT_OF_RESOURCES || status == EFI_INVALID_PARAMETER;
}

static struct variable_result failed(const char *reason, struct efi_call call)
{
	return (struct variable_result){ .stored = REPORT_FAILED, .reason = reason, .call = call };
}

static struct variable_result end_of_writing(struct efi_call call)
{
	if (call.status == EFI_SUCCESS)
		return (struct variable_result){ .stored = REPORT_WRITTEN };
	if (is_too_large(call.status))
		return failed("the report variable could not be stored; make room in the variable store, or use "
			      "--no-variable",
			call);
	if (call.status == EFI_VOLUME_CORRUPTED)
		return failed("the report variable was written, but the firmware reads other bytes back", call);
	return failed("the report variable could not be stored", call);
}

struct variable_result variable_store(const struct firmware *firmware, struct report *report)
{
	struct old_variable old = read_stored(firmware);
	struct efi_call call = efi_call("SetVariable", clear_foreign(firmware, &old));
	UINTN capacity, length;

	if (call.status != EFI_SUCCESS)
		return failed(
			"the report variable could not be stored; another variable has its name, and the firmware "
			"does not delete that one",
			call);
	call = efi_call(NULL, EFI_OUT_OF_RESOURCES);
	capacity = find_capacity(firmware, report, &old);
	/* A firmware with less room than it says refuses a report; then the next shorter one is tried. */
	while (is_too_large(call.status) && (length = report_json(report, firmware->work->json, capacity)) > 0) {
		if (holds(firmware, &old, length))
			return (struct variable_result){ .stored = REPORT_UNCHANGED };
		call = write_checked(firmware, length);
		capacity = length - 1;
	}
	return end_of_writing(call);
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
