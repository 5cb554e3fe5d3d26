/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_CORE_LEAVES_HYPERVISOR_SEEN_H
#define KVMLEAF_CORE_LEAVES_HYPERVISOR_SEEN_H

#include <stdbool.h>

#include "core/base/cpuid.h"

/*
 * Whether CPUID shows a hypervisor: by the hypervisor bit, or by a known signature at one of the 256 bases. A host can
 * hide each of the two alone (QEMU: -hypervisor clears the bit, kvm=off removes the block). On a machine without a
 * hypervisor neither is there: Intel and AMD keep bit 31 of leaf 1's ECX at 0 for this use, and leaves that do not
 * exist have no signature.
 */
bool hypervisor_seen(const struct cpuid_source *cpu);

#endif
