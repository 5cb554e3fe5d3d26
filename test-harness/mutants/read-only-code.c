/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of the app: strict firmware, which has made all code read-only, even for KVM. */
#include "firmware/firmware.h"
#include "firmware/ring0.h"
#include "firmware/x86_64/may_fault.h"

__typeof__(ring0_probe) __real_ring0_probe, __wrap_ring0_probe;

/* EFI_CPU_ARCH_PROTOCOL up to the function that is called here. */
struct cpu_arch_attributes {
	void *others[7];
	EFI_STATUS(EFIAPI *set_memory_attributes)
	(struct cpu_arch_attributes *self, EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes);
};

enum { MEMORY_READ_ONLY = 0x20000, PAGE = 4096 };

void __wrap_ring0_probe(
	const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	EFI_GUID guid = { 0x26baccb1, 0x6f42, 0x11d4, { 0xbc, 0xe7, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } };
	UINT64 page = (UINT64)may_fault_vmcall & ~(UINT64)(PAGE - 1);
	struct cpu_arch_attributes *arch;
	void *interface;

	(void)protocol_anywhere(firmware, guid, &interface);
	arch = interface;
	/* Two pages, since the function may cross the end of one. */
	if (arch != NULL && arch->set_memory_attributes(arch, page, 2 * PAGE, MEMORY_READ_ONLY) == EFI_SUCCESS)
		__real_ring0_probe(firmware, report, cpuid, force);
}
