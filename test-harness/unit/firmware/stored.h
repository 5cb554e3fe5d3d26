/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run may have done to the variables and to the boot volume. */
#ifndef KVMLEAF_UNIT_FIRMWARE_STORED_H
#define KVMLEAF_UNIT_FIRMWARE_STORED_H

#include "unit/firmware/mock.h"

/* Remembers what is stored before the run. */
void stored_begin(void);
/*
 * Each variable and each file is as before the run, except for the report's: these may also be a right report of this
 * machine. What the last line says about the variable is true.
 */
void assert_stored(void);

#endif
