/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app says that its report is written, and writes none. */
#include "firmware/variable.h"

__typeof__(variable_store) __wrap_variable_store;

struct variable_result __wrap_variable_store(const struct firmware *firmware, struct report *report)
{
	(void)firmware;
	(void)report;
	return (struct variable_result){ .stored = REPORT_WRITTEN };
}
