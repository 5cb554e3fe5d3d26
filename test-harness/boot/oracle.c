/* SPDX-License-Identifier: BSD-2-Clause */
#include "oracle.h"

#include <string.h>

#include "kvmleaf/kvm_abi.h"

gboolean oracle_feature_words(struct qmp *qmp, uint32_t *ret_eax, uint32_t *ret_edx)
{
	json_t *cpus = qmp_command(qmp, "query-cpus-fast", NULL, NULL);
	const char *path = json_string_value(json_object_get(json_array_get(cpus, 0), "qom-path"));
	json_t *words, *word;
	gboolean found = FALSE;
	size_t i;

	words = path == NULL ? NULL
			     : qmp_command(qmp, "qom-get",
				       json_pack("{s:s, s:s}", "path", path, "property", "feature-words"), NULL);
	*ret_eax = *ret_edx = 0;
	json_array_foreach(words, i, word)
	{
		const char *reg = json_string_value(json_object_get(word, "cpuid-register"));
		uint32_t features = (uint32_t)json_integer_value(json_object_get(word, "features"));

		if (json_integer_value(json_object_get(word, "cpuid-input-eax")) !=
				HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES ||
			reg == NULL)
			continue;
		if (strcmp(reg, "EAX") == 0)
			*ret_eax = features;
		else if (strcmp(reg, "EDX") == 0)
			*ret_edx = features;
		found = TRUE;
	}
	json_decref(words);
	json_decref(cpus);
	return found;
}
