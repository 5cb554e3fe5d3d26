/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include <string.h>

#include "error.h"
#include "libvirt.h"
#include "machine.h"

enum { RANDOM_MAX = 100000 };

static gboolean parse_options(struct settings *settings, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "accel", 0, 0, G_OPTION_ARG_STRING, &settings->accel, "auto (kvm, else nested), kvm, nested or tcg",
			"A" },
		{ "cpu", 0, 0, G_OPTION_ARG_STRING, &settings->cpu, "boot once with this -cpu", "STRING" },
		{ "machine", 0, 0, G_OPTION_ARG_STRING, &settings->machine, "and this -machine, q35 if none",
			"STRING" },
		{ "smp", 0, 0, G_OPTION_ARG_INT, &settings->smp, "and so many vCPUs", "N" },
		{ "libvirt", 0, 0, G_OPTION_ARG_FILENAME, &settings->libvirt, "boot once as this libvirt domain would",
			"FILE" },
		{ "require", 0, 0, G_OPTION_ARG_STRING, &settings->require, "fail unless the guest sees these features",
			"A,B" },
		{ "forbid", 0, 0, G_OPTION_ARG_STRING, &settings->forbid, "fail if it sees one of these", "A,B" },
		{ "case", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings->globs,
			"run the cases of that name; may be repeated", "GLOB" },
		{ "random", 0, 0, G_OPTION_ARG_INT, &settings->random, "run so many random masks, each probed", "N" },
		{ "seed", 0, 0, G_OPTION_ARG_INT, &settings->seed, "draw the random masks from this", "S" },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &settings->list, "list the cases", NULL },
		{ "cold", 0, 0, G_OPTION_ARG_NONE, &settings->cold, "boot every guest from reset; restore none", NULL },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &settings->jobs, "guests, or nested hosts, side by side", "N" },
		{ "require-kvm", 0, 0, G_OPTION_ARG_NONE, &settings->require_kvm,
			"a case without its accelerator fails", NULL },
		{ "timeout", 0, 0, G_OPTION_ARG_INT, &settings->timeout, "seconds that one guest may take", "S" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &settings->out, "folder for what each guest leaves", "DIR" },
		{ "keep", 0, 0, G_OPTION_ARG_NONE, &settings->keep, "keep that folder where --out names none", NULL },
		{ "qemu", 0, 0, G_OPTION_ARG_FILENAME, &settings->qemu, "QEMU to use", "PATH" },
		{ "firmware", 0, 0, G_OPTION_ARG_STRING, &settings->firmware_option, "UEFI firmware to use",
			"CODE:VARS" },
		{ "app", 0, 0, G_OPTION_ARG_FILENAME, &settings->app, "EFI application to boot", "PATH" },
		{ "disk", 0, 0, G_OPTION_ARG_FILENAME, &settings->disk, "raw disk image to boot instead of the app",
			"PATH" },
		{ "cache", 0, 0, G_OPTION_ARG_FILENAME, &settings->cache, "folder of what is kept from run to run",
			"DIR" },
		{ "cases", 0, 0, G_OPTION_ARG_FILENAME, &settings->cases, "folder of the case files", "DIR" },
		{ "shard", 0, 0, G_OPTION_ARG_STRING, &settings->shard, "run the K-th of N parts of the cases", "K/N" },
		{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &settings->junit, "write the results as JUnit XML too",
			"FILE" },
		{ "unknown", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &settings->unknown,
			"KVM properties that QEMU is known to lack", "A,B" },
		{ "captured", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &settings->captured,
			"captured guests that are known to be good, by vCPUs", "DIR" },
		{ "read", 0, 0, G_OPTION_ARG_FILENAME, &settings->read,
			"print the report in a variable store, an efivarfs file, a saved report or a dump", "FILE" },
		{ "raw", 0, 0, G_OPTION_ARG_NONE, &settings->raw, "print its registers as cpuid -r does", NULL },
		{ "decode", 0, 0, G_OPTION_ARG_FILENAME, &settings->decode,
			"print the table of a dump of cpuid -r (any FILE may be -, standard input)", "FILE" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &settings->json, "print it as a report instead", NULL },
		{ "diff", 0, 0, G_OPTION_ARG_FILENAME, &settings->diff,
			"print what differs between two of what --read and --decode take", "A B" },
		{ "best-accel", 0, 0, G_OPTION_ARG_NONE, &settings->best_accel, "print what auto would take", NULL },
		{ "features", 0, 0, G_OPTION_ARG_NONE, &settings->features, "print the feature table as Markdown",
			NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &settings->version, "print the version", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[-- APP-ARGUMENTS]");
	GError *option_error = NULL;

	g_option_context_set_summary(context, "Boots kvmleaf under QEMU with UEFI firmware and reads its report back.\n"
					      "Exit status: 0 all is well, 1 a guest is not as it should be, 2 wrong "
					      "usage, 3 this machine lacks something.");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &option_error)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s; --help lists the options", option_error->message);
		g_error_free(option_error);
		return FALSE;
	}
	if (settings->diff != NULL && *argc == 2) {
		settings->diff_with = g_strdup((*argv)[1]);
		return TRUE;
	}
	if (*argc > 1)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "unexpected \"%s\"; arguments for the app follow --",
			(*argv)[1]);
	return *argc == 1;
}

