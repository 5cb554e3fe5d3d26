/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests only. It brings the firmware to the point where an app could start, and stops the machine there, so that
 * QEMU can save its state. When a machine is restored from that state, perhaps with another CPU, the launcher starts
 * the app that is then on the payload disk. The app cannot tell the difference from a boot.
 */
#include <efi.h>

#include "firmware/cpu.h"
#include "launcher/payload.h"
#include "core/base/text.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* All handles with the protocol, or with any where guid is NULL; 0 where there are none, or no memory. */
static UINTN find_handles(EFI_BOOT_SERVICES *boot, EFI_GUID *guid, EFI_HANDLE **ret)
{
	UINTN count = 0;

	*ret = NULL;
	if (boot->LocateHandleBuffer(guid != NULL ? ByProtocol : AllHandles, guid, NULL, &count, ret) != EFI_SUCCESS)
		return 0;
	return count;
}

/* The firmware connects drivers only to devices that it boots from, and the payload disk need not be one of them. */
static void connect_drivers(EFI_BOOT_SERVICES *boot)
{
	EFI_HANDLE *handles;
	UINTN count = find_handles(boot, NULL, &handles);

	for (UINTN i = 0; i < count; i++)
		(void)boot->ConnectController(handles[i], NULL, NULL, TRUE);
	if (handles != NULL)
		(void)boot->FreePool(handles);
}

static EFI_BLOCK_IO *find_disk(EFI_BOOT_SERVICES *boot)
{
	EFI_GUID guid = EFI_BLOCK_IO_PROTOCOL_GUID;
	EFI_HANDLE *handles;
	UINTN count = find_handles(boot, &guid, &handles);
	EFI_BLOCK_IO *found = NULL;

	for (UINTN i = 0; i < count && found == NULL; i++) {
		EFI_BLOCK_IO *disk;

		if (boot->HandleProtocol(handles[i], &guid, (void **)&disk) == EFI_SUCCESS &&
			!disk->Media->LogicalPartition && disk->Media->BlockSize == PAYLOAD_BLOCK_SIZE &&
			(disk->Media->LastBlock + 1) * PAYLOAD_BLOCK_SIZE == PAYLOAD_DISK_SIZE)
			found = disk;
	}
	if (handles != NULL)
		(void)boot->FreePool(handles);
	return found;
}

/* Reads the header, and then as much of the disk as the app takes. */
static EFI_STATUS read_payload(EFI_BLOCK_IO *disk, UINT8 *payload)
{
	const struct payload_header *header = (const struct payload_header *)payload;
	EFI_STATUS status = disk->ReadBlocks(disk, disk->Media->MediaId, 0, PAYLOAD_APP_OFFSET, payload);

	if (status != EFI_SUCCESS)
		return status;
	if (!bytes_equal(header->magic, PAYLOAD_MAGIC, sizeof(header->magic)) ||
		header->app_size > PAYLOAD_CONSOLE_OFFSET - PAYLOAD_APP_OFFSET ||
		header->arguments_length > PAYLOAD_ARGUMENTS_MAX)
		return EFI_VOLUME_CORRUPTED;
	return disk->ReadBlocks(disk, disk->Media->MediaId, PAYLOAD_APP_OFFSET / PAYLOAD_BLOCK_SIZE,
		(header->app_size + PAYLOAD_BLOCK_SIZE - 1) / PAYLOAD_BLOCK_SIZE * PAYLOAD_BLOCK_SIZE,
		payload + PAYLOAD_APP_OFFSET);
}

static EFI_STATUS start_app(EFI_BOOT_SERVICES *boot, EFI_HANDLE parent, UINT8 *payload)
{
	const struct payload_header *header = (const struct payload_header *)payload;
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	CHAR16 options[PAYLOAD_ARGUMENTS_MAX + 1];
	EFI_LOADED_IMAGE *loaded;
	EFI_HANDLE app;
	EFI_STATUS status;

	status = boot->LoadImage(FALSE, parent, NULL, payload + PAYLOAD_APP_OFFSET, header->app_size, &app);
	if (status != EFI_SUCCESS)
		return status;
	status = boot->HandleProtocol(app, &guid, (void **)&loaded);
	if (status != EFI_SUCCESS)
		return status;
	for (UINT32 i = 0; i < header->arguments_length; i++)
		options[i] = (CHAR16)(unsigned char)header->arguments[i];
	options[header->arguments_length] = 0;
	loaded->LoadOptions = options;
	loaded->LoadOptionsSize = (header->arguments_length + 1) * (UINT32)sizeof(CHAR16);
	return boot->StartImage(app, NULL, NULL);
}

/* What was printed: a copy of the blocks of the disk from PAYLOAD_CONSOLE_OFFSET on. */
static struct {
	EFI_BLOCK_IO *disk;
	UINT8 *text;
	UINTN length;
} console;
enum { CONSOLE_SIZE = PAYLOAD_DISK_SIZE - PAYLOAD_CONSOLE_OFFSET };

/*
 * The firmware's console costs several VM exits for each character, and the serial port itself one, which is very slow
 * in a nested guest. A block of the disk costs a few for up to 512 characters. FALSE where the disk is full or broken.
 */
static BOOLEAN print_to_disk(const CHAR16 *string)
{
	UINTN first = console.length / PAYLOAD_BLOCK_SIZE * PAYLOAD_BLOCK_SIZE, blocks;

	for (; *string != 0; string++) {
		if (console.length == CONSOLE_SIZE)
			return FALSE;
		console.text[console.length++] = (UINT8)*string;
	}
	blocks = (console.length - first + PAYLOAD_BLOCK_SIZE - 1) / PAYLOAD_BLOCK_SIZE;
	return console.disk->WriteBlocks(console.disk, console.disk->Media->MediaId,
		       (PAYLOAD_CONSOLE_OFFSET + first) / PAYLOAD_BLOCK_SIZE, blocks * PAYLOAD_BLOCK_SIZE,
		       console.text + first) == EFI_SUCCESS;
}

static EFI_STATUS EFIAPI print_string(SIMPLE_TEXT_OUTPUT_INTERFACE *this, CHAR16 *string)
{
	(void)this;
	if (print_to_disk(string))
		return EFI_SUCCESS;
	for (; *string != 0; string++)
		port_write8(SERIAL_PORT, (UINT8)*string);
	return EFI_SUCCESS;
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_BOOT_SERVICES *boot = system->BootServices;
	EFI_BLOCK_IO *disk;
	void *payload;
	EFI_STATUS status;

	connect_drivers(boot);
	disk = find_disk(boot);
	if (disk == NULL)
		return EFI_NO_MEDIA;
	status = boot->AllocatePool(EfiLoaderData, PAYLOAD_DISK_SIZE, &payload);
	if (status != EFI_SUCCESS)
		return status;
	boot->SetMem(payload, PAYLOAD_DISK_SIZE, 0);
	console.disk = disk;
	console.text = (UINT8 *)payload + PAYLOAD_CONSOLE_OFFSET;
	if (system->ConOut != NULL)
		system->ConOut->OutputString = print_string;
	port_write8(PVPANIC_PORT, PVPANIC_PANICKED);
	/* The restored machine continues here. */
	status = read_payload(disk, payload);
	return status == EFI_SUCCESS ? start_app(boot, image, payload) : status;
}
