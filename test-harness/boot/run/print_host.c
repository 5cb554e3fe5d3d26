/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/print_host.h"

#include <string.h>

#include "base/error.h"
#include "base/nearest.h"
#include "host.h"
#include "qemu/qemu_info.h"
#include "run/accel.h"

/* Finds a value, to be freed; NULL with an error. */
typedef char *find_fn(const struct options *options, struct host *host, GError **error);

static char *find_accelerator(const struct options *options, struct host *host, GError **error)
{
	return host_find_parts(host, options, error) ? g_strdup(accel_resolve(options->accel, host, error)) : NULL;
}

static char *find_qemu(const struct options *options, struct host *host, GError **error)
{
	(void)options;
	return qemu_check(host->qemu, error) ? g_find_program_in_path(host->qemu) : NULL;
}

static char *find_firmware(const struct options *options, struct host *host, GError **error)
{
	const char *arch = options->arch != NULL ? options->arch : "x86_64";
	g_auto(GStrv) features = options->features != NULL ? g_strsplit(options->features, ",", 0) : NULL;
	struct firmware *firmware = firmware_find(options->firmware, arch, features, error);
	char *pair = firmware != NULL ? g_strdup_printf("%s:%s", firmware->code, firmware->vars) : NULL;

	(void)host;
	firmware_free(firmware);
	return pair;
}

static char *find_cache(const struct options *options, struct host *host, GError **error)
{
	if (!host_find_cache(host, options, error))
		return NULL;
	if (host->run_cache == NULL)
		return g_strdup(host->cache);
	g_set_error(
		error, BOOT_ERROR, BOOT_SETUP, "no folder for a cache can be written; each run uses a temporary one");
	return NULL;
}

static const struct {
	const char *name;
	find_fn *find;
} things[] = {
	{ "accelerator", find_accelerator },
	{ "qemu", find_qemu },
	{ "firmware", find_firmware },
	{ "cache", find_cache },
};

static char *find_thing(find_fn *find, const struct options *options, GError **error)
{
	struct host host;
	char *value;

	host_find(&host, options);
	value = find(options, &host, error);
	host_clear(&host);
	return value;
}

static int print_one(const struct options *options, GError **error)
{
	const char *names[G_N_ELEMENTS(things)];
	const char *near;

	for (size_t i = 0; i < G_N_ELEMENTS(things); i++) {
		g_autofree char *value = NULL;

		names[i] = things[i].name;
		if (strcmp(things[i].name, options->words[0]) != 0)
			continue;
		value = find_thing(things[i].find, options, error);
		if (value == NULL)
			return BOOT_SETUP;
		g_print("%s\n", value);
		return BOOT_PASS;
	}
	near = nearest(options->words[0], names, G_N_ELEMENTS(names));
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "host %s: expected accelerator, qemu, firmware or cache%s%s",
		options->words[0], near != NULL ? "; the nearest is " : "", near ?: "");
	return BOOT_USAGE;
}

int print_host(const struct options *options, GError **error)
{
	int status = BOOT_PASS;

	if (options->words[0] != NULL)
		return print_one(options, error);
	for (size_t i = 0; i < G_N_ELEMENTS(things); i++) {
		g_autoptr(GError) reason = NULL;
		g_autofree char *value = find_thing(things[i].find, options, &reason);

		g_print("%-11s %s\n", things[i].name, value != NULL ? value : reason->message);
		if (value == NULL)
			status = BOOT_SETUP;
	}
	return status;
}
