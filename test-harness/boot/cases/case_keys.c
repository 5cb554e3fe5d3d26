/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/case_keys.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "cases/kvm_parameters.h"
#include "core/base/kvm_names.h"
#include "core/leaves/cpu_features.h"
#include "core/report/report.h"
#include "kvmleaf/exit_status.h"
#include "kvmleaf/kvm_abi.h"

struct key {
	const char *name;
	gboolean (*set)(struct boot_case *boot_case, const struct key *key, const char *value, GError **error);
	size_t field;        /* offset in struct boot_case */
	const char *choices; /* for set_choice: the allowed words, separated by ", " */
};

static gboolean wrong(GError **error, const struct key *key, const char *value, const char *expected)
{
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s = %s: expected %s", key->name, value, expected);
	return FALSE;
}

static void *field_of(struct boot_case *boot_case, const struct key *key)
{
	return (char *)boot_case + key->field;
}

static gboolean set_string(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	char **field = field_of(boot_case, key);

	(void)error;
	g_free(*field);
	*field = g_strdup(value);
	return TRUE;
}

static gboolean set_choice(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	g_auto(GStrv) words = g_strsplit(key->choices, ", ", 0);

	if (!g_strv_contains((const char *const *)words, value))
		return wrong(error, key, value, key->choices);
	return set_string(boot_case, key, value, error);
}

static gboolean set_parameters(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	if (!kvm_parameters_are_valid(value))
		return wrong(error, key, value, "words such as kvm_intel.ept=0, of kvm, kvm_intel or kvm_amd");
	return set_string(boot_case, key, value, error);
}

static gboolean set_verdict(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (strcmp(value, verdict_name((enum verdict)verdict)) == 0)
			return set_string(boot_case, key, value, error);
		g_string_append_printf(names, " %s", verdict_name((enum verdict)verdict));
	}
	return wrong(error, key, value, names->str + 1);
}

static gboolean set_status(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	static const char *const names[] = {
#define EXIT_STATUS(name, value, short_name, efi, meaning) short_name,
#include "kvmleaf/exit_status.def"
		NULL
	};
	g_autofree char *expected = g_strjoinv(" ", (char **)names);

	return g_strv_contains(names, value) ? set_string(boot_case, key, value, error)
					     : wrong(error, key, value, expected);
}

static gboolean set_bits(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	g_auto(GStrv) names = g_strsplit(value, ",", 0);
	uint32_t *field = field_of(boot_case, key);

	if (*names == NULL)
		return wrong(error, key, value, "at least one KVM feature");
	for (char **name = names; *name != NULL; name++) {
		uint32_t eax, edx;

		g_strstrip(*name);
		if (kvm_bits_by_name(*name, strlen(*name), &eax, &edx) == NULL)
			return wrong(error, key, *name, "KVM_FEATURE_..., KVM_HINTS_... or a kvm... property of QEMU");
		field[KVM_EAX] |= eax;
		field[KVM_EDX] |= edx;
	}
	return TRUE;
}

static void add_name(char **list, const char *name)
{
	char *longer = *list != NULL ? g_strconcat(*list, ",", name, NULL) : g_strdup(name);

	g_free(*list);
	*list = longer;
}

/* For "set" and "clear": beside KVM's features also the CPU's. */
static gboolean set_wanted(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	g_auto(GStrv) names = g_strsplit(value, ",", 0);
	char **list = key->field == offsetof(struct boot_case, set) ? &boot_case->cpu_set : &boot_case->cpu_clear;
	uint32_t *field = field_of(boot_case, key);

	if (*names == NULL)
		return wrong(error, key, value, "at least one feature");
	for (char **name = names; *name != NULL; name++) {
		uint32_t eax, edx;
		uint64_t cpu;

		g_strstrip(*name);
		if (kvm_bits_by_name(*name, strlen(*name), &eax, &edx) != NULL) {
			field[KVM_EAX] |= eax;
			field[KVM_EDX] |= edx;
		} else if (cpu_features_by_name(*name, strlen(*name), &cpu) != NULL) {
			add_name(list, *name);
		} else {
			return wrong(error, key, *name,
				"KVM_FEATURE_..., KVM_HINTS_..., a property of QEMU, or x86-64-v1 to v4");
		}
	}
	return TRUE;
}

