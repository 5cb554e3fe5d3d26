/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/owned.h"

struct efi_call pool_allocate(const struct firmware *firmware, UINTN size, struct pool_memory *ret_memory)
{
	void *bytes;
	struct efi_call call = efi_call("AllocatePool", firmware->boot->AllocatePool(EfiLoaderData, size, &bytes));

	if (call.status == EFI_SUCCESS)
		*ret_memory = (struct pool_memory){ .boot = firmware->boot, .bytes = bytes };
	return call;
}

void pool_free(struct pool_memory *memory)
{
	if (memory->bytes != NULL)
		(void)memory->boot->FreePool(memory->bytes);
	memory->bytes = NULL;
}

void pool_leave(struct pool_memory *memory)
{
	memory->bytes = NULL;
}

void file_close(EFI_FILE_HANDLE *file)
{
	if (*file != NULL)
		(void)(*file)->Close(*file);
	*file = NULL;
}
