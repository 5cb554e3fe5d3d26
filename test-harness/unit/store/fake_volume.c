/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/store/fake_volume.h"

#include <string.h>

struct handle {
	EFI_FILE_PROTOCOL protocol; /* first: the app has a pointer to it */
	struct fake_file *file;     /* NULL for the root folder, or after the file was deleted */
	gboolean in_use;
};

static struct handle handles[8];
static struct fake_volume *current;
static struct handle *lend(struct fake_file *file);

static struct handle *handle_of(EFI_FILE_HANDLE protocol)
{
	return (struct handle *)(void *)protocol;
}

static gboolean is_cut_now(void)
{
	return ++current->calls == current->cut_at;
}

/* Counts a call that does nothing if the power fails. */
static EFI_STATUS count_call(void)
{
	if (is_cut_now())
		longjmp(*current->off, 1);
	return current->calls == current->fail_at ? EFI_DEVICE_ERROR : EFI_SUCCESS;
}

struct fake_file *fake_volume_find(struct fake_volume *volume, const char *name)
{
	for (size_t i = 0; i < FAKE_FILES_MAX; i++)
		if (volume->files[i].name[0] != '\0' && strcmp(volume->files[i].name, name) == 0)
			return &volume->files[i];
	return NULL;
}

static void narrow(const CHAR16 *wide, char *ret, size_t size)
{
	size_t i = 0;

	for (; wide[i] != 0; i++) {
		g_assert_cmpuint(i + 1, <, size);
		ret[i] = (char)wide[i];
	}
	ret[i] = '\0';
}

static struct fake_file *create(const char *name)
{
	for (size_t i = 0; i < FAKE_FILES_MAX; i++) {
		struct fake_file *file = &current->files[i];

		if (file->name[0] != '\0')
			continue;
		g_strlcpy(file->name, name, sizeof(file->name));
		file->length = 0;
		file->is_folder = FALSE;
		return file;
	}
	g_assert_not_reached();
}

static EFI_STATUS EFIAPI open_file(
	EFI_FILE_HANDLE self, EFI_FILE_HANDLE *ret, CHAR16 *wide, UINT64 mode, UINT64 attributes)
{
	EFI_STATUS status = count_call();
	char path[128];
	const char *name = path;
	struct fake_file *file;

	(void)self;
	(void)attributes;
	if (status != EFI_SUCCESS)
		return status;
	narrow(wide, path, sizeof(path));
	if (g_str_has_prefix(path, "\\EFI\\"))
		name += strlen("\\EFI\\");
	file = fake_volume_find(current, name);
	if (file == NULL && !(mode & EFI_FILE_MODE_CREATE))
		return EFI_NOT_FOUND;
	*ret = &lend(file != NULL ? file : create(name))->protocol;
	return EFI_SUCCESS;
}

static void take_back(struct handle *handle)
{
	g_assert_true(handle->in_use);
	handle->in_use = FALSE;
	current->open_files--;
}

