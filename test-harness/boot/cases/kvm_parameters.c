/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/kvm_parameters.h"

#include <string.h>

const struct kvm_module kvm_modules[KVM_MODULES] = { { "kvm", "kvm.ko", NULL },
	{ "kvm_intel", "kvm-intel.ko", "intel" }, { "kvm_amd", "kvm-amd.ko", "amd" } };

const struct kvm_module *kvm_parameter_module(const char *word)
{
	size_t length = strcspn(word, ".");

	for (size_t i = 0; i < KVM_MODULES; i++)
		if (strlen(kvm_modules[i].name) == length && strncmp(word, kvm_modules[i].name, length) == 0)
			return &kvm_modules[i];
	return NULL;
}

/* The part between the dot and the equals sign becomes a file's name. */
static gboolean is_valid(const char *word)
{
	const char *name = strchr(word, '.');
	size_t length;

	if (name == NULL || kvm_parameter_module(word) == NULL)
		return FALSE;
	length = strspn(++name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return length > 0 && name[length] == '=' && name[length + 1] != '\0';
}

gboolean kvm_parameters_are_valid(const char *parameters)
{
	g_auto(GStrv) words = g_strsplit_set(parameters, " \t", 0);
	gboolean any = FALSE;

	for (char **word = words; *word != NULL; word++) {
		if (**word != '\0' && !is_valid(*word))
			return FALSE;
		any = any || **word != '\0';
	}
	return any;
}
