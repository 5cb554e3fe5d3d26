/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot volume: UEFI specification 2.10, 13.4 and 13.5, and EDK2's FatPkg/EnhancedFatDxe. Its folders always exist.
 */
#include <stdlib.h>
#include <string.h>

#include "unit/firmware/mock.h"

struct handle {
	EFI_FILE_PROTOCOL protocol; /* first: the app has a pointer to it */
	struct mock_file *file;     /* NULL for the root folder */
	UINT64 position;
	bool writes;
};

static EFI_FILE_PROTOCOL functions(void);

static struct handle *handle_of(EFI_FILE_HANDLE protocol)
{
	return (struct handle *)(void *)protocol;
}

static EFI_FILE_HANDLE new_handle(struct mock_file *file, bool writes)
{
	struct handle *handle = malloc(sizeof(*handle));

	g_assert_nonnull(handle);
	*handle = (struct handle){ .protocol = functions(), .file = file, .writes = writes };
	mock_lend(handle, "file");
	return &handle->protocol;
}

static void end_handle(struct handle *handle)
{
	mock_take_back(handle, "file");
	free(handle);
}

static struct mock_file *find(const char *path)
{
	for (size_t i = 0; i < MOCK_FILES_MAX; i++)
		if (mock.files[i].path != NULL && g_ascii_strcasecmp(mock.files[i].path, path) == 0)
			return &mock.files[i];
	return NULL;
}

const struct mock_file *mock_file_find(const char *path)
{
	return find(path);
}

static struct mock_file *create(const char *path)
{
	for (size_t i = 0; i < MOCK_FILES_MAX; i++) {
		if (mock.files[i].path != NULL)
			continue;
		mock.files[i] = (struct mock_file){ .path = g_strdup(path), .bytes = g_byte_array_new() };
		return &mock.files[i];
	}
	g_assert_not_reached();
}

void mock_file_set(const char *path, const char *bytes)
{
	struct mock_file *file = find(path);

	if (file == NULL)
		file = create(path);
	g_byte_array_set_size(file->bytes, 0);
	g_byte_array_append(file->bytes, (const guint8 *)bytes, (guint)strlen(bytes));
}

/* A path from the root; one without a first backslash is relative to the folder, here always the root. */
static char *path_of(const CHAR16 *wide)
{
	GString *path = g_string_new(wide[0] == '\\' ? NULL : "\\");

	for (; *wide != 0; wide++)
		g_string_append_c(path, (char)*wide);
	return g_string_free(path, FALSE);
}

/* The files of the tests: kvmleaf.conf, a dump to be replayed, and what --save writes. */
static const char *about(const char *path)
{
	return g_str_has_suffix(path, ".conf") ? "conf" : g_str_has_suffix(path, ".txt") ? "dump" : "saved";
}

