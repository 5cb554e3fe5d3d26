/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of cases. The input is the file. */
#include <glib/gstdio.h>
#include <string.h>

#include "cases/cases.h"
#include "fuzz.h"
#include "kvmleaf/kvm_abi.h"
#include "cases/case_names.h"
#include "qemu/qemu_info.h"

static void set_add(GHashTable **set, const char *const *names)
{
	*set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (; *names != NULL; names++)
		g_hash_table_add(*set, g_strdup(*names));
}

static const struct qemu_info *known_qemu(void)
{
	static struct qemu_info info;

	if (info.version == NULL) {
		info.version = g_strdup("7.2.0");
		set_add(&info.machines, (const char *const[]){ "q35", "pc", "pc-q35-7.2", NULL });
		set_add(&info.models, (const char *const[]){ "host", "max", "EPYC", NULL });
		set_add(&info.properties, (const char *const[]){ "kvm", "kvmclock", "hv-time", "vmx", NULL });
	}
	return &info;
}

static void case_holds(struct boot_case *boot_case)
{
	GError *error = NULL;
	gboolean good;

	MUST(boot_case->why != NULL && boot_case->accel != NULL && boot_case->cpu != NULL);
	MUST(boot_case->machine != NULL && boot_case->arguments != NULL && boot_case->origin != NULL);
	MUST(boot_case->smp >= 1 && boot_case->smp <= 4096);
	MUST(boot_case->base == 0 ||
		(boot_case->base >= HYPERVISOR_BASE_FIRST && boot_case->base <= HYPERVISOR_BASE_LAST &&
			boot_case->base % HYPERVISOR_BASE_STEP == 0));
	/* The name of a case is also the name of a folder. */
	MUST(*boot_case->name != '\0' && strchr(boot_case->name, '/') == NULL);
	good = case_names_check(known_qemu(), boot_case, &error);
	fuzz_result_or_error(good, error);
}

/* Lists of bits may be given in several lines; any other key only once. */
static gboolean may_repeat(const char *key)
{
	static const char *const keys[] = { "set", "clear", "exactly", "broken", "stripped", NULL };

	return g_strv_contains(keys, key);
}

static void keys_hold(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (char **line = lines; *line != NULL; line++) {
		char *equals = strchr(g_strstrip(*line), '=');

		if (**line == '[')
			g_hash_table_remove_all(seen);
		if (**line == '[' || **line == '#' || equals == NULL)
			continue;
		*equals = '\0';
		g_strchomp(*line);
		MUST_SAY(may_repeat(*line) || g_hash_table_add(seen, *line), *line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *path = g_build_filename(fuzz_folder(), "fuzz.ini", NULL);
	GError *error = NULL;
	GPtrArray *cases;

	fuzz_write(path, data, size);
	cases = cases_load(fuzz_folder(), &error);
	fuzz_result_or_error(cases != NULL, error);
	if (cases == NULL)
		return 0;
	/* With a NUL in it, the text would not have been read to its end. */
	MUST(memchr(data, '\0', size) == NULL);
	for (guint i = 0; i < cases->len; i++)
		case_holds(g_ptr_array_index(cases, i));
	keys_hold(data, size);
	g_ptr_array_unref(cases);
	return 0;
}
