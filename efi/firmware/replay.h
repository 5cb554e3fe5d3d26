/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_REPLAY_H
#define KVMLEAF_FIRMWARE_REPLAY_H

#include "firmware/firmware.h"

/* Fills the report from a dump on the boot volume; false, and one line in error, where that cannot be. */
bool replay_discover(const struct firmware *firmware, const char *path, struct report *report, struct text *error);

#endif
