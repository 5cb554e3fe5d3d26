/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which masked features KVM must refuse: those that unlock an MSR or a hypercall by kvm_expected.def, which is written
 * from the kernel's documents, and no others. The judge has them from KVM's code.
 */
#include "judge/probe_rules.h"
#include "unit/fake/kvm_expected.h"

/* The row of the feature table that an expectation is about. */
static const struct kvm_feature *feature_of(const struct kvm_expected *expected)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == expected->reg && kvm_features[i].bit == expected->bit)
			return &kvm_features[i];
	g_error("%s is not in the feature table", expected->name);
}

static void test_refused(void)
{
	static const struct probed_guest nothing = { .enforced = TRUE };

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		g_autofree char *found = probe_expected(feature_of(&kvm_expected[i]), &nothing);
		gboolean is_refused = strcmp(found, "masked and refused") == 0;

		g_test_message("%s", kvm_expected[i].name);
		g_assert_cmpint(is_refused, ==, *kvm_expected[i].unlocks != '\0');
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/judge-gates/refused", test_refused);
	return g_test_run();
}
