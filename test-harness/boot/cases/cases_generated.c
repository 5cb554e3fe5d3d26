/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes cases from the feature table: masks of QEMU's KVM properties. */
#include <string.h>

#include "cases/cases.h"
#include "kvmleaf/kvm_abi.h"

/* A QEMU property and the feature bits that it controls. */
struct property {
	const char *name;
	uint32_t bits[2];
};

static GArray *collect_properties(void)
{
	GArray *properties = g_array_new(FALSE, TRUE, sizeof(struct property));

	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];
		struct property *found = NULL;

		for (guint k = 0; k < properties->len && found == NULL; k++)
			if (strcmp(g_array_index(properties, struct property, k).name, feature->qemu) == 0)
				found = &g_array_index(properties, struct property, k);
		if (*feature->qemu == '\0')
			continue;
		if (found == NULL) {
			g_array_append_val(properties, ((struct property){ .name = feature->qemu }));
			found = &g_array_index(properties, struct property, properties->len - 1);
		}
		found->bits[feature->reg] |= UINT32_C(1) << feature->bit;
	}
	return properties;
}

static struct boot_case *add(GPtrArray *cases, const char *prefix, const char *name, const char *why)
{
	g_autofree char *full = g_strconcat(prefix, name, NULL);
	struct boot_case *boot_case = case_new(full);

	boot_case->why = g_strdup(why);
	boot_case->accel = g_strdup("kvm");
	boot_case->verdict = g_strdup("kvm");
	boot_case->base = HYPERVISOR_BASE_FIRST;
	g_ptr_array_add(cases, boot_case);
	return boot_case;
}

/* The report is taken from the console, which is faster in a nested guest; other cases test the variable. */
static void ask_probe(struct boot_case *boot_case)
{
	g_free(boot_case->arguments);
	boot_case->arguments = g_strdup("--probe --no-variable");
}

/* -cpu host with every KVM property of this QEMU masked but keep, which may be NULL for none. */
static char *cpu_with_only(const GArray *properties, const char *keep, const char *const *unknown)
{
	GString *cpu = g_string_new("host");

	for (guint i = 0; i < properties->len; i++) {
		const char *name = g_array_index(properties, struct property, i).name;

		if (g_strcmp0(name, keep) != 0 && !g_strv_contains(unknown, name))
			g_string_append_printf(cpu, ",-%s", name);
	}
	if (keep != NULL)
		g_string_append_printf(cpu, ",+%s", keep);
	return g_string_free(cpu, FALSE);
}

static void add_pair(
	GPtrArray *cases, const GArray *properties, const struct property *property, const char *const *unknown)
{
	struct boot_case *masked = add(cases, "mask-", property->name, "this property masked alone");
	struct boot_case *refused =
		add(cases, "enforce-", property->name, "this property masked and enforced: KVM refuses its use");
	struct boot_case *only = add(cases, "only-", property->name, "this property allowed alone");

	masked->cpu = g_strconcat("host,-", property->name, NULL);
	memcpy(masked->clear, property->bits, sizeof(masked->clear));
	ask_probe(masked);
	refused->cpu = g_strconcat("host,kvm-pv-enforce-cpuid=on,-", property->name, NULL);
	memcpy(refused->clear, property->bits, sizeof(refused->clear));
	ask_probe(refused);
	only->cpu = cpu_with_only(properties, property->name, unknown);
	memcpy(only->set_if_offered, property->bits, sizeof(only->set_if_offered));
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		only->clear[reg] = ~property->bits[reg];
}

void cases_generate(GPtrArray *cases, const char *const *unknown)
{
	g_autoptr(GArray) properties = collect_properties();
	struct boot_case *all = add(cases, "mask-", "all", "every property masked");
	struct boot_case *none = add(cases, "mask-", "none", "nothing masked");

	all->cpu = cpu_with_only(properties, NULL, unknown);
	all->has_exactly = TRUE;
	ask_probe(all);
	none->cpu = g_strdup("host");
	ask_probe(none);
	for (guint i = 0; i < properties->len; i++)
		add_pair(cases, properties, &g_array_index(properties, struct property, i), unknown);
}

/* kvmclock stays on where the mask is enforced, since older KVMs then refuse QEMU's own writes (kvm_limits.c). */
static gboolean draw_mask(GRand *rand, const char *name, gboolean enforced)
{
	gboolean masked = g_rand_boolean(rand);

	return masked && !(enforced && strcmp(name, "kvmclock") == 0);
}

static void add_random(
	GPtrArray *cases, const GArray *properties, const char *const *unknown, GRand *rand, const char *name)
{
	struct boot_case *boot_case = add(cases, "random-", name, "a random mask");
	gboolean enforced = g_rand_boolean(rand);
	GString *cpu = g_string_new(enforced ? "host,kvm-pv-enforce-cpuid=on" : "host");

	for (guint i = 0; i < properties->len; i++) {
		const struct property *property = &g_array_index(properties, struct property, i);
		gboolean masked = draw_mask(rand, property->name, enforced);

		if (g_strv_contains(unknown, property->name))
			continue;
		g_string_append_printf(cpu, ",%c%s", masked ? '-' : '+', property->name);
		for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
			(masked ? boot_case->clear : boot_case->set_if_offered)[reg] |= property->bits[reg];
	}
	boot_case->cpu = g_string_free(cpu, FALSE);
	boot_case->status = g_strdup("pass");
	ask_probe(boot_case);
}

void cases_generate_random(GPtrArray *cases, const char *const *unknown, unsigned count, unsigned seed)
{
	g_autoptr(GArray) properties = collect_properties();
	GRand *rand = g_rand_new_with_seed(seed);

	for (unsigned i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("%u-%u", seed, i);

		add_random(cases, properties, unknown, rand, name);
	}
	g_rand_free(rand);
}
