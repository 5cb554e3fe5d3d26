/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of KVM's kernel modules, as a case names them: words as on a kernel's command line, kvm_intel.ept=0. */
#ifndef KVMLEAF_BOOT_CASES_KVM_PARAMETERS_H
#define KVMLEAF_BOOT_CASES_KVM_PARAMETERS_H

#include <glib.h>

enum { KVM_MODULES = 3 };

struct kvm_module {
	const char *name;
	const char *file;  /* of the module; its name has a dash where the kernel's name has an underscore */
	const char *maker; /* of the CPUs that it is for: amd or intel; NULL for both */
};

/* In the order in which they are loaded. */
extern const struct kvm_module kvm_modules[KVM_MODULES];

/* The module that a parameter belongs to; NULL where it is none of KVM's. */
const struct kvm_module *kvm_parameter_module(const char *word);
/* Whether each of the words, separated by blanks, is such a parameter, and there is at least one. */
gboolean kvm_parameters_are_valid(const char *parameters);

#endif
