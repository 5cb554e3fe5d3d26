/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/case_boot.h"

#include <string.h>

#include "guest/capture.h"
#include "cases/case_parts.h"
#include "base/error.h"
#include "qemu/oracle.h"
#include "qemu/rom.h"
#include "base/scratch.h"

/* A captured guest for each power of two up to this. */
enum { RESTORE_SMP_MAX = 4 };

gboolean case_can_restore(const struct settings *settings, const struct boot_case *boot_case)
{
	return !settings->cold && settings->disk == NULL && !boot_case->cold && boot_case->extra == NULL &&
	       boot_case->disk == NULL && boot_case->firmware == NULL && strcmp(boot_case->machine, "q35") == 0 &&
	       (boot_case->smp & (boot_case->smp - 1)) == 0 && boot_case->smp <= RESTORE_SMP_MAX;
}

/* Whether the app leaves its report in the variable store: a recorded machine's report does not belong there. */
static gboolean stores_report(const struct boot_case *boot_case, gboolean flash)
{
	return flash && !case_asks(boot_case, "--no-variable") && !case_asks(boot_case, "--replay");
}

/* What the app is told: to end by debug-exit; where it stores none, to give its report on the console. A disk image
 * that is booted without a word from the user follows its own configuration. */
static char *app_arguments(const struct settings *settings, const struct boot_case *boot_case, gboolean flash)
{
	gboolean need_json = !stores_report(boot_case, flash) && !case_asks(boot_case, "--json");

	if (settings->disk != NULL && *boot_case->arguments == '\0')
		return g_strdup("");
	return g_strstrip(g_strconcat("--exit=qemu ", need_json ? "--json " : "", boot_case->arguments, NULL));
}

/*
 * Inside the nested host, QEMU 7.2's TCG asserts when a second virtual interrupt is raised while one is pending: guest
 * timer ticks are kept apart. A boot needs some ticks; an app restored into booted firmware needs none.
 */
static void space_ticks(const struct settings *settings, gboolean restored)
{
	static const char path[] = "/sys/module/kvm/parameters/min_timer_period_us";

	if (!settings->inside)
		return;
	/* A kernel without the knob runs on its own spacing. */
	(void)scratch_write(path, restored ? "4000000000" : "1000000", -1, NULL);
}

/* @images@ in a case's QEMU options stands for the folder of the images. */
static char **with_images(const struct settings *settings, char **extra)
{
	GStrvBuilder *builder = g_strv_builder_new();
	char **words;

	for (; extra != NULL && *extra != NULL; extra++) {
		g_autoptr(GString) word = g_string_new(*extra);

		g_string_replace(word, "@images@", settings->images, 0);
		g_strv_builder_add(builder, word->str);
	}
	words = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return words;
}

gboolean case_boot(const struct settings *settings, const struct boot_case *boot_case, const char *accel,
	const char *folder, void (*on_line)(gpointer context, const char *line), struct guest_result *result,
	GError **error)
{
	struct capture *capture = NULL;
	gboolean restore = case_can_restore(settings, boot_case);
	gboolean flash = boot_case->flash || restore; /* a captured guest has its store in flash anyway */
	g_autofree char *beside = g_path_get_dirname(settings->app);
	g_autofree char *app = g_build_filename(beside, boot_case->app, NULL);
	g_autofree char *arguments = app_arguments(settings, boot_case, flash);
	g_auto(GStrv) extra = with_images(settings, boot_case->extra);
	struct guest_spec spec = {
		.qemu = settings->qemu,
		.accel = accel,
		.machine = boot_case->machine,
		.cpu = boot_case->cpu,
		.smp = boot_case->smp,
		.firmware = settings->firmware,
		.flash = flash,
		.stores = stores_report(boot_case, flash),
		.app = boot_case->app != NULL ? app : settings->app,
		.launcher = settings->launcher,
		.arguments = arguments,
		.extra = (const char *const *)extra,
		.folder = folder,
		.timeout = (unsigned)settings->timeout,
		.on_line = on_line,
	};
	struct case_parts parts;
	g_autofree char *rom = NULL;
	gboolean tried = FALSE;

	if (g_mkdir_with_parents(folder, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made", folder);
		return FALSE;
	}
	if (!case_parts_find(settings, boot_case, &parts, error))
		return FALSE;
	spec.disk = parts.disk;
	spec.by_shell = boot_case->by_shell;
	spec.cdrom = g_strcmp0(boot_case->media, "cdrom") == 0;
	spec.other = boot_case->disk != NULL && parts.disk == NULL;
	if (parts.firmware != NULL)
		spec.firmware = parts.firmware;
	if (parts.rom != NULL)
		rom = g_strdup(parts.rom);
	else if (!flash)
		rom = rom_make(spec.firmware, settings->cache, error);
	spec.rom = rom;
	if (restore)
		spec.capture = capture = capture_get(settings, boot_case->smp, error);
	if (restore ? capture != NULL : flash || rom != NULL) {
		space_ticks(settings, restore);
		tried = guest_run(&spec, result, error);
	}
	if (tried && strcmp(accel, "kvm") == 0)
		result->has_supported = oracle_supported(&result->supported);
	capture_free(capture);
	case_parts_clear(&parts);
	return tried;
}
