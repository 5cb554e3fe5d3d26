/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/commanded.h"

#include <string.h>

static const struct firmware plain = { .code = (char *)"/fw/CODE,1.fd", .code_format = (char *)"raw" };

struct guest_spec spec_init(void)
{
	return (struct guest_spec){ .qemu = "/bin/qemu",
		.accel = "kvm",
		.machine = "q35",
		.cpu = "host,-kvmclock",
		.smp = 3,
		.firmware = &plain,
		.rom = "/cache,1/rom.fd",
		.app = "/app/kvmleaf.efi",
		.arguments = "--quiet --json",
		.folder = "/out,1/case",
		.launcher = "/app/launcher.efi" };
}

const char *option_of(const GPtrArray *command, const char *option, int number)
{
	for (guint i = 1; i < command->len; i++)
		if (strcmp(g_ptr_array_index(command, i), option) == 0 && number-- == 0)
			return i + 1 < command->len ? g_ptr_array_index(command, i + 1) : "";
	return NULL;
}

gboolean has_option(const GPtrArray *command, const char *option)
{
	return option_of(command, option, 0) != NULL;
}

char *part_of(const char *list, const char *key)
{
	g_autoptr(GString) part = g_string_new(NULL);
	g_autofree char *prefix = g_strconcat(key, "=", NULL);
	char *found = NULL;
	gboolean first = TRUE;

	g_assert_nonnull(list);
	for (const char *at = list;; at++) {
		if (*at == ',' && at[1] == ',') {
			g_string_append_c(part, *at++);
		} else if (*at != ',' && *at != '\0') {
			g_string_append_c(part, *at);
		} else {
			if ((*key == '\0' && first) || (*key != '\0' && g_str_has_prefix(part->str, prefix))) {
				g_free(found);
				found = g_strdup(part->str + (*key == '\0' ? 0 : strlen(prefix)));
			}
			g_string_truncate(part, 0);
			first = FALSE;
			if (*at == '\0')
				return found;
		}
	}
}

void assert_part(const char *list, const char *key, const char *expected)
{
	g_autofree char *part = part_of(list, key);

	g_assert_cmpstr(part, ==, expected);
}

const char *list_with(const GPtrArray *command, const char *option, const char *key, const char *value)
{
	const char *list;

	for (int i = 0; (list = option_of(command, option, i)) != NULL; i++) {
		g_autofree char *part = part_of(list, key);

		if (g_strcmp0(part, value) == 0)
			return list;
	}
	return NULL;
}
