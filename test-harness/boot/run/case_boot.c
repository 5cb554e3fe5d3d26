/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/case_boot.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/scratch.h"
#include "cases/case_facts.h"
#include "cases/case_parts.h"
#include "guest/capture.h"
#include "guest/guest_files.h"
#include "nested/kvm_modules.h"
#include "qemu/oracle.h"
#include "qemu/rom.h"

static gboolean can_restore(const struct options *options, const struct boot_case *boot_case)
{
	return !options->cold && case_facts(boot_case).restorable;
}

/*
 * The app's arguments: --exit=qemu, --json where the report must come from the console, and the case's, of which a
 * second --exit holds. To be freed.
 */
static char *app_arguments(const struct boot_case *boot_case, gboolean stores)
{
	gboolean need_json = !stores && !case_facts(boot_case).json;

	if (boot_case->untold && *boot_case->arguments == '\0')
		return g_strdup("");
	return g_strstrip(g_strconcat("--exit=qemu ", need_json ? "--json " : "", boot_case->arguments, NULL));
}

/*
 * In the nested host, QEMU 7.2's TCG fails an assertion when a second virtual interrupt is raised while one is pending,
 * so KVM is set to a large minimum timer period there. A boot needs some timer ticks (one a second is enough); a
 * restored guest needs none.
 */
static void set_min_timer_period(const struct host *host, gboolean restored)
{
	static const char path[] = "/sys/module/kvm/parameters/min_timer_period_us";

	if (!host->inside)
		return;
	/* A kernel without this parameter keeps its own period. */
	(void)scratch_write(path, restored ? "4000000000" : "1000000", -1, NULL);
}

/* KVM's modules inside a nested host, which runs its guests one after another. */
static struct kvm_modules_state modules = { .files = "/modules", .loaded = "/sys/module" };

/* Writes the parameters that the modules had for this guest, so that its results show what it ran on. */
static void show_kvm_parameters(const struct host *host, const char *folder)
{
	g_autofree char *path = g_build_filename(folder, GUEST_KVM_PARAMETERS, NULL);
	g_autofree char *shown = host->inside ? kvm_modules_show(&modules) : NULL;

	if (shown != NULL)
		(void)scratch_write(path, shown, -1, NULL);
}

/* Replaces @images@ in a case's QEMU options by the folder of the images; to be freed with g_strfreev. */
static char **with_images(const char *images, char **extra)
{
	GStrvBuilder *builder = g_strv_builder_new();
	char **words;

	for (; extra != NULL && *extra != NULL; extra++) {
		g_autoptr(GString) word = g_string_new(*extra);

		g_string_replace(word, "@images@", images, 0);
		g_strv_builder_add(builder, word->str);
	}
	words = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return words;
}

/* Runs the guest that spec describes, and asks this system's KVM what it offers its guests. */
static gboolean try_guest(
	const struct host *host, const struct guest_spec *spec, struct guest_result *result, GError **error)
{
	set_min_timer_period(host, spec->capture != NULL);
	if (!guest_run(spec, result, error))
		return FALSE;
	if (strcmp(spec->accel, "kvm") == 0)
		result->has_supported = oracle_supported(&result->supported);
	result->own_apic = oracle_own_apic();
	return TRUE;
}

/* Firmware that runs in SMM cannot do without flash. */
static enum store_kind case_store(const struct boot_case *boot_case, const struct firmware *firmware)
{
	if (case_facts(boot_case).flash || firmware->smm)
		return STORE_FLASH;
	return g_strcmp0(boot_case->store, "none") == 0 ? STORE_NONE : STORE_MEMORY;
}

/* Boots from reset: from flash where the case has a variable store in flash, else from a ROM image. */
static gboolean boot_cold(const struct host *host, const struct boot_case *boot_case, const char *given_rom,
	struct guest_spec *spec, struct guest_result *result, GError **error)
{
	g_autofree char *rom = NULL;
	gboolean tried;

	spec->store = case_store(boot_case, spec->firmware);
	if (given_rom != NULL)
		rom = g_strdup(given_rom);
	else if (spec->store != STORE_FLASH)
		rom = rom_make(spec->firmware, host->cache, error);
	spec->rom = rom;
	tried = (spec->store == STORE_FLASH || rom != NULL) && try_guest(host, spec, result, error);
	spec->rom = NULL;
	return tried;
}

