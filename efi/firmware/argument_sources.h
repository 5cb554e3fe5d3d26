/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the app's arguments come from. */
#ifndef KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H
#define KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H

#include "firmware/firmware.h"

/*
 * Fills firmware->work->arguments from the first of these that is not empty: the shell's arguments or else the load
 * options; the file opt/kvmleaf/args of QEMU's fw_cfg; \EFI\kvmleaf\kvmleaf.conf on the boot volume. Returns PASS, or
 * USAGE with one line in error. After an error the arguments are the defaults, but for --exit and --wait, which are
 * applied wherever they stand. *ret_go_on is false only after an error in a command line; the report is given after one
 * in kvmleaf.conf, and where the file of fw_cfg is no text or too long.
 */
enum exit_status read_arguments(const struct firmware *firmware, struct text *error, bool *ret_go_on);

#endif
