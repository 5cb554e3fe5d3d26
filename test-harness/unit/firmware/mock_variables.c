/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runtime services: UEFI specification 2.10, chapter 8, and EDK2's variable driver (MdeModulePkg/Universal/Variable/
 * RuntimeDxe/Variable.c).
 */
#include <string.h>

#include "unit/firmware/mock.h"

enum {
	HEADER = 60, /* bytes: AUTHENTICATED_VARIABLE_HEADER */
	KNOWN_ATTRIBUTES = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS
};

static bool is_variable(const struct mock_variable *variable, const char *name, const EFI_GUID *vendor)
{
	return variable->name != NULL && g_str_equal(variable->name, name) &&
	       (vendor == NULL || memcmp(&variable->vendor, vendor, sizeof(*vendor)) == 0);
}

static struct mock_variable *find(const char *name, const EFI_GUID *vendor)
{
	for (size_t i = 0; i < MOCK_VARIABLES_MAX; i++)
		if (is_variable(&mock.variables[i], name, vendor))
			return &mock.variables[i];
	return NULL;
}

struct mock_variable *mock_variable_find(const char *name)
{
	return find(name, NULL);
}

static void forget(struct mock_variable *variable)
{
	g_clear_pointer(&variable->name, g_free);
	g_clear_pointer(&variable->bytes, g_byte_array_unref);
}

void mock_variable_set(const char *name, const EFI_GUID *vendor, UINT32 attributes, const void *bytes, UINTN size)
{
	struct mock_variable *variable = find(name, vendor);

	for (size_t i = 0; i < MOCK_VARIABLES_MAX && variable == NULL; i++)
		if (mock.variables[i].name == NULL)
			variable = &mock.variables[i];
	g_assert_nonnull(variable);
	forget(variable);
	*variable = (struct mock_variable){
		.name = g_strdup(name), .vendor = *vendor, .attributes = attributes, .bytes = g_byte_array_new()
	};
	g_byte_array_append(variable->bytes, bytes, (guint)size);
}

/* The name as a string that lives on. */
static const char *about(const CHAR16 *wide)
{
	return wide[0] == 'S' ? "SecureBoot" : mock.variable_writes > 0 ? "report after" : "report before";
}

static char *narrow(const CHAR16 *wide)
{
	GString *name = g_string_new(NULL);

	for (; *wide != 0; wide++)
		g_string_append_c(name, (char)*wide);
	return g_string_free(name, FALSE);
}

static UINTN size_of(const char *name, UINTN bytes)
{
	return HEADER + (strlen(name) + 1) * sizeof(CHAR16) + bytes;
}

/* What all variables take, except this one. */
static UINTN used_without(const struct mock_variable *except)
{
	UINTN used = 0;

	for (size_t i = 0; i < MOCK_VARIABLES_MAX; i++) {
		const struct mock_variable *variable = &mock.variables[i];

		if (variable->name != NULL && variable != except)
			used += size_of(variable->name, variable->bytes->len);
	}
	return used;
}

static EFI_STATUS EFIAPI get_variable(CHAR16 *wide, EFI_GUID *vendor, UINT32 *ret_attributes, UINTN *size, VOID *buffer)
{
	EFI_STATUS status = mock_call_about(MOCK_GetVariable, about(wide));
	g_autofree char *name = narrow(wide);
	const struct mock_variable *variable = find(name, vendor);
	UINTN capacity = *size;

	if (status != EFI_SUCCESS)
		return status;
	if (mock.no_variables)
		return EFI_UNSUPPORTED;
	if (variable == NULL)
		return EFI_NOT_FOUND;
	/* From UEFI 2.7 on the attributes are returned with EFI_BUFFER_TOO_SMALL as well; VariableServiceGetVariable()
	 */
	if (ret_attributes != NULL)
		*ret_attributes = variable->attributes;
	*size = variable->bytes->len;
	if (capacity < variable->bytes->len)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(buffer, variable->bytes->data, variable->bytes->len);
	return EFI_SUCCESS;
}

