/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/store/edk2_store.h"

#include <string.h>

#include "unit/store/edk2_flash.h"

enum { MAX_VOLATILE = 0x8400 };
/* Not on the heap, since a power failure leaves the functions that use it without freeing anything. */
static uint8_t scratch[EDK2_SIZE_MAX];

static struct edk2_store *machine;

/* Header, name and data, until the next call. */
static uint8_t *make_variable(
	const CHAR16 *name, const EFI_GUID *vendor, UINT32 attributes, UINTN size, const void *data, size_t *ret_length)
{
	uint8_t *added = scratch;
	size_t name_size = 0;

	while (name[name_size++] != 0)
		;
	name_size *= sizeof(*name);
	*ret_length = EDK2_HEADER + name_size + size;
	g_assert_cmpuint(*ret_length, <=, sizeof(scratch));
	memset(scratch, 0, EDK2_HEADER);
	store_put(added, 0x55aa, 2);
	store_put(added + FLASH_ATTRIBUTES, attributes, 4);
	store_put(added + FLASH_NAME_SIZE, name_size, 4);
	store_put(added + FLASH_DATA_SIZE, size, 4);
	memcpy(added + FLASH_GUID, vendor, sizeof(*vendor));
	memcpy(added + EDK2_HEADER, name, name_size);
	if (size > 0)
		memcpy(added + EDK2_HEADER + name_size, data, size);
	return added;
}

static EFI_STATUS set_volatile(UINT32 attributes, UINTN size, const void *data)
{
	g_byte_array_set_size(machine->volatile_bytes, 0);
	g_byte_array_append(machine->volatile_bytes, data, (guint)size);
	machine->volatile_attributes = size > 0 ? attributes : 0;
	return EFI_SUCCESS;
}

/* VariableServiceSetVariable(): what it refuses before anything is looked up. */
static EFI_STATUS refuse(UINT32 attributes, size_t length, UINTN size)
{
	const UINT32 access = EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS;
	const UINT32 all = access | EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS;

	if (attributes & ~all || (attributes & access) == EFI_VARIABLE_RUNTIME_ACCESS ||
		attributes == EFI_VARIABLE_NON_VOLATILE)
		return EFI_INVALID_PARAMETER;
	/* Without a signature in the data. */
	if (attributes & EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS)
		return EFI_SECURITY_VIOLATION;
	if (length > ((attributes & EFI_VARIABLE_NON_VOLATILE) ? machine->max_variable : MAX_VOLATILE) && size > 0)
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 attributes, UINTN size, VOID *data)
{
	size_t length;
	uint8_t *added = make_variable(name, vendor, attributes, size, data, &length);
	EFI_STATUS status = refuse(attributes, length, size);
	struct flash_found old = flash_find(machine, added);
	UINT32 before = machine->volatile_attributes;

	machine->calls++;
	if (status != EFI_SUCCESS)
		return status;
	if (old.current != 0)
		before = flash_number(machine->store.bytes + old.current + FLASH_ATTRIBUTES, 4);
	if (before != 0 && attributes != 0 && attributes != before)
		return EFI_INVALID_PARAMETER;
	if ((attributes & ~(UINT32)EFI_VARIABLE_NON_VOLATILE) == 0)
		size = 0;
	if (!((attributes | before) & EFI_VARIABLE_NON_VOLATILE))
		return before == 0 && size == 0 ? EFI_NOT_FOUND : set_volatile(attributes, size, data);
	if (machine->write_protected)
		return EFI_WRITE_PROTECTED;
	return flash_update(machine, added, length, size);
}

/* VariableServiceGetVariable() */
static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 *attributes, UINTN *size, VOID *data)
{
	size_t length;
	const uint8_t *wanted = make_variable(name, vendor, 0, 0, NULL, &length);
	size_t at = flash_find(machine, wanted).current;
	const uint8_t *header = machine->store.bytes + at;
	const void *bytes = machine->volatile_bytes->data;
	UINTN capacity = *size;

	if (at == 0 && machine->volatile_attributes == 0)
		return EFI_NOT_FOUND;
	*attributes = at != 0 ? flash_number(header + FLASH_ATTRIBUTES, 4) : machine->volatile_attributes;
	*size = at != 0 ? flash_number(header + FLASH_DATA_SIZE, 4) : machine->volatile_bytes->len;
	if (at != 0)
		bytes = header + length;
	if (*size > capacity)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(data, bytes, *size);
	return EFI_SUCCESS;
}

