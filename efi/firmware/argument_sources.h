/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the app's arguments come from. */
#ifndef KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H
#define KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H

#include "firmware/firmware.h"

/*
 * Fills firmware->work->arguments from the first of these that is not empty: the shell's arguments or else the load
 * options; the file opt/kvmleaf/args of QEMU's fw_cfg; \EFI\kvmleaf\kvmleaf.conf on the boot volume. Returns PASS, or
 * USAGE with one line in error. After an error in kvmleaf.conf the arguments are the defaults and *ret_go_on is true:
 * the report is given all the same.
 */
enum exit_status read_arguments(const struct firmware *firmware, struct text *error, bool *ret_go_on);

#endif
