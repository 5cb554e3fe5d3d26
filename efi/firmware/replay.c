/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/replay.h"

#include "core/judge/examine.h"
#include "firmware/owned.h"
#include "firmware/volume.h"

enum { REPLAY_SIZE_MAX = 4 * 1024 * 1024 }; /* bytes; enough for the dump of about 500 CPUs */

struct replay {
	struct dump dump;
	char text[REPLAY_SIZE_MAX];
};

bool replay_examine(const struct firmware *firmware, const char *path, struct report *report, struct text *error)
{
	AUTO_POOL memory = { 0 };
	struct replay *replay;
	UINTN length;
	struct efi_call call = pool_allocate(firmware, sizeof(*replay), &memory);

	text_string(error, "--replay=");
	text_string(error, path);
	text_string(error, ": ");
	replay = memory.bytes;
	if (call.status == EFI_SUCCESS)
		call = volume_read(firmware, path, replay->text, sizeof(replay->text), &length);
	if (call.status != EFI_SUCCESS) {
		text_efi_call(error, call);
		return false;
	}
	dump_init(&replay->dump, replay->text, length);
	return examine_dump(&replay->dump, report, error);
}