static EFI_STATUS EFIAPI open_file(
	EFI_FILE_HANDLE self, EFI_FILE_HANDLE *ret, CHAR16 *name, UINT64 mode, UINT64 attributes)
{
	g_autofree char *path = path_of(name);
	EFI_STATUS status = mock_call_about(MOCK_Open, about(path));
	struct mock_file *file = find(path);

	(void)attributes;
	if (status != EFI_SUCCESS)
		return status;
	g_assert_null(handle_of(self)->file); /* the app opens files from the root */
	/* The three combinations that the specification allows. */
	g_assert_true(mode == EFI_FILE_MODE_READ || mode == (EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE) ||
		      mode == (EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE | EFI_FILE_MODE_CREATE));
	if (file == NULL && !(mode & EFI_FILE_MODE_CREATE))
		return EFI_NOT_FOUND;
	if (file == NULL)
		file = create(path);
	*ret = new_handle(file, (mode & EFI_FILE_MODE_WRITE) != 0);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI close_file(EFI_FILE_HANDLE self)
{
	(void)mock_call(MOCK_Close);
	end_handle(handle_of(self));
	return EFI_SUCCESS;
}

/* The handle is closed in any case. */
static EFI_STATUS EFIAPI delete_file(EFI_FILE_HANDLE self)
{
	EFI_STATUS status = mock_call(MOCK_Delete);
	struct mock_file *file = handle_of(self)->file;

	end_handle(handle_of(self));
	if (status != EFI_SUCCESS)
		return status;
	g_assert_nonnull(file);
	g_clear_pointer(&file->path, g_free);
	g_clear_pointer(&file->bytes, g_byte_array_unref);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI read_file(EFI_FILE_HANDLE self, UINTN *size, VOID *buffer)
{
	struct handle *handle = handle_of(self);
	EFI_STATUS status = mock_call_about(MOCK_Read, handle->file != NULL ? about(handle->file->path) : "");

	if (status != EFI_SUCCESS)
		return status;
	g_assert_nonnull(handle->file);
	if (handle->position > handle->file->bytes->len)
		return EFI_DEVICE_ERROR;
	*size = MIN(*size, handle->file->bytes->len - handle->position);
	memcpy(buffer, handle->file->bytes->data + handle->position, *size);
	handle->position += *size;
	return EFI_SUCCESS;
}

/* A write that fails has written half of the bytes: the specification does not say that it writes none. */
static EFI_STATUS EFIAPI write_file(EFI_FILE_HANDLE self, UINTN *size, VOID *buffer)
{
	EFI_STATUS status = mock_call(MOCK_Write);
	struct handle *handle = handle_of(self);
	guint end;

	g_assert_true(handle->file != NULL && handle->writes);
	if (status != EFI_SUCCESS)
		*size /= 2;
	end = (guint)(handle->position + *size);
	if (end > handle->file->bytes->len)
		g_byte_array_set_size(handle->file->bytes, end);
	memcpy(handle->file->bytes->data + handle->position, buffer, *size);
	handle->position = end;
	return status;
}

static EFI_STATUS EFIAPI get_position(EFI_FILE_HANDLE self, UINT64 *ret)
{
	EFI_STATUS status = mock_call(MOCK_GetPosition);

	*ret = handle_of(self)->position;
	return status;
}

static EFI_STATUS EFIAPI set_position(EFI_FILE_HANDLE self, UINT64 position)
{
	EFI_STATUS status = mock_call(MOCK_SetPosition);
	struct handle *handle = handle_of(self);

	if (status == EFI_SUCCESS)
		handle->position = position == UINT64_MAX ? handle->file->bytes->len : position;
	return status;
}

static bool is_file_info(const EFI_GUID *type)
{
	EFI_GUID info = EFI_FILE_INFO_ID;

	return memcmp(type, &info, sizeof(info)) == 0;
}

static UINTN info_size(const char *name)
{
	return G_STRUCT_OFFSET(EFI_FILE_INFO, FileName) + (strlen(name) + 1) * sizeof(CHAR16);
}

static EFI_STATUS EFIAPI get_info(EFI_FILE_HANDLE self, EFI_GUID *type, UINTN *size, VOID *buffer)
{
	EFI_STATUS status = mock_call(MOCK_GetInfo);
	const struct mock_file *file = handle_of(self)->file;
	const char *name = file != NULL ? strrchr(file->path, '\\') + 1 : "";
	UINTN capacity = *size;
	EFI_FILE_INFO *info = buffer;

	if (status != EFI_SUCCESS)
		return status;
	if (!is_file_info(type))
		return EFI_UNSUPPORTED;
	*size = info_size(name);
	if (capacity < *size)
		return EFI_BUFFER_TOO_SMALL;
	memset(info, 0, *size);
	info->Size = *size;
	info->FileSize = info->PhysicalSize = file != NULL ? file->bytes->len : 0;
	info->Attribute = file != NULL ? EFI_FILE_ARCHIVE : EFI_FILE_DIRECTORY;
	for (size_t i = 0; name[i] != '\0'; i++)
		info->FileName[i] = (CHAR16)(unsigned char)name[i];
	return EFI_SUCCESS;
}

/* A new name is relative to the folder of the file, unless it begins with a backslash. */
static char *path_in_folder_of(const struct mock_file *file, const CHAR16 *name)
{
	g_autofree char *folder = g_strndup(file->path, (gsize)(strrchr(file->path, '\\') - file->path));
	g_autofree char *path = path_of(name);

	return name[0] == '\\' ? g_steal_pointer(&path) : g_strconcat(folder, path, NULL);
}

/* FatSetFileInfo(): a new name renames the file within its folder, a new size cuts it or makes it longer. */
static EFI_STATUS EFIAPI set_info(EFI_FILE_HANDLE self, EFI_GUID *type, UINTN size, VOID *buffer)
{
	EFI_STATUS status = mock_call(MOCK_SetInfo);
	struct mock_file *file = handle_of(self)->file;
	const EFI_FILE_INFO *info = buffer;
	g_autofree char *name = NULL;

	if (status != EFI_SUCCESS)
		return status;
	if (!is_file_info(type))
		return EFI_UNSUPPORTED;
	if (size < info->Size || file == NULL)
		return EFI_BAD_BUFFER_SIZE;
	name = path_in_folder_of(file, info->FileName);
	if (find(name) != NULL && find(name) != file)
		return EFI_ACCESS_DENIED;
	g_free(file->path);
	file->path = g_steal_pointer(&name);
	g_byte_array_set_size(file->bytes, (guint)info->FileSize);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI flush_file(EFI_FILE_HANDLE self)
{
	(void)self;
	return mock_call(MOCK_Flush);
}

static EFI_FILE_PROTOCOL functions(void)
{
	return (EFI_FILE_PROTOCOL){ .Revision = EFI_FILE_HANDLE_REVISION,
		.Open = open_file,
		.Close = close_file,
		.Delete = delete_file,
		.Read = read_file,
		.Write = write_file,
		.GetPosition = get_position,
		.SetPosition = set_position,
		.GetInfo = get_info,
		.SetInfo = set_info,
		.Flush = flush_file };
}

static EFI_STATUS EFIAPI open_volume(EFI_FILE_IO_INTERFACE *self, EFI_FILE_HANDLE *ret)
{
	EFI_STATUS status = mock_call(MOCK_OpenVolume);

	(void)self;
	if (status == EFI_SUCCESS)
		*ret = new_handle(NULL, false);
	return status;
}

EFI_FILE_IO_INTERFACE *mock_volume(void)
{
	static EFI_FILE_IO_INTERFACE volume = { .OpenVolume = open_volume };

	return &volume;
}