/* VariableServiceSetVariable() and UpdateVariable(): room that the old value takes counts as free. */
static EFI_STATUS set(const char *name, EFI_GUID *vendor, UINT32 attributes, UINTN size, const void *bytes)
{
	struct mock_variable *variable = find(name, vendor);

	if (attributes & ~(UINT32)KNOWN_ATTRIBUTES)
		return EFI_INVALID_PARAMETER;
	if ((attributes & EFI_VARIABLE_RUNTIME_ACCESS) && !(attributes & EFI_VARIABLE_BOOTSERVICE_ACCESS))
		return EFI_INVALID_PARAMETER;
	if (size == 0 || attributes == 0) {
		if (variable == NULL)
			return EFI_NOT_FOUND;
		if (attributes != 0 && attributes != variable->attributes)
			return EFI_INVALID_PARAMETER;
		if (mock.write_protected)
			return EFI_WRITE_PROTECTED;
		forget(variable);
		mock.variable_writes++;
		return EFI_SUCCESS;
	}
	if (variable != NULL && variable->attributes != attributes)
		return EFI_INVALID_PARAMETER;
	if (mock.write_protected)
		return EFI_WRITE_PROTECTED;
	if (used_without(variable) + size_of(name, size) > mock.store_size)
		return EFI_OUT_OF_RESOURCES;
	mock_variable_set(name, vendor, attributes, bytes, mock.forgets ? size / 2 : size);
	mock.variable_writes++;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *wide, EFI_GUID *vendor, UINT32 attributes, UINTN size, VOID *bytes)
{
	EFI_STATUS status = mock_call(MOCK_SetVariable);
	g_autofree char *name = narrow(wide);

	if (status != EFI_SUCCESS)
		return status;
	return mock.no_variables ? EFI_UNSUPPORTED : set(name, vendor, attributes, size, bytes);
}

/* VariableServiceQueryVariableInfoInternal(): the room that an old value takes does not count as free here. */
static EFI_STATUS EFIAPI query_variable_info(UINT32 attributes, UINT64 *storage, UINT64 *remaining, UINT64 *largest)
{
	EFI_STATUS status = mock_call(MOCK_QueryVariableInfo);
	UINTN used = used_without(NULL);

	(void)attributes;
	if (status != EFI_SUCCESS)
		return status;
	if (mock.no_variables)
		return EFI_UNSUPPORTED;
	*storage = mock.store_size;
	*remaining = used < mock.store_size ? mock.store_size - used : 0;
	*largest = *remaining > HEADER ? *remaining - HEADER : 0;
	return EFI_SUCCESS;
}

/* 13 September 2026. */
static EFI_STATUS EFIAPI get_time(EFI_TIME *time, EFI_TIME_CAPABILITIES *capabilities)
{
	EFI_STATUS status = mock_call(MOCK_GetTime);

	(void)capabilities;
	if (status == EFI_SUCCESS)
		*time = (EFI_TIME){ .Year = 2026, .Month = 9, .Day = 13, .Hour = 12 };
	return status;
}

/* Some versions of gnu-efi declare that it returns EFI_STATUS; the specification has no result. */
typedef __typeof__(((EFI_RUNTIME_SERVICES *)NULL)->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL)) reset_result;

static reset_result EFIAPI reset_system(EFI_RESET_TYPE type, EFI_STATUS status, UINTN size, CHAR16 *data)
{
	(void)mock_call(MOCK_ResetSystem);
	(void)data;
	g_assert_cmpuint(size, ==, 0);
	g_assert_cmpuint(status, ==, EFI_SUCCESS);
	if (mock.reset_returns)
		return (reset_result)0;
	mock.end = type == EfiResetShutdown ? MOCK_POWERED_OFF : MOCK_RESET;
	longjmp(mock.ended, 1);
}

void mock_runtime_fill(EFI_RUNTIME_SERVICES *runtime)
{
	*runtime = (EFI_RUNTIME_SERVICES){ .GetTime = get_time,
		.GetVariable = get_variable,
		.SetVariable = set_variable,
		.ResetSystem = reset_system };
	runtime->Hdr.Revision = mock.is_efi_1 ? 1 << 16 | 10 : 2 << 16 | 100;
	if (!mock.is_efi_1)
		runtime->QueryVariableInfo = query_variable_info;
}
