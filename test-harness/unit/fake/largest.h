/* SPDX-License-Identifier: BSD-2-Clause */
/* The report that takes most room: every list full, every number as long as it can be. */
#ifndef KVMLEAF_UNIT_FAKE_LARGEST_H
#define KVMLEAF_UNIT_FAKE_LARGEST_H

#include "core/report/report.h"

void report_largest(struct report *report);

#endif
