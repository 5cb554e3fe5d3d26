/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases are divided into units: one case on an accelerator of this system, or a part of the KVM cases for one nested
 * host. Units run in parallel, at most --jobs at a time.
 */
#ifndef KVMLEAF_BOOT_RUN_UNITS_H
#define KVMLEAF_BOOT_RUN_UNITS_H

#include "run/session.h"

/* Divides the cases into units, and reports those as skipped that this system cannot run. */
GPtrArray *units_divide(struct session *session, const GPtrArray *cases);
/* The greatest patience of the machines that the units run on (host_machine.h); 1 without a nested host. */
unsigned units_patience(const GPtrArray *units);
void units_run(struct session *session, GPtrArray *units);

#endif
