/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases are cut into units: one case on an accelerator of this machine, or a share of the KVM cases for a nested host.
 * Units run side by side, --jobs at a time.
 */
#ifndef KVMLEAF_BOOT_RUN_UNITS_H
#define KVMLEAF_BOOT_RUN_UNITS_H

#include "run/session.h"

/* The cases' units. Those that this machine cannot run have their result already. */
GPtrArray *units_cut(struct session *session, const GPtrArray *cases);
/* How many times as long as usual the slowest machine among them may take. */
unsigned units_patience(const GPtrArray *units);
void units_run(struct session *session, GPtrArray *units);

#endif
