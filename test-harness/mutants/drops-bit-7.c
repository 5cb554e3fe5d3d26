/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: KVM_FEATURE_PV_UNHALT is never seen. All that the app says agrees; only QEMU knows better. */
#include "firmware/cpu.h"
#include "kvmleaf/kvm_abi.h"

__typeof__(cpu_query) __real_cpu_query, __wrap_cpu_query;

struct cpuid_regs __wrap_cpu_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs regs = __real_cpu_query(context, leaf, subleaf);

	if (leaf == HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES)
		regs.eax &= ~(UINT32_C(1) << KVM_BIT_PV_UNHALT);
	return regs;
}
