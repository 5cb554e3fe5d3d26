/* SPDX-License-Identifier: BSD-2-Clause */
/* The cases that are made from the feature table. Names and bits are those of kvm_expected.def. */
#include <glib.h>
#include <string.h>

#include "cases/cases.h"
#include "unit/kvm_expected.h"

static GPtrArray *generate(const char *const *unknown)
{
	GPtrArray *cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);

	cases_generate(cases, unknown);
	return cases;
}

static const struct boot_case *find(const GPtrArray *cases, const char *name)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (strcmp(boot_case->name, name) == 0)
			return boot_case;
	}
	g_error("no case %s", name);
}

/* QEMU's properties, each once: kvmclock stands for two bits. */
static GPtrArray *properties_expected(void)
{
	GPtrArray *properties = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		const char *qemu = kvm_expected[i].qemu;

		if (*qemu != '\0' && !g_ptr_array_find_with_equal_func(properties, qemu, g_str_equal, NULL))
			g_ptr_array_add(properties, (void *)qemu);
	}
	return properties;
}

static void test_every_property(void)
{
	g_autoptr(GPtrArray) properties = properties_expected();
	const char *const none[] = { NULL };
	g_autoptr(GPtrArray) cases = generate(none);

	g_assert_cmpuint(cases->len, ==, 3 * properties->len + 2);
	for (guint i = 0; i < properties->len; i++) {
		const char *property = g_ptr_array_index(properties, i);
		g_autofree char *mask = g_strconcat("mask-", property, NULL);
		g_autofree char *only = g_strconcat("only-", property, NULL);
		g_autofree char *enforce = g_strconcat("enforce-", property, NULL);
		g_autofree char *refused = g_strconcat("host,kvm-pv-enforce-cpuid=on,-", property, NULL);
		g_autofree char *masked = g_strconcat("host,-", property, NULL);
		g_autofree char *allowed = g_strconcat(",+", property, NULL);

		g_assert_cmpstr(find(cases, mask)->cpu, ==, masked);
		g_assert_cmpstr(find(cases, enforce)->cpu, ==, refused);
		g_assert_nonnull(strstr(find(cases, enforce)->arguments, "--probe"));
		g_assert_true(g_str_has_prefix(find(cases, only)->cpu, "host,-"));
		g_assert_true(g_str_has_suffix(find(cases, only)->cpu, allowed));
	}
}

static void test_bits(void)
{
	const char *const none[] = { NULL };
	g_autoptr(GPtrArray) cases = generate(none);

	g_assert_cmphex(find(cases, "mask-kvmclock")->clear[0], ==, 0x9);
	g_assert_cmphex(find(cases, "mask-kvmclock")->clear[1], ==, 0);
	g_assert_cmphex(find(cases, "mask-kvm-hint-dedicated")->clear[1], ==, 1);
	g_assert_cmphex(find(cases, "only-kvmclock")->clear[0], ==, 0xfffffff6);
	g_assert_cmphex(find(cases, "only-kvmclock")->set_if_offered[0], ==, 0x9);
	g_assert_cmphex(find(cases, "only-kvm-hint-dedicated")->set_if_offered[1], ==, 1);
	g_assert_cmphex(find(cases, "only-kvm-hint-dedicated")->clear[0], ==, 0xffffffff);
	g_assert_true(find(cases, "mask-all")->has_exactly);
	g_assert_cmphex(find(cases, "mask-all")->exactly[0], ==, 0);
	g_assert_cmpstr(find(cases, "mask-none")->cpu, ==, "host");
}

/* The same seed draws the same masks and another seed draws others. Each bit is expected either set or clear. */
static void test_random(void)
{
	const char *const none[] = { NULL };
	g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	unsigned enforced = 0, differ = 0;

	cases_generate_random(cases, none, 50, 7);
	cases_generate_random(cases, none, 50, 7);
	cases_generate_random(cases, none, 50, 8);
	g_assert_cmpuint(cases->len, ==, 150);
	for (guint i = 0; i < 50; i++) {
		const struct boot_case *one = g_ptr_array_index(cases, i);
		const struct boot_case *same = g_ptr_array_index(cases, 50 + i);
		const struct boot_case *other = g_ptr_array_index(cases, 100 + i);

		g_assert_cmpstr(one->cpu, ==, same->cpu);
		differ += strcmp(one->cpu, other->cpu) != 0;
		enforced += strstr(one->cpu, "kvm-pv-enforce-cpuid=on") != NULL;
		g_assert_cmphex(one->clear[0] & one->set_if_offered[0], ==, 0);
		g_assert_cmphex(one->clear[0] | one->set_if_offered[0], ==, expected_of_qemu(KVM_EAX));
		g_assert_cmphex(one->clear[1] | one->set_if_offered[1], ==, expected_of_qemu(KVM_EDX));
	}
	g_assert_cmpuint(differ, >, 45);
	g_assert_cmpuint(enforced, >, 10);
	g_assert_cmpuint(enforced, <, 40);
}

/* QEMU refuses to start with a property that it does not know, so no other case may use it. */
static void test_unknown_property(void)
{
	const char *const unknown[] = { "kvm-asyncpf-vmexit", NULL };
	g_autoptr(GPtrArray) cases = generate(unknown);

	g_assert_null(strstr(find(cases, "mask-all")->cpu, "vmexit"));
	g_assert_null(strstr(find(cases, "only-kvm-pv-eoi")->cpu, "vmexit"));
	g_assert_nonnull(strstr(find(cases, "only-kvm-pv-eoi")->cpu, ",-kvm-asyncpf,"));
	g_assert_nonnull(strstr(find(cases, "only-kvm-asyncpf-vmexit")->cpu, ",+kvm-asyncpf-vmexit"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/generated/every-property", test_every_property);
	g_test_add_func("/generated/bits", test_bits);
	g_test_add_func("/generated/unknown-property", test_unknown_property);
	g_test_add_func("/generated/random", test_random);
	return g_test_run();
}
