/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_CORE_ARGUMENTS_RESTRICT_H
#define KVMLEAF_CORE_ARGUMENTS_RESTRICT_H

#include "core/arguments/arguments.h"

/*
 * Takes back what a signed app must not do by order of unsigned text: Secure Boot checks the app's signature, and
 * nothing checks fw_cfg, kvmleaf.conf, load options or what is typed into the shell. These are writing to an I/O port
 * (--exit=qemu becomes --exit=poweroff, which still ends an unattended machine), writing or deleting a file (--save),
 * and forcing the probe, which makes hypercalls and writes MSRs (--probe=force becomes --probe).
 *
 * Returns true if nothing of this was asked. Else there is one line in error that names what was refused, and a problem
 * in the report for each of it.
 */
bool arguments_restrict(struct arguments *arguments, struct report *report, struct text *error);

#endif
