/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether what a guest said holds together, agrees with others, and is what its case expects. */
#ifndef KVMLEAF_BOOT_JUDGE_GUEST_H
#define KVMLEAF_BOOT_JUDGE_GUEST_H

#include "cases.h"
#include "guest.h"

/* One line for each thing that is wrong; none for a guest that is as it should be. */
GPtrArray *judge_guest(const struct boot_case *boot_case, const struct guest_result *result);

#endif