/* Restores a captured guest. */
static gboolean restore(const struct options *options, const struct host *host, const struct boot_case *boot_case,
	struct guest_spec *spec, struct guest_result *result, GError **error)
{
	struct capture_source source = host_capture_source(host, options);
	struct capture *capture;
	gboolean tried;

	spec->store = case_facts(boot_case).flash ? STORE_FLASH : STORE_MEMORY;
	capture = capture_get(&source, boot_case->smp, spec->store, error);
	spec->capture = capture;
	tried = capture != NULL && try_guest(host, spec, result, error);
	spec->capture = NULL;
	capture_free(capture);
	return tried;
}

/* Finds the files that the case names, and runs the guest of spec with them. */
static gboolean run_with_parts(const struct options *options, const struct host *host,
	const struct boot_case *boot_case, gboolean restored, struct guest_spec *spec, struct guest_result *result,
	GError **error)
{
	struct case_places places = host_case_places(host);
	struct case_parts parts;
	gboolean tried;

	if (!case_parts_find(&places, boot_case, &parts, error))
		return FALSE;
	spec->disk = parts.disk;
	spec->other = boot_case->disk != NULL && parts.disk == NULL;
	if (parts.firmware != NULL)
		spec->firmware = parts.firmware;
	tried = restored ? restore(options, host, boot_case, spec, result, error)
			 : boot_cold(host, boot_case, parts.rom, spec, result, error);
	case_parts_clear(&parts);
	return tried;
}

/* Restores the guest, or boots it from reset. What the app is told depends on which of the two it is. */
static gboolean start(const struct options *options, const struct host *host, const struct boot_case *boot_case,
	const char *accel, const char *folder, void (*on_line)(gpointer context, const char *line), gboolean restored,
	struct guest_result *result, GError **error)
{
	gboolean stores = g_strcmp0(boot_case->store, "none") != 0 && !case_facts(boot_case).no_variable;
	g_autofree char *beside = g_path_get_dirname(host->app);
	g_autofree char *app = g_build_filename(beside, boot_case->app, NULL);
	g_autofree char *arguments = app_arguments(boot_case, stores);
	g_auto(GStrv) extra = with_images(host->images, boot_case->extra);
	struct guest_spec spec = {
		.qemu = host->qemu,
		.accel = accel,
		.machine = boot_case->machine,
		.cpu = boot_case->cpu,
		.smp = boot_case->smp,
		.firmware = host->firmware,
		.stores = stores,
		.app = boot_case->app != NULL ? app : host->app,
		.launcher = host->launcher,
		.arguments = arguments,
		.told_to_exit = *arguments != '\0',
		.told_to_power_off = case_facts(boot_case).powers_off,
		.by_shell = boot_case->by_shell,
		.cdrom = g_strcmp0(boot_case->media, "cdrom") == 0,
		.disk_attached = case_facts(boot_case).attaches_disk,
		.extra = (const char *const *)extra,
		.folder = folder,
		.timeout = (unsigned)options->timeout,
		.on_line = on_line,
	};

	if (g_mkdir_with_parents(folder, 0755) != 0) {
		g_set_error(
			error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made: %s", folder, g_strerror(errno));
		return FALSE;
	}
	return run_with_parts(options, host, boot_case, restored, &spec, result, error);
}

gboolean case_boot(const struct options *options, const struct host *host, const struct boot_case *boot_case,
	const char *accel, const char *folder, void (*on_line)(gpointer context, const char *line),
	struct guest_result *result, GError **error)
{
	gboolean restored = can_restore(options, boot_case);
	g_autofree char *refusal = NULL;

	if (host->inside && !kvm_modules_set(&modules, boot_case->kvm_parameters, error))
		return FALSE;
	if (!start(options, host, boot_case, accel, folder, on_line, restored, result, error))
		return FALSE;
	show_kvm_parameters(host, folder);
	if (result->refusal == NULL)
		return TRUE;
	/* QEMU does not restore the captured guest with this CPU model, so the guest is booted instead. */
	refusal = g_steal_pointer(&result->refusal);
	guest_result_clear(result);
	if (!start(options, host, boot_case, accel, folder, on_line, FALSE, result, error))
		return FALSE;
	show_kvm_parameters(host, folder);
	result->note = g_strdup_printf(
		"booted from reset, since QEMU did not restore the captured guest with this CPU model: %s", refusal);
	return TRUE;
}
