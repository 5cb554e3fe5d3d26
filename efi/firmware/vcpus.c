/* SPDX-License-Identifier: BSD-2-Clause */
#include "vcpus.h"

#include "mp.h"

void vcpus_count(const struct firmware *firmware, struct report *report)
{
	struct mp_services *services = mp_services_find(firmware);
	UINTN processors, enabled;

	report->vcpu_count = 1;
	report->vcpus_checked = 1;
	if (services == NULL || services->get_number_of_processors(services, &processors, &enabled) != EFI_SUCCESS)
		report_problem(report, PROBLEM_NO_MP_SERVICES, 0);
	else
		report->vcpu_count = (uint32_t)enabled;
}
