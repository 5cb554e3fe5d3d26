/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that stores nothing, and says that it was not to. */
#include "firmware/variable.h"

enum report_stored __wrap_variable_store(
	const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status);

enum report_stored __wrap_variable_store(
	const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status)
{
	(void)firmware;
	(void)json;
	(void)length;
	*ret_status = EFI_SUCCESS;
	return REPORT_OFF;
}
