/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app stores nothing, and says that it was told not to. */
#include "firmware/variable.h"

__typeof__(variable_store) __wrap_variable_store;

enum report_stored __wrap_variable_store(
	const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status)
{
	(void)firmware;
	(void)json;
	(void)length;
	*ret_status = EFI_SUCCESS;
	return REPORT_OFF;
}
