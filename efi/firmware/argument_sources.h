/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user asked for, from the first place that says something. */
#ifndef KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H
#define KVMLEAF_FIRMWARE_ARGUMENT_SOURCES_H

#include "firmware/firmware.h"

/*
 * The shell's arguments or the load options; else fw_cfg's opt/kvmleaf/args; else \EFI\kvmleaf\kvmleaf.conf. PASS, or
 * USAGE with one line in error. A wrong configuration file leaves the arguments at their defaults, and ret_go_on true:
 * a disk that was edited badly shall still give its report.
 */
enum exit_status read_arguments(const struct firmware *firmware, struct text *error, bool *ret_go_on);

#endif
