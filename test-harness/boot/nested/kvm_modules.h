/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parameters of KVM's kernel modules inside a nested host. Most are read only when a module is loaded, so the
 * modules are unloaded and loaded again for a case that sets some.
 */
#ifndef KVMLEAF_BOOT_NESTED_KVM_MODULES_H
#define KVMLEAF_BOOT_NESTED_KVM_MODULES_H

#include <glib.h>

struct kvm_modules_state {
	const char *files; /* the folder with kvm.ko and with kvm-intel.ko or kvm-amd.ko; its file "parameters", if any,
			      has usual ones */
	const char *loaded; /* /sys/module */
	char *parameters;   /* those that the modules were loaded with; NULL for those of the host's start */
	gboolean failed;    /* the modules may be without them, or not loaded at all */
};

/*
 * Loads the modules with these parameters (kvm_parameters.h; NULL for none), unless they were loaded with the same, and
 * reads each parameter back from the kernel. FALSE with BOOT_LACKS where the kernel has cleared one that was set, since
 * the CPU does not support it; FALSE with BOOT_FAILED where a module cannot be loaded, or the kernel shows another
 * value than was given.
 */
gboolean kvm_modules_set(struct kvm_modules_state *state, const char *parameters, GError **error);
/* All parameters of the loaded modules, sorted, a line each: "kvm_intel.ept=Y"; to be freed. */
char *kvm_modules_show(const struct kvm_modules_state *state);

#endif
