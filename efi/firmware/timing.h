/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long each phase of a run takes, for --timing. Only the console shows it: the report of one machine must always be
 * the same.
 */
#ifndef KVMLEAF_FIRMWARE_TIMING_H
#define KVMLEAF_FIRMWARE_TIMING_H

#include "firmware/firmware.h"

/* Begins the first phase. */
void timing_begin(const struct firmware *firmware);
/* Adds the time since the last phase's end to this phase. */
void timing_end(const struct firmware *firmware, enum phase phase);
/* The line of --timing; nothing where it was not asked for. */
void timing_line(const struct firmware *firmware, struct text *out);

#endif
