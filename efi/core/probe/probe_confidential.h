/* SPDX-License-Identifier: BSD-2-Clause */
/* Which kind of confidential guest this is, as far as only ring 0 can tell. */
#ifndef KVMLEAF_CORE_PROBE_PROBE_CONFIDENTIAL_H
#define KVMLEAF_CORE_PROBE_PROBE_CONFIDENTIAL_H

#include "core/probe/probe.h"
#include "core/report/report.h"

/*
 * Completes report->confidential and returns its active kind. MSR 0xc0010131 says which kind of SEV is active (AMD APM
 * volume 2, 15.34.10); it is read only where leaf 0x8000001f has SEV and the leaves have not told already.
 */
enum confidential probe_confidential(struct report *report, const struct ring0 *ring0);

#endif
