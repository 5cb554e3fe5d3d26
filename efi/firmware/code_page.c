/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/code_page.h"

/* EFI_MEMORY_ATTRIBUTE_PROTOCOL (UEFI specification 2.10, 37.7), which gnu-efi does not declare. */
struct memory_attributes {
	EFI_STATUS(EFIAPI *get)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS start, UINT64 length, UINT64 *attributes);
	EFI_STATUS(EFIAPI *set)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS start, UINT64 length, UINT64 attributes);
	EFI_STATUS(EFIAPI *clear)
	(struct memory_attributes *self, EFI_PHYSICAL_ADDRESS start, UINT64 length, UINT64 attributes);
};

enum { NOT_EXECUTABLE = 0x4000 }; /* EFI_MEMORY_XP */

static struct memory_attributes *attributes_find(const struct firmware *firmware)
{
	EFI_GUID guid = { 0xf4560cf6, 0x40ec, 0x4b4a, { 0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0, 0xb1, 0x89 } };
	void *interface;

	(void)protocol_anywhere(firmware, guid, &interface);
	return interface;
}

/* Strict firmware lets no memory be executed that was not made executable by this protocol. */
static struct efi_call make_executable(struct code_page *page)
{
	struct memory_attributes *memory = attributes_find(page->firmware);
	UINT64 attributes;
	struct efi_call call = efi_call("GetMemoryAttributes", EFI_SUCCESS);

	if (memory == NULL)
		return call;
	call.status = memory->get(memory, page->address, EFI_PAGE_SIZE, &attributes);
	if (call.status != EFI_SUCCESS || !(attributes & NOT_EXECUTABLE))
		return call;
	call = efi_call("ClearMemoryAttributes", memory->clear(memory, page->address, EFI_PAGE_SIZE, NOT_EXECUTABLE));
	page->made_executable = call.status == EFI_SUCCESS;
	return call;
}

struct efi_call code_page_make(const struct firmware *firmware, struct machine_code code, struct code_page *ret_page)
{
	EFI_PHYSICAL_ADDRESS address;
	struct efi_call call = efi_call("AllocatePages", EFI_OUT_OF_RESOURCES);

	if (code.size <= EFI_PAGE_SIZE)
		call.status = firmware->boot->AllocatePages(AllocateAnyPages, EfiLoaderCode, 1, &address);
	if (call.status != EFI_SUCCESS)
		return call;
	*ret_page = (struct code_page){ .firmware = firmware, .address = address };
	for (UINTN i = 0; i < code.size; i++)
		((char *)(UINTN)address)[i] = code.start[i];
	return make_executable(ret_page);
}

void code_page_free(struct code_page *page)
{
	struct memory_attributes *memory;

	if (page->address == 0)
		return;
	memory = page->made_executable ? attributes_find(page->firmware) : NULL;
	if (memory != NULL)
		(void)memory->set(memory, page->address, EFI_PAGE_SIZE, NOT_EXECUTABLE);
	(void)page->firmware->boot->FreePages(page->address, 1);
	page->address = 0;
}

void code_page_leave(struct code_page *page)
{
	page->address = 0;
}
