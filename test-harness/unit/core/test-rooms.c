/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rooms of efi: core includes its own lower rooms, include/kvmleaf and four headers of the compiler, and nothing
 * else; so it can be compiled for the firmware and for the host. The firmware's code may include core.
 */
#include <glib.h>
#include <string.h>

static const char *const rooms[] = { "base", "report", "leaves", "probe", "judge", "forecast", "output", "arguments" };
static const char *const compilers[] = { "<stdarg.h>", "<stdbool.h>", "<stddef.h>", "<stdint.h>" };

static int room_number(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++)
		if (strcmp(name, rooms[i]) == 0)
			return (int)i;
	return -1;
}

static gboolean is_compilers(const char *header)
{
	for (size_t i = 0; i < G_N_ELEMENTS(compilers); i++)
		if (strcmp(header, compilers[i]) == 0)
			return TRUE;
	return FALSE;
}

/* header has its quotation marks or angle brackets. */
static gboolean may_include(const char *room, const char *header)
{
	g_auto(GStrv) parts = g_strsplit(header, "/", 0);
	guint count = g_strv_length(parts);

	if (count == 2 && strcmp(parts[0], "\"kvmleaf") == 0)
		return TRUE;
	if (count == 3 && strcmp(parts[0], "\"core") == 0 && room_number(parts[1]) >= 0)
		return room_number(parts[1]) <= room_number(room);
	return is_compilers(header);
}

static void check_file(const char *room, const char *path, unsigned *ret_includes)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", 0);
	for (char **line = lines; *line != NULL; line++) {
		const char *header = *line + strlen("#include ");

		if (!g_str_has_prefix(*line, "#include "))
			continue;
		if (!may_include(room, header))
			g_error("%s: a file of %s must not include %s", path, room, header);
		*ret_includes += 1;
	}
}

static void test_core(void)
{
	unsigned includes = 0, folders = 0;
	g_autoptr(GDir) core = g_dir_open("efi/core", 0, NULL);
	const char *room, *name;

	g_assert_nonnull(core);
	for (; (room = g_dir_read_name(core)) != NULL; folders++) {
		g_autofree char *folder = g_build_filename("efi/core", room, NULL);
		g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

		g_assert_nonnull(dir);
		if (room_number(room) < 0)
			g_error("%s is a room that this test does not know", folder);
		while ((name = g_dir_read_name(dir)) != NULL) {
			g_autofree char *path = g_build_filename(folder, name, NULL);

			check_file(room, path, &includes);
		}
	}
	g_assert_cmpuint(folders, ==, G_N_ELEMENTS(rooms));
	g_assert_cmpuint(includes, >, 100);
}

static void test_the_rule_itself(void)
{
	g_assert_true(may_include("probe", "\"core/report/report.h\""));
	g_assert_true(may_include("probe", "\"core/probe/probe_steps.h\""));
	g_assert_true(may_include("base", "\"kvmleaf/kvm_abi.def\""));
	g_assert_true(may_include("base", "<stdint.h>"));
	g_assert_false(may_include("report", "\"core/probe/probe.h\""));
	g_assert_false(may_include("output", "\"core/arguments/arguments.h\""));
	g_assert_false(may_include("output", "\"core/elsewhere/text.h\""));
	g_assert_false(may_include("output", "\"firmware/cpu.h\""));
	g_assert_false(may_include("output", "\"text.h\""));
	g_assert_false(may_include("output", "<string.h>"));
	g_assert_false(may_include("output", "<efi.h>"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rooms/core", test_core);
	g_test_add_func("/rooms/the-rule-itself", test_the_rule_itself);
	return g_test_run();
}
