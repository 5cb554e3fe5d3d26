/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report says of its vCPUs, held against the case and against QEMU's own view of each. */
#ifndef KVMLEAF_BOOT_JUDGE_VCPUS_H
#define KVMLEAF_BOOT_JUDGE_VCPUS_H

#include <jansson.h>

#include "cases.h"
#include "guest.h"

/* Adds a line to wrong for each thing that is not as it should be. */
void judge_vcpus(
	const struct boot_case *boot_case, const json_t *report, const struct guest_result *result, GPtrArray *wrong);

#endif
