/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/oracle.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/kvm_names.h"

static gboolean words_of(struct qmp *qmp, const char *path, uint32_t *ret_words)
{
	json_t *words, *word;
	gboolean found = FALSE;
	size_t i;

	words = path == NULL ? NULL
			     : qmp_command(qmp, "qom-get",
				       json_pack("{s:s, s:s}", "path", path, "property", "feature-words"), NULL);
	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	json_array_foreach (words, i, word) {
		const char *reg = json_string_value(json_object_get(word, "cpuid-register"));
		uint32_t features = (uint32_t)json_integer_value(json_object_get(word, "features"));

		if (json_integer_value(json_object_get(word, "cpuid-input-eax")) !=
				HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES ||
			reg == NULL)
			continue;
		for (int number = KVM_EAX; number <= KVM_EDX; number++)
			if (strcmp(reg, cpuid_register_name(kvm_register_of((enum kvm_register)number))) == 0)
				ret_words[number] = features;
		found = TRUE;
	}
	json_decref(words);
	return found;
}

gboolean oracle_feature_words(struct qmp *qmp, uint32_t *ret_words, uint32_t *ret_differing, unsigned *ret_cpus)
{
	json_t *cpus = qmp_command(qmp, "query-cpus-fast", NULL, NULL);
	gboolean found = FALSE;
	size_t i;
	json_t *cpu;

	ret_differing[KVM_EAX] = ret_differing[KVM_EDX] = 0;
	*ret_cpus = (unsigned)json_array_size(cpus);
	json_array_foreach (cpus, i, cpu) {
		const char *path = json_string_value(json_object_get(cpu, "qom-path"));
		uint32_t words[2];

		if (i == 0) {
			found = words_of(qmp, path, ret_words);
		} else if ((found = found && words_of(qmp, path, words))) {
			ret_differing[KVM_EAX] |= words[KVM_EAX] ^ ret_words[KVM_EAX];
			ret_differing[KVM_EDX] |= words[KVM_EDX] ^ ret_words[KVM_EDX];
		}
	}
	json_decref(cpus);
	return found;
}

gboolean oracle_supported(uint32_t *ret_eax)
{
	enum { ENTRIES = 256 };
	g_autofree struct kvm_cpuid2 *cpuid = g_malloc0(sizeof(*cpuid) + ENTRIES * sizeof(cpuid->entries[0]));
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	gboolean found = FALSE;

	cpuid->nent = ENTRIES;
	if (fd >= 0 && ioctl(fd, KVM_GET_SUPPORTED_CPUID, cpuid) == 0) {
		for (uint32_t i = 0; i < cpuid->nent && !found; i++) {
			found = cpuid->entries[i].function == HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES;
			*ret_eax = cpuid->entries[i].eax;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	return found;
}

gboolean oracle_own_apic(void)
{
	static const char *const parameters[] = { "/sys/module/kvm_amd/parameters/avic",
		"/sys/module/kvm_intel/parameters/enable_apicv" };
	gboolean says_no = FALSE;

	for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
		g_autofree char *value = NULL;

		if (!g_file_get_contents(parameters[i], &value, NULL, NULL))
			continue;
		if (value[0] != 'N' && value[0] != '0')
			return TRUE;
		says_no = TRUE;
	}
	return !says_no;
}

guint64 oracle_tsc_hz(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm = kvm >= 0 ? ioctl(kvm, KVM_CREATE_VM, 0) : -1;
	int vcpu = vm >= 0 ? ioctl(vm, KVM_CREATE_VCPU, 0) : -1;
	int khz = vcpu >= 0 ? ioctl(vcpu, KVM_GET_TSC_KHZ, 0) : 0;
	const int fds[] = { vcpu, vm, kvm };

	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	return khz > 0 ? (guint64)khz * 1000 : 0;
}