/* Cuts "--" and what follows, the app's arguments, off argv. */
static void take_app_arguments(struct settings *settings, int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		settings->arguments = g_strdupv(argv + i + 1);
		*argc = i;
		argv[i] = NULL;
		return;
	}
	settings->arguments = g_new0(char *, 1);
}

static gboolean parse_shard(struct settings *settings, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(settings->shard != NULL ? settings->shard : "1/1", "/", 0);
	guint64 index, count;

	if (g_strv_length(parts) != 2 || !g_ascii_string_to_unsigned(parts[1], 10, 1, 10000, &count, NULL) ||
		!g_ascii_string_to_unsigned(parts[0], 10, 1, count, &index, NULL)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--shard=%s: expected K/N, K from 1 to N", settings->shard);
		return FALSE;
	}
	settings->shard_index = (unsigned)index - 1;
	settings->shard_count = (unsigned)count;
	return TRUE;
}

static gboolean check_values(const struct settings *settings, GError **error)
{
	static const char *const accels[] = { "auto", "kvm", "nested", "tcg", NULL };

	if (!g_strv_contains(accels, settings->accel)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--accel=%s: expected auto, kvm, nested or tcg",
			settings->accel);
		return FALSE;
	}
	if (settings->timeout < 1 || settings->timeout > 3600) {
		g_set_error(
			error, BOOT_ERROR, BOOT_USAGE, "--timeout=%d: expected seconds, 1 to 3600", settings->timeout);
		return FALSE;
	}
	if (settings->jobs < 1 || settings->jobs > 256) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--jobs=%d: expected 1 to 256", settings->jobs);
		return FALSE;
	}
	if (settings->smp < 1 || settings->smp > 4096) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--smp=%d: expected 1 to 4096", settings->smp);
		return FALSE;
	}
	if (settings->random < 0 || settings->random > RANDOM_MAX) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--random=%d: expected 0 to %d masks", settings->random,
			RANDOM_MAX);
		return FALSE;
	}
	if (settings->diff != NULL && settings->diff_with == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--diff %s: expected two files", settings->diff);
		return FALSE;
	}
	if ((settings->raw && settings->read == NULL) || (settings->json && settings->decode == NULL)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--raw goes with --read, --json with --decode");
		return FALSE;
	}
	if (settings->libvirt != NULL && (settings->cpu != NULL || settings->machine != NULL)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--libvirt excludes --cpu and --machine");
		return FALSE;
	}
	if (settings->globs != NULL && (settings->cpu != NULL || settings->disk != NULL || settings->libvirt != NULL)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--case excludes --cpu, --disk and --libvirt");
		return FALSE;
	}
	return TRUE;
}

