/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/replay.h"

#include "core/leaves/dump.h"
#include "firmware/volume.h"

enum { REPLAY_SIZE_MAX = 4 * 1024 * 1024 }; /* some 500 CPUs */

struct replay {
	struct dump dump;
	char text[REPLAY_SIZE_MAX];
};

bool replay_discover(const struct firmware *firmware, const char *path, struct report *report, struct text *error)
{
	struct replay *replay;
	void *memory;
	UINTN length;
	EFI_STATUS status = firmware->boot->AllocatePool(EfiLoaderData, sizeof(*replay), &memory);
	bool good = false;

	text_string(error, "--replay=");
	text_string(error, path);
	text_string(error, ": ");
	if (status == EFI_SUCCESS) {
		replay = memory;
		status = volume_read(firmware, path, replay->text, sizeof(replay->text), &length);
		if (status == EFI_SUCCESS) {
			dump_init(&replay->dump, replay->text, length);
			good = dump_discover(&replay->dump, report, error);
		}
		(void)firmware->boot->FreePool(memory);
	}
	if (status != EFI_SUCCESS)
		text_efi_status(error, status);
	return good;
}
