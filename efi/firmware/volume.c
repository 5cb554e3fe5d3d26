/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/volume.h"

#include "firmware/owned.h"

/* Both leave the handle NULL where they fail. */
static struct efi_call open_root(const struct firmware *firmware, EFI_FILE_HANDLE *ret_root)
{
	EFI_GUID guid = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
	EFI_FILE_IO_INTERFACE *volume = NULL;
	struct efi_call call;

	if (firmware->loaded != NULL)
		volume = protocol_on(firmware, firmware->loaded->DeviceHandle, guid);
	if (volume == NULL)
		return efi_call("HandleProtocol", EFI_NOT_FOUND);
	call = efi_call("OpenVolume", volume->OpenVolume(volume, ret_root));
	if (call.status != EFI_SUCCESS)
		*ret_root = NULL;
	return call;
}

static struct efi_call open_file(
	const struct firmware *firmware, const char *path, UINT64 mode, EFI_FILE_HANDLE *ret_file)
{
	CHAR16 *wide = firmware->work->chunk;
	AUTO_FILE root = NULL;
	struct efi_call call;
	UINTN length = string_length(path);

	for (UINTN i = 0; i <= length; i++)
		wide[i] = (CHAR16)(unsigned char)path[i];
	call = open_root(firmware, &root);
	if (call.status != EFI_SUCCESS)
		return call;
	call = efi_call("Open", root->Open(root, ret_file, wide, mode, 0));
	if (call.status != EFI_SUCCESS)
		*ret_file = NULL;
	return call;
}

struct efi_call volume_read(
	const struct firmware *firmware, const char *path, char *buffer, UINTN capacity, UINTN *ret_length)
{
	AUTO_FILE file = NULL;
	struct efi_call call = open_file(firmware, path, EFI_FILE_MODE_READ, &file);

	if (call.status != EFI_SUCCESS)
		return call;
	*ret_length = capacity;
	call = efi_call("Read", file->Read(file, ret_length, buffer));
	/* A full buffer may mean that there is more to read. */
	if (call.status == EFI_SUCCESS && *ret_length == capacity)
		call.status = EFI_BUFFER_TOO_SMALL;
	return call;
}

/* Delete closes the handle, whether it succeeds or not. */
static void remove_file(const struct firmware *firmware, const char *path)
{
	EFI_FILE_HANDLE file;

	if (open_file(firmware, path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, &file).status == EFI_SUCCESS)
		(void)file->Delete(file);
}

struct efi_call volume_write(const struct firmware *firmware, const char *path, char *bytes, UINTN length)
{
	const UINT64 mode = EFI_FILE_MODE_CREATE | EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE;
	AUTO_FILE file = NULL;
	struct efi_call call;
	UINTN written = length;

	/* Writing over a longer file would leave the end of it in place. */
	remove_file(firmware, path);
	call = open_file(firmware, path, mode, &file);
	if (call.status != EFI_SUCCESS)
		return call;
	call = efi_call("Write", file->Write(file, &written, bytes));
	if (call.status == EFI_SUCCESS && written != length)
		call.status = EFI_VOLUME_FULL;
	if (call.status != EFI_SUCCESS)
		return call;
	return efi_call("Flush", file->Flush(file));
}
