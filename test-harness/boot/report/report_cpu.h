/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_REPORT_REPORT_CPU_H
#define KVMLEAF_BOOT_REPORT_REPORT_CPU_H

#include <jansson.h>

#include "core/report/report.h"

/* What the raw leaves of a report say of its first CPU: not the level and the features that the report itself names. */
struct cpu_facts report_cpu_facts(const json_t *report);

#endif