/* The first of these paths, relative to the program, that exists; the last one where none does. */
static char *find_beside(const struct settings *settings, const char *const *paths)
{
	char *path = NULL;

	for (; *paths != NULL; paths++) {
		g_free(path);
		path = g_build_filename(settings->home, *paths, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			break;
	}
	return path;
}

static void find_paths(struct settings *settings)
{
	/* In a build tree, in the nested host's job, installed. */
	static const char *const apps[] = { "x86_64/kvmleaf.efi", "../share/kvmleaf/kvmleaf.efi", NULL };
	static const char *const launchers[] = { "x86_64/launcher.efi", "../share/kvmleaf/launcher.efi", NULL };
	static const char *const cases[] = { "../test-harness/cases", "cases", "../share/kvmleaf/cases", NULL };
	static const char *const images[] = { "images", "../images/out", NULL };
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *built_app = NULL;

	settings->home = g_path_get_dirname(program != NULL ? program : ".");
	built_app = g_build_filename(settings->home, apps[0], NULL);
	if (settings->app == NULL)
		settings->app = find_beside(settings, apps);
	settings->launcher = find_beside(settings, launchers);
	if (settings->cases == NULL)
		settings->cases = find_beside(settings, cases);
	settings->nested = g_build_filename(settings->home, "nested", NULL);
	settings->images = find_beside(settings, images);
	if (settings->cache == NULL)
		settings->cache = g_file_test(built_app, G_FILE_TEST_EXISTS)
					  ? g_build_filename(settings->home, "cache", NULL)
					  : g_build_filename(g_get_user_cache_dir(), "kvmleaf", NULL);
}

/* A domain stands for --accel, --machine, --cpu and --smp. */
static gboolean take_domain(struct settings *settings, GError **error)
{
	struct libvirt_domain *domain;

	if (settings->libvirt == NULL)
		return TRUE;
	domain = libvirt_load(settings->libvirt, error);
	if (domain == NULL)
		return FALSE;
	settings->machine = g_strdup(domain->machine);
	settings->cpu = g_strdup(domain->cpu);
	settings->smp = (int)domain->vcpus;
	if (strcmp(domain->accel, "tcg") == 0) {
		g_free(settings->accel);
		settings->accel = g_strdup(domain->accel);
	}
	libvirt_domain_free(domain);
	return TRUE;
}

gboolean settings_parse(struct settings *settings, int argc, char **argv, GError **error)
{
	*settings = (struct settings){ .timeout = 120, .jobs = 2, .smp = 1 };
	take_app_arguments(settings, &argc, argv);
	if (!parse_options(settings, &argc, &argv, error))
		return FALSE;
	if (settings->accel == NULL)
		settings->accel = g_strdup("auto");
	if (settings->qemu == NULL)
		settings->qemu = g_strdup("qemu-system-x86_64");
	if (settings->unknown == NULL)
		settings->unknown = g_strdup("");
	if (settings->random > 0 && settings->globs == NULL)
		settings->globs = g_strsplit("random-*", " ", 0);
	settings->one_boot = settings->globs == NULL && !settings->list;
	settings->inside = g_getenv("KVMLEAF_NESTED_HOST") != NULL;
	settings->own_cases = settings->cases != NULL;
	find_paths(settings);
	return check_values(settings, error) && parse_shard(settings, error) && take_domain(settings, error);
}

gboolean settings_find_parts(struct settings *settings, GError **error)
{
	if (!settings->inside && !machine_check_qemu(settings->qemu, error))
		return FALSE;
	if (!g_file_test(settings->app, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not there; 'make all' builds it, --app names another",
			settings->app);
		return FALSE;
	}
	if (settings->disk != NULL && !g_file_test(settings->disk, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--disk=%s: no such file", settings->disk);
		return FALSE;
	}
	settings->firmware = firmware_find(settings->firmware_option, "x86_64", error);
	return settings->firmware != NULL;
}

void settings_clear(struct settings *settings)
{
	char *const strings[] = { settings->accel, settings->qemu, settings->firmware_option, settings->app,
		settings->launcher, settings->disk, settings->cpu, settings->cases, settings->cache, settings->nested,
		settings->images, settings->captured, settings->unknown, settings->junit, settings->shard,
		settings->machine, settings->require, settings->forbid, settings->libvirt, settings->out,
		settings->read, settings->decode, settings->diff, settings->diff_with, settings->home };

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	g_strfreev(settings->globs);
	g_strfreev(settings->arguments);
	firmware_free(settings->firmware);
}
