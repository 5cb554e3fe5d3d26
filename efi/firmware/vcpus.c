/* SPDX-License-Identifier: BSD-2-Clause */
#include "vcpus.h"

/* EFI_MP_SERVICES_PROTOCOL, which gnu-efi does not declare; only what is called has a type. */
struct mp_services {
	EFI_STATUS(EFIAPI *get_number_of_processors)(struct mp_services *self, UINTN *processors, UINTN *enabled);
};

void vcpus_count(const struct firmware *firmware, struct report *report)
{
	EFI_GUID guid = { 0x3fdda605, 0xa76e, 0x4f46, { 0xad, 0x29, 0x12, 0xf4, 0x53, 0x1b, 0x3d, 0x08 } };
	struct mp_services *services = protocol_anywhere(firmware, guid);
	UINTN processors, enabled;

	report->vcpu_count = 1;
	report->vcpus_checked = 1;
	if (services == NULL || services->get_number_of_processors(services, &processors, &enabled) != EFI_SUCCESS)
		report_problem(report, PROBLEM_NO_MP_SERVICES, 0);
	else
		report->vcpu_count = (uint32_t)enabled;
}