static gboolean set_exactly(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	boot_case->has_exactly = TRUE;
	return set_bits(boot_case, key, value, error);
}

static gboolean set_max_leaf(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	guint64 leaf;

	if (!g_str_has_prefix(value, "0x") || !g_ascii_string_to_unsigned(value + 2, 16, HYPERVISOR_BASE_FIRST,
						      HYPERVISOR_BASE_LAST + 0xff, &leaf, NULL))
		return wrong(error, key, value, "a leaf, 0x40000000 to 0x4000ffff");
	boot_case->max_leaf = (uint32_t)leaf;
	return TRUE;
}

static gboolean set_smp(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	guint64 smp;

	if (!g_ascii_string_to_unsigned(value, 10, 1, 4096, &smp, NULL))
		return wrong(error, key, value, "a number of vCPUs, 1 to 4096");
	boot_case->smp = (unsigned)smp;
	return TRUE;
}

static gboolean set_base(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	guint64 base;

	if (!g_str_has_prefix(value, "0x") ||
		!g_ascii_string_to_unsigned(value + 2, 16, HYPERVISOR_BASE_FIRST, HYPERVISOR_BASE_LAST, &base, NULL) ||
		base % HYPERVISOR_BASE_STEP != 0)
		return wrong(error, key, value, "a base, 0x40000000 to 0x4000ff00 in steps of 0x100");
	boot_case->base = (uint32_t)base;
	return TRUE;
}

static gboolean set_qemu(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	g_strfreev(boot_case->extra);
	boot_case->extra = NULL;
	return g_shell_parse_argv(value, NULL, &boot_case->extra, NULL) || wrong(error, key, value, "QEMU options");
}

static gboolean set_by(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	boot_case->by_shell = strcmp(value, "shell") == 0;
	return boot_case->by_shell || strcmp(value, "firmware") == 0 || wrong(error, key, value, "firmware, shell");
}

static gboolean set_start(struct boot_case *boot_case, const struct key *key, const char *value, GError **error)
{
	boot_case->cold = strcmp(value, "cold") == 0;
	return boot_case->cold || strcmp(value, "restore") == 0 || wrong(error, key, value, "cold, restore");
}

static const struct key keys[] = {
#define CASE_KEY(name, spelled, setter, choices) { spelled, set_##setter, offsetof(struct boot_case, name), choices },
#define CASE_EXPECTATION CASE_KEY
#include "cases/case_keys.def"
};
_Static_assert(G_N_ELEMENTS(keys) <= 64, "struct boot_case has 64 bits for the keys that were given");

static const gboolean is_expectation[] = {
#define CASE_KEY(name, spelled, setter, choices) FALSE,
#define CASE_EXPECTATION(name, spelled, setter, choices) TRUE,
#include "cases/case_keys.def"
};

gboolean case_set_key(struct boot_case *boot_case, const char *name, const char *value, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strcmp(name, keys[i].name) != 0)
			continue;
		if ((boot_case->given >> i & 1) != 0) {
			g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s is given twice", name);
			return FALSE;
		}
		boot_case->given |= UINT64_C(1) << i;
		return keys[i].set(boot_case, &keys[i], value, error);
	}
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "unknown key \"%s\"", name);
	return FALSE;
}

gboolean case_has_expectations(const struct boot_case *boot_case)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (is_expectation[i] && (boot_case->given >> i & 1) != 0 && strcmp(keys[i].name, "status") != 0 &&
			strcmp(keys[i].name, "report") != 0)
			return TRUE;
	return FALSE;
}
