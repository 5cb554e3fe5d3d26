/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/volume.h"

static EFI_STATUS open_root(const struct firmware *firmware, EFI_FILE_HANDLE *ret_root)
{
	EFI_GUID guid = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
	EFI_FILE_IO_INTERFACE *volume = NULL;

	if (firmware->loaded != NULL)
		volume = protocol_on(firmware, firmware->loaded->DeviceHandle, guid);
	return volume != NULL ? volume->OpenVolume(volume, ret_root) : EFI_NOT_FOUND;
}

static EFI_STATUS open_file(const struct firmware *firmware, const char *path, UINT64 mode, EFI_FILE_HANDLE *ret_file)
{
	CHAR16 *wide = firmware->work->chunk;
	EFI_FILE_HANDLE root;
	EFI_STATUS status;
	UINTN length = string_length(path);

	for (UINTN i = 0; i <= length; i++)
		wide[i] = (CHAR16)(unsigned char)path[i];
	status = open_root(firmware, &root);
	if (status != EFI_SUCCESS)
		return status;
	status = root->Open(root, ret_file, wide, mode, 0);
	(void)root->Close(root);
	return status;
}

EFI_STATUS volume_read(
	const struct firmware *firmware, const char *path, char *buffer, UINTN capacity, UINTN *ret_length)
{
	EFI_FILE_HANDLE file;
	EFI_STATUS status = open_file(firmware, path, EFI_FILE_MODE_READ, &file);

	if (status != EFI_SUCCESS)
		return status;
	*ret_length = capacity;
	status = file->Read(file, ret_length, buffer);
	if (status == EFI_SUCCESS && *ret_length == capacity)
		status = EFI_BUFFER_TOO_SMALL;
	(void)file->Close(file);
	return status;
}

/* An old, longer file would keep its tail: it is deleted first. Delete closes its handle, whatever comes of it. */
static void remove_file(const struct firmware *firmware, const char *path)
{
	EFI_FILE_HANDLE file;

	if (open_file(firmware, path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, &file) == EFI_SUCCESS)
		(void)file->Delete(file);
}

EFI_STATUS volume_write(const struct firmware *firmware, const char *path, char *bytes, UINTN length)
{
	EFI_FILE_HANDLE file;
	EFI_STATUS status;
	UINTN written = length;

	remove_file(firmware, path);
	status = open_file(firmware, path, EFI_FILE_MODE_CREATE | EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, &file);
	if (status != EFI_SUCCESS)
		return status;
	status = file->Write(file, &written, bytes);
	if (status == EFI_SUCCESS && written != length)
		status = EFI_VOLUME_FULL;
	if (status == EFI_SUCCESS)
		status = file->Flush(file);
	(void)file->Close(file);
	return status;
}
