/* SPDX-License-Identifier: BSD-2-Clause */
/* Where ACPI's PM timer is: by the FADT, the ACPI table whose signature is "FACP" (ACPI specification, 5.2.9). */
#ifndef KVMLEAF_CORE_PROBE_PM_TIMER_H
#define KVMLEAF_CORE_PROBE_PM_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct pm_timer {
	uint16_t port; /* read by one access of 32 bits */
	uint8_t bits;  /* that count: 24 or 32 */
};

/* fadt: the table, of length bytes. false where it has no PM timer, or none that is an I/O port. */
bool pm_timer_in_fadt(const uint8_t *fadt, uint32_t length, struct pm_timer *ret);

#endif