/* VariableServiceQueryVariableInfoInternal(), before the operating system runs: what is deleted counts as free. */
static EFI_STATUS EFIAPI query_variable_info(UINT32 attributes, UINT64 *storage, UINT64 *remaining, UINT64 *largest)
{
	const struct flash_found none = { 0 };
	size_t used = 0;

	if (machine->no_query)
		return EFI_UNSUPPORTED;
	g_assert_cmphex(attributes, ==, REPORT_VARIABLE_ATTRIBUTES);
	for (size_t at = STORE_SPACE; flash_is_header(machine, at); at += flash_size_at(machine, at))
		if (flash_is_kept(machine, at, &none))
			used += flash_size_at(machine, at);
	*storage = flash_space(machine);
	*remaining = machine->lies ? 1024 * 1024 : *storage - used;
	*largest = machine->max_variable - EDK2_HEADER;
	if (*remaining < EDK2_HEADER)
		*largest = 0;
	else if (*remaining - EDK2_HEADER < *largest)
		*largest = *remaining - EDK2_HEADER;
	return EFI_SUCCESS;
}

EFI_RUNTIME_SERVICES *edk2_services(struct edk2_store *edk2)
{
	static EFI_RUNTIME_SERVICES services = { .Hdr.Revision = 2 << 16 | 70,
		.GetVariable = get_variable,
		.SetVariable = set_variable,
		.QueryVariableInfo = query_variable_info };

	machine = edk2;
	return &services;
}

/* InitNonVolatileVariableStore(), VariableWriteServiceInitialize() and ReclaimForOS(), in the order of a boot. */
void edk2_boot(struct edk2_store *edk2)
{
	const struct flash_found none = { 0 };
	gboolean is_free = TRUE;

	edk2->last = STORE_SPACE;
	while (flash_is_header(edk2, edk2->last))
		edk2->last += flash_size_at(edk2, edk2->last);
	edk2->total = edk2->last - STORE_SPACE;
	for (size_t at = edk2->last; at < edk2->store.size; at++)
		is_free = is_free && edk2->store.bytes[at] == FLASH_ERASED;
	if (!is_free)
		g_assert_cmpuint(flash_reclaim(edk2, &none, NULL, 0), ==, EFI_SUCCESS);
	if (flash_space(edk2) - edk2->total < edk2->max_variable)
		g_assert_cmpuint(flash_reclaim(edk2, &none, NULL, 0), ==, EFI_SUCCESS);
	edk2->volatile_attributes = 0;
	edk2->changed = 0;
	edk2->calls = 0;
}

void edk2_init(struct edk2_store *edk2, size_t size)
{
	*edk2 = (struct edk2_store){ .max_variable = 0x8400, .power = EDK2_NO_LIMIT };
	store_init(&edk2->store, size);
	edk2->volatile_bytes = g_byte_array_new();
	edk2_boot(edk2);
}

void edk2_clear(struct edk2_store *edk2)
{
	store_clear(&edk2->store);
	g_byte_array_unref(edk2->volatile_bytes);
}

void edk2_copy(struct edk2_store *to, const struct edk2_store *from)
{
	*to = *from;
	to->store.bytes = g_memdup2(from->store.bytes, from->store.size);
	to->volatile_bytes = g_byte_array_new();
	edk2_boot(to);
}

static EFI_STATUS set_fill(struct edk2_store *edk2, char which, size_t size)
{
	static EFI_GUID vendor = { 0x0f0f0f0f, 0x1111, 0x2222, { 0x33, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66 } };
	CHAR16 name[] = { 'F', (CHAR16)which, 0 };
	g_autofree void *data = g_malloc0(size);

	return edk2_services(edk2)->SetVariable(name, &vendor, REPORT_VARIABLE_ATTRIBUTES, size, data);
}

size_t edk2_remaining(struct edk2_store *edk2)
{
	UINT64 storage, remaining, largest;

	g_assert_cmpuint(
		edk2_services(edk2)->QueryVariableInfo(REPORT_VARIABLE_ATTRIBUTES, &storage, &remaining, &largest), ==,
		EFI_SUCCESS);
	return remaining;
}

void edk2_fill(struct edk2_store *edk2, size_t remaining)
{
	const size_t overhead = EDK2_HEADER + 3 * sizeof(CHAR16);
	size_t limit = edk2->max_variable;

	for (char which = 'a';; which++) {
		size_t room = edk2_remaining(edk2);
		size_t size = room - remaining > limit ? limit / 2 : room - remaining;

		if (room <= remaining + overhead + 2)
			break;
		g_assert_cmpuint(set_fill(edk2, which, (size - overhead) & ~(size_t)3), ==, EFI_SUCCESS);
	}
	edk2_boot(edk2);
}

void edk2_unfill(struct edk2_store *edk2)
{
	for (char which = 'a'; which <= 'z'; which++)
		(void)set_fill(edk2, which, 0);
	edk2_boot(edk2);
}

EFI_STATUS edk2_set_report(struct edk2_store *edk2, UINT32 attributes, const void *bytes, size_t length)
{
	static EFI_GUID vendor = REPORT_VARIABLE_GUID;
	static CHAR16 name[] = u"" REPORT_VARIABLE_NAME;

	return edk2_services(edk2)->SetVariable(name, &vendor, attributes, length, (void *)(uintptr_t)bytes);
}
