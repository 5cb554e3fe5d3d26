/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI_MEMORY_ATTRIBUTE_PROTOCOL: UEFI specification 2.10, 37.7. gnu-efi does not declare it. */
#include <sys/mman.h>

#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

struct memory_attributes {
	EFI_STATUS(EFIAPI *get)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 *attributes);
	EFI_STATUS(EFIAPI *set)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes);
	EFI_STATUS(EFIAPI *clear)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes);
};

enum { NOT_EXECUTABLE = 0x4000 };

static bool executable;

/* Of the one page that the app has. */
static void protect(EFI_PHYSICAL_ADDRESS base, UINT64 length)
{
	g_assert_true(mock_in_pages((void *)(uintptr_t)base));
	g_assert_cmpint(
		mprotect((void *)(uintptr_t)base, length, PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0)), ==,
		0);
}

static EFI_STATUS EFIAPI get(
	struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 *attributes)
{
	EFI_STATUS status = mock_call(MOCK_GetMemoryAttributes);

	(void)self;
	g_assert_true(mock_in_pages((void *)(uintptr_t)base));
	g_assert_cmpuint(length, ==, EFI_PAGE_SIZE);
	*attributes = executable ? 0 : NOT_EXECUTABLE;
	return status;
}

static EFI_STATUS EFIAPI set(
	struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes)
{
	EFI_STATUS status = mock_call(MOCK_SetMemoryAttributes);

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	g_assert_cmphex(attributes, ==, NOT_EXECUTABLE);
	executable = false;
	protect(base, length);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI clear(
	struct memory_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes)
{
	EFI_STATUS status = mock_call(MOCK_ClearMemoryAttributes);

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	g_assert_cmphex(attributes, ==, NOT_EXECUTABLE);
	executable = true;
	protect(base, length);
	return EFI_SUCCESS;
}

void *mock_memory_attributes(void)
{
	static struct memory_attributes attributes = { .get = get, .set = set, .clear = clear };

	return &attributes;
}

void mock_attributes_init(void)
{
	executable = !mock.strict_pages;
}

void mock_attributes_hide(bool hide)
{
	executable = executable || hide;
	if (hide && mock_code_page() != 0)
		protect(mock_code_page(), EFI_PAGE_SIZE);
}
