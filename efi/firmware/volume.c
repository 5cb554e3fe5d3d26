/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/volume.h"

#include <stddef.h>

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

/*
 * The endings of the two names, beside the file's own, under which a new file is written. The second is used where the
 * first may be the only whole copy of the old file.
 */
static const char new_ending[] = ".new", other_ending[] = ".tmp";
enum { PATH_MAX_BESIDE = ARGUMENT_MAX + sizeof(new_ending) };

/* EFI_FILE_INFO ends with the file's name. */
union file_info {
	EFI_FILE_INFO info;
	UINT8 bytes[sizeof(EFI_FILE_INFO) + PATH_MAX_BESIDE * sizeof(CHAR16)];
};

/* The path with that ending, in a buffer of PATH_MAX_BESIDE characters. */
static const char *path_beside(const char *path, const char *ending, char *buffer)
{
	struct text text;

	text_init(&text, buffer, PATH_MAX_BESIDE);
	text_string(&text, path);
	text_string(&text, ending);
	text_char(&text, '\0');
	return buffer;
}

static struct efi_call get_info(EFI_FILE_HANDLE file, union file_info *ret_info)
{
	EFI_GUID guid = EFI_FILE_INFO_ID;
	UINTN size = sizeof(*ret_info);

	return efi_call("GetInfo", file->GetInfo(file, &guid, &size, ret_info));
}

/* The status is EFI_ACCESS_DENIED for a folder, since an empty one could be deleted as a file can. */
static struct efi_call find_file(const struct firmware *firmware, const char *path, BOOLEAN *ret_exists)
{
	AUTO_FILE file = NULL;
	union file_info info;
	struct efi_call call = open_file(firmware, path, EFI_FILE_MODE_READ, &file);

	*ret_exists = call.status == EFI_SUCCESS;
	if (call.status == EFI_NOT_FOUND)
		return efi_call(call.name, EFI_SUCCESS);
	if (call.status == EFI_SUCCESS)
		call = get_info(file, &info);
	if (call.status == EFI_SUCCESS && (info.info.Attribute & EFI_FILE_DIRECTORY))
		call.status = EFI_ACCESS_DENIED;
	return call;
}

/* Delete closes the handle, whether it succeeds or not. */
static struct efi_call delete_file(EFI_FILE_HANDLE *file)
{
	EFI_FILE_HANDLE closed = *file;

	*file = NULL;
	return efi_call("Delete", closed->Delete(closed));
}

/* Succeeds where there is no such file. */
static struct efi_call remove_file(const struct firmware *firmware, const char *path)
{
	EFI_FILE_HANDLE file;
	struct efi_call call = open_file(firmware, path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, &file);

	if (call.status == EFI_SUCCESS)
		return delete_file(&file);
	if (call.status == EFI_NOT_FOUND)
		call.status = EFI_SUCCESS;
	return call;
}

/* Writes a file, in place of one that is there. Where that fails, no file is left. */
static struct efi_call write_file(const struct firmware *firmware, const char *path, char *bytes, UINTN length)
{
	const UINT64 mode = EFI_FILE_MODE_CREATE | EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE;
	AUTO_FILE file = NULL;
	UINTN written = length;
	/* Writing over a longer file would leave the end of it in place. */
	struct efi_call call = remove_file(firmware, path);

	if (call.status == EFI_SUCCESS)
		call = open_file(firmware, path, mode, &file);
	if (call.status != EFI_SUCCESS)
		return call;
	call = efi_call("Write", file->Write(file, &written, bytes));
	if (call.status == EFI_SUCCESS && written != length)
		call.status = EFI_VOLUME_FULL;
	if (call.status == EFI_SUCCESS)
		call = efi_call("Flush", file->Flush(file));
	if (call.status != EFI_SUCCESS)
		(void)delete_file(&file);
	return call;
}

/* Gives a file the name that the path to has behind its last backslash. No file may have that name. */
static struct efi_call rename_file(const struct firmware *firmware, const char *from, const char *to)
{
	EFI_GUID guid = EFI_FILE_INFO_ID;
	AUTO_FILE file = NULL;
	union file_info info;
	CHAR16 *name = (CHAR16 *)(void *)(info.bytes + offsetof(EFI_FILE_INFO, FileName));
	UINTN length = 0;
	struct efi_call call = open_file(firmware, from, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, &file);

	if (call.status == EFI_SUCCESS)
		call = get_info(file, &info);
	if (call.status != EFI_SUCCESS)
		return call;
	for (const char *at = to; *at != '\0'; at++)
		if (*at == '\\')
			to = at + 1;
	for (; to[length] != '\0'; length++)
		name[length] = (CHAR16)(unsigned char)to[length];
	name[length] = 0;
	info.info.Size = offsetof(EFI_FILE_INFO, FileName) + (length + 1) * sizeof(CHAR16);
	call = efi_call("SetInfo", file->SetInfo(file, &guid, (UINTN)info.info.Size, &info));
	if (call.status == EFI_SUCCESS)
		call = efi_call("Flush", file->Flush(file));
	return call;
}

/* The file new is whole, and takes the place of the file at path. */
static struct efi_call put_in_place(
	const struct firmware *firmware, const char *new, const char *path, char *bytes, UINTN length)
{
	/* FAT's driver in EDK2 refuses a name that another file has (FatSetFileInfo()). */
	struct efi_call call = remove_file(firmware, path);

	if (call.status != EFI_SUCCESS) {
		(void)remove_file(firmware, new);
		return call;
	}
	if (rename_file(firmware, new, path).status == EFI_SUCCESS)
		return call;
	/* Some firmware cannot rename, such as U-Boot before 2025.01. The whole copy stays until the file is written.
	 */
	call = write_file(firmware, path, bytes, length);
	if (call.status == EFI_SUCCESS)
		call = remove_file(firmware, new);
	return call;
}

struct efi_call volume_write(const struct firmware *firmware, const char *path, char *bytes, UINTN length)
{
	char buffer[PATH_MAX_BESIDE], other_buffer[PATH_MAX_BESIDE];
	const char *new = path_beside(path, new_ending, buffer);
	const char *other = path_beside(path, other_ending, other_buffer);
	BOOLEAN has_old, has_new;
	struct efi_call call = find_file(firmware, path, &has_old);

	if (call.status == EFI_SUCCESS)
		call = find_file(firmware, new, &has_new);
	if (call.status != EFI_SUCCESS)
		return call;
	/* The power failed before a new file had its name: what was written then is kept until this run has ended. */
	if (has_new && !has_old) {
		call = write_file(firmware, other, bytes, length);
		if (call.status == EFI_SUCCESS)
			call = put_in_place(firmware, other, path, bytes, length);
		return call.status == EFI_SUCCESS ? remove_file(firmware, new) : call;
	}
	call = write_file(firmware, new, bytes, length);
	if (call.status == EFI_SUCCESS)
		call = put_in_place(firmware, new, path, bytes, length);
	return call.status == EFI_SUCCESS ? remove_file(firmware, other) : call;
}
