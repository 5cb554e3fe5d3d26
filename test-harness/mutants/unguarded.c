/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that probes without catching faults. */
#include "firmware/x86_64/catch_faults.h"

BOOLEAN __wrap_guard_begin(struct guard *guard, const struct firmware *firmware);

BOOLEAN __wrap_guard_begin(struct guard *guard, const struct firmware *firmware)
{
	*guard = (struct guard){ .firmware = firmware };
	return TRUE;
}
