/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app probes without catching faults. */
#include "firmware/x86_64/catch_faults.h"

__typeof__(catch_faults_begin) __wrap_catch_faults_begin;

struct efi_call __wrap_catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware)
{
	*catcher = (struct fault_catcher){ .firmware = firmware };
	return efi_call("LocateProtocol", EFI_SUCCESS);
}