static EFI_STATUS EFIAPI close_file(EFI_FILE_HANDLE self)
{
	take_back(handle_of(self));
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI delete_file(EFI_FILE_HANDLE self)
{
	struct fake_file *file = handle_of(self)->file;
	EFI_STATUS status = count_call();

	take_back(handle_of(self));
	if (status != EFI_SUCCESS)
		return EFI_WARN_DELETE_FAILURE;
	file->name[0] = '\0';
	return EFI_SUCCESS;
}

/* A write that fails, or during which the power fails, has written half of the bytes. */
static EFI_STATUS EFIAPI write_file(EFI_FILE_HANDLE self, UINTN *size, VOID *bytes)
{
	struct fake_file *file = handle_of(self)->file;
	gboolean is_cut = is_cut_now(), fails = current->calls == current->fail_at;
	size_t length = is_cut || fails ? *size / 2 : MIN(*size, current->room);
	EFI_STATUS status = length < *size ? EFI_VOLUME_FULL : EFI_SUCCESS;

	memcpy(file->bytes, bytes, length);
	file->length = length;
	if (is_cut)
		longjmp(*current->off, 1);
	*size = length;
	return fails ? EFI_DEVICE_ERROR : status;
}

static EFI_STATUS EFIAPI flush_file(EFI_FILE_HANDLE self)
{
	(void)self;
	return count_call();
}

static EFI_STATUS EFIAPI get_info(EFI_FILE_HANDLE self, EFI_GUID *type, UINTN *size, VOID *buffer)
{
	const struct fake_file *file = handle_of(self)->file;
	EFI_STATUS status = count_call();
	EFI_FILE_INFO *info = buffer;
	CHAR16 *name = (CHAR16 *)(void *)((char *)buffer + SIZE_OF_EFI_FILE_INFO);
	const EFI_GUID guid = EFI_FILE_INFO_ID;
	UINTN i = 0;

	g_assert_cmpmem(type, sizeof(*type), &guid, sizeof(guid));
	if (status != EFI_SUCCESS)
		return status;
	g_assert_cmpuint(*size, >=, SIZE_OF_EFI_FILE_INFO + (strlen(file->name) + 1) * sizeof(CHAR16));
	memset(info, 0, SIZE_OF_EFI_FILE_INFO);
	info->FileSize = file->length;
	info->Attribute = file->is_folder ? EFI_FILE_DIRECTORY : 0;
	for (; file->name[i] != '\0'; i++)
		name[i] = (CHAR16)(unsigned char)file->name[i];
	name[i] = 0;
	info->Size = *size = SIZE_OF_EFI_FILE_INFO + (i + 1) * sizeof(CHAR16);
	return EFI_SUCCESS;
}

/* FatSetFileInfo(): a name without a backslash is one in the same folder; another file must not have it. */
static EFI_STATUS EFIAPI set_info(EFI_FILE_HANDLE self, EFI_GUID *type, UINTN size, VOID *buffer)
{
	struct fake_file *file = handle_of(self)->file;
	EFI_STATUS status = count_call();
	const EFI_FILE_INFO *info = buffer;
	char name[sizeof(file->name)];

	(void)type;
	if (status != EFI_SUCCESS)
		return status;
	g_assert_cmpuint(info->Size, ==, size);
	g_assert_cmpuint(info->FileSize, ==, file->length);
	narrow(info->FileName, name, sizeof(name));
	g_assert_null(strchr(name, '\\'));
	if (current->no_rename || fake_volume_find(current, name) != NULL)
		return EFI_ACCESS_DENIED;
	g_strlcpy(file->name, name, sizeof(file->name));
	return EFI_SUCCESS;
}

static struct handle *lend(struct fake_file *file)
{
	for (size_t i = 0; i < G_N_ELEMENTS(handles); i++) {
		struct handle *handle = &handles[i];

		if (handle->in_use)
			continue;
		*handle = (struct handle){ .file = file, .in_use = TRUE };
		handle->protocol = (EFI_FILE_PROTOCOL){ .Open = open_file,
			.Close = close_file,
			.Delete = delete_file,
			.Write = write_file,
			.Flush = flush_file,
			.GetInfo = get_info,
			.SetInfo = set_info };
		current->open_files++;
		return handle;
	}
	g_assert_not_reached();
}

static EFI_STATUS EFIAPI open_volume(EFI_FILE_IO_INTERFACE *self, EFI_FILE_HANDLE *ret_root)
{
	EFI_STATUS status = count_call();

	(void)self;
	if (status == EFI_SUCCESS)
		*ret_root = &lend(NULL)->protocol;
	return status;
}

static EFI_STATUS EFIAPI handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, VOID **ret_interface)
{
	static EFI_FILE_IO_INTERFACE volume = { .OpenVolume = open_volume };

	(void)handle;
	(void)guid;
	*ret_interface = &volume;
	return EFI_SUCCESS;
}

void fake_volume_init(struct fake_volume *volume)
{
	*volume = (struct fake_volume){ .room = FAKE_ROOM };
}

void fake_volume_put(struct fake_volume *volume, const char *name, const char *bytes)
{
	struct fake_file *file;

	current = volume;
	file = create(name);
	file->length = strlen(bytes);
	memcpy(file->bytes, bytes, file->length);
}

gboolean fake_volume_has(struct fake_volume *volume, const char *name, const char *bytes)
{
	const struct fake_file *file = fake_volume_find(volume, name);

	return file != NULL && file->length == strlen(bytes) && memcmp(file->bytes, bytes, file->length) == 0;
}

unsigned fake_volume_count(const struct fake_volume *volume)
{
	unsigned count = 0;

	for (size_t i = 0; i < FAKE_FILES_MAX; i++)
		count += volume->files[i].name[0] != '\0';
	return count;
}

struct efi_call fake_volume_write(struct fake_volume *volume, const char *path, const char *bytes)
{
	static EFI_BOOT_SERVICES boot = { .HandleProtocol = handle_protocol };
	static EFI_LOADED_IMAGE loaded = { .DeviceHandle = &loaded };
	static struct workspace work;
	const struct firmware firmware = { .boot = &boot, .loaded = &loaded, .work = &work };
	char copy[FAKE_ROOM];

	current = volume;
	volume->calls = 0;
	volume->open_files = 0;
	memset(handles, 0, sizeof(handles));
	g_strlcpy(copy, bytes, sizeof(copy));
	return volume_write(&firmware, path, copy, strlen(bytes));
}
