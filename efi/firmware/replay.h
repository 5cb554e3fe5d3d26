/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_REPLAY_H
#define KVMLEAF_FIRMWARE_REPLAY_H

#include "firmware/firmware.h"

/* Examines a dump on the boot volume instead of this machine. False, and one line in error, where that fails. */
bool replay_examine(const struct firmware *firmware, const char *path, struct report *report, struct text *error);

#endif
