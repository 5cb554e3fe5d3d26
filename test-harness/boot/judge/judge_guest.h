/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a guest: its three output channels must agree with each other, with the oracles (oracle.h) and with what its
 * case expects. This depends on case and result alone, since the oracles were asked while the guest ran.
 */
#ifndef KVMLEAF_BOOT_JUDGE_JUDGE_GUEST_H
#define KVMLEAF_BOOT_JUDGE_JUDGE_GUEST_H

#include "cases/cases.h"
#include "guest/guest.h"

struct judged {
	GPtrArray *wrong;  /* one line for each failed check; empty for a guest that passes */
	GPtrArray *silent; /* the names of the oracles that should have answered and did not */
};

/* *ret is to be cleared with judged_clear. */
void judge_guest(const struct boot_case *boot_case, const struct guest_result *result, struct judged *ret);
void judged_clear(struct judged *judged);

#endif
