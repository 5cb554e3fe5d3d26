/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that probes without catching faults. */
#include "firmware/x86_64/catch_faults.h"

BOOLEAN __wrap_catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware);

BOOLEAN __wrap_catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware)
{
	*catcher = (struct fault_catcher){ .firmware = firmware };
	return TRUE;
}
