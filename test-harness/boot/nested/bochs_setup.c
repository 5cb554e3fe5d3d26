/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/bochs_setup.h"

#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "nested/host_watch.h"

enum { ASK_SECONDS = 20 };

/*
 * Instructions in a second of the guest's time. Bochs' TSC counts instructions, and make-host.sh gives the kernel the
 * same number. With a lower one the kernel would take more timer interrupts for the same work; with a higher one its
 * drivers' busy waits would take more instructions.
 */
#define INSTRUCTIONS_PER_SECOND "200000000"

/* MiB: enough for the job with its captured guests, and a running guest. */
#define HOST_MEMORY "1024"

/* Models whose VMX has EPT and unrestricted guests, which OVMF needs for its start in real mode. Most tests were made
 * with the first one. */
static const char *const models[] = { "corei7_skylake_x", "corei7_icelake_u", "tigerlake", "broadwell_ult",
	"corei7_haswell_4770", NULL };

/* The first of these files that exists. If folder is given, files of these names are looked for there instead. */
static char *find_first(const char *const *paths, const char *folder)
{
	for (; *paths != NULL; paths++) {
		g_autofree char *name = g_path_get_basename(*paths);
		g_autofree char *file = folder != NULL ? g_build_filename(folder, name, NULL) : g_strdup(*paths);

		if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&file);
	}
	return NULL;
}

/* Looks in the folder that Bochs' own variable BXSHARE names, or else where distributions install the ROM images. */
static char *find_rom(const char *const *paths, const char *package, GError **error)
{
	const char *share = g_getenv("BXSHARE");
	g_autofree char *usual = g_path_get_dirname(paths[0]), *name = g_path_get_basename(paths[0]);
	char *file = find_first(paths, share);

	if (file == NULL)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"%s is not in %s (package %s); BXSHARE names the folder that has this ROM image of Bochs", name,
			share != NULL ? share : usual, package);
	return file;
}

/* What bochs --help prints. Whether it goes to standard output or standard error depends on the version. */
static char *ask(const char *words, GError **error)
{
	g_autofree char *script = g_strdup_printf("bochs --help %s 2>&1", words);
	const char *command[] = { "sh", "-c", script, NULL };
	char *answer = process_output(command, ASK_SECONDS, error);

	if (answer == NULL)
		g_prefix_error(error, "bochs --help %s: ", words);
	return answer;
}

static char *find_model(GError **error)
{
	g_autofree char *help = ask("cpu", error);
	g_auto(GStrv) lines = help != NULL ? g_strsplit(help, "\n", -1) : NULL;

	if (help == NULL)
		return NULL;
	for (const char *const *model = models; *model != NULL; model++)
		for (char **line = lines; *line != NULL; line++)
			if (strcmp(g_strstrip(*line), *model) == 0)
				return g_strdup(*model);
	g_set_error(error, BOOT_ERROR, BOOT_SETUP,
		"this Bochs has no CPU model with VMX: none of its models is %s or newer",
		models[G_N_ELEMENTS(models) - 2]);
	return NULL;
}

/* The word that follows the program's name in what it prints; to be freed. */
static char *find_version(const char *help)
{
	static const char name[] = "Bochs x86 Emulator ";
	const char *found = strstr(help, name);

	return found != NULL ? g_strndup(found + strlen(name), strcspn(found + strlen(name), " \n")) : g_strdup("?");
}

gboolean bochs_setup_find(struct bochs_setup *setup, GError **error)
{
	static const char *const bios[] = { "/usr/share/bochs/BIOS-bochs-latest",
		"/usr/local/share/bochs/BIOS-bochs-latest", NULL };
	static const char *const vga_bios[] = { "/usr/share/vgabios/vgabios.bin",
		"/usr/share/bochs/VGABIOS-lgpl-latest.bin", "/usr/share/bochs/VGABIOS-lgpl-latest",
		"/usr/local/share/bochs/VGABIOS-lgpl-latest.bin", "/usr/local/share/bochs/VGABIOS-lgpl-latest", NULL };
	g_autofree char *program = g_find_program_in_path("bochs");
	g_autofree char *help = NULL;

	*setup = (struct bochs_setup){ 0 };
	if (program == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "bochs is not installed (package bochs)");
		return FALSE;
	}
	setup->bios = find_rom(bios, "bochsbios", error);
	setup->vga_bios = setup->bios != NULL ? find_rom(vga_bios, "vgabios", error) : NULL;
	setup->model = setup->vga_bios != NULL ? find_model(error) : NULL;
	help = setup->model != NULL ? ask("", error) : NULL;
	setup->has_debugger = help != NULL && strstr(help, "-rc filename") != NULL;
	setup->version = help != NULL ? find_version(help) : NULL;
	return help != NULL;
}

void bochs_setup_clear(struct bochs_setup *setup)
{
	g_free(setup->bios);
	g_free(setup->vga_bios);
	g_free(setup->model);
	g_free(setup->version);
}

/* Names in the configuration file are quoted, but Bochs expands $NAME even inside quotes. */
static gboolean can_stand(const char *path, GError **error)
{
	if (strpbrk(path, "\"$\n") == NULL)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP,
		"%s: Bochs takes no file whose name has a quote or a dollar sign in it", path);
	return FALSE;
}

char *bochs_setup_text(const struct bochs_setup *setup, const struct bochs_files *files, GError **error)
{
	const char *paths[] = { setup->bios, setup->vga_bios, files->folder, files->system, files->archive,
		files->results };
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		if (!can_stand(paths[i], error))
			return g_string_free(text, TRUE);
	g_string_append_printf(text, "megs: " HOST_MEMORY "\nromimage: file=\"%s\"\nvgaromimage: file=\"%s\"\n",
		setup->bios, setup->vga_bios);
	g_string_append_printf(text,
		"cpu: model=%s, count=1, ips=" INSTRUCTIONS_PER_SECOND ", reset_on_triple_fault=0\n"
		"clock: sync=none, time0=utc\nboot: cdrom\nata0: enabled=1\nata1: enabled=1\n",
		setup->model);
	g_string_append_printf(text, "ata0-master: type=cdrom, path=\"%s\", status=inserted\n", files->system);
	g_string_append_printf(text, "ata0-slave: type=cdrom, path=\"%s\", status=inserted\n", files->archive);
	g_string_append_printf(text, "ata1-master: type=disk, mode=flat, path=\"%s\"\n", files->results);
	g_string_append_printf(text, "com1: enabled=1, mode=file, dev=\"%s/" HOST_CONSOLE "\"\n", files->folder);
	for (int i = 0; i < HOST_PORTS; i++)
		g_string_append_printf(
			text, "com%d: enabled=1, mode=file, dev=\"%s/%s\"\n", i + 2, files->folder, host_port_names[i]);
	g_string_append_printf(text, "display_library: term\nlog: \"%s/" HOST_LOG "\"\n", files->folder);
	g_string_append(text, "panic: action=report\nerror: action=ignore\ninfo: action=ignore\n");
	return g_string_free(text, FALSE);
}
