/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether what a guest said holds together, agrees with others, and is what its case expects. A pure function of case
 * and result: what others know of the guest was asked while it ran.
 */
#ifndef KVMLEAF_BOOT_JUDGE_JUDGE_GUEST_H
#define KVMLEAF_BOOT_JUDGE_JUDGE_GUEST_H

#include "cases/cases.h"
#include "guest/guest.h"

struct judged {
	GPtrArray *wrong;  /* a line for each thing that is wrong; none for a guest that is as it should be */
	GPtrArray *silent; /* the oracles that should have been asked, and said nothing */
};

void judge_guest(const struct boot_case *boot_case, const struct guest_result *result, struct judged *ret);
void judged_clear(struct judged *judged);

#endif
