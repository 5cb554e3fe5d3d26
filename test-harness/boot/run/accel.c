/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/accel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/error.h"
#include "base/scratch.h"
#include "guest/guest.h"
#include "kvmleaf/exit_status.h"
#include "nested/host_machine.h"
#include "qemu/rom.h"

enum { TRIAL_SECONDS = 30 };

/* All that the trial's result depends on: kernel, QEMU, firmware and the device; to be freed. */
static char *trial_key(const struct host *host)
{
	g_autofree char *qemu = g_find_program_in_path(host->qemu);
	const char *files[] = { qemu, host->firmware->code, "/dev/kvm" };
	struct utsname kernel = { 0 };
	GString *key = g_string_new(NULL);

	(void)uname(&kernel);
	g_string_append_printf(key, "%s %s", kernel.release, kernel.version);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		struct stat status = { 0 };

		if (files[i] != NULL)
			(void)stat(files[i], &status);
		g_string_append_printf(key, " %s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, files[i],
			(gint64)status.st_size, (gint64)status.st_mtime);
	}
	return g_string_free(key, FALSE);
}

enum trial { WORKS, FAILS, UNKNOWN };

/*
 * Only two ends prove something: the app's own, and QEMU pausing the guest since KVM cannot run it. Any other, such as
 * a timeout on a busy system, says nothing about KVM.
 */
static enum trial trial_of(const struct guest_result *result, char **ret_why)
{
	if (result->failure == NULL && result->exit_value == STATUS_PASS)
		return WORKS;
	*ret_why = g_strdup(result->failure ?: "the trial's app did not end as it should");
	return result->paused ? FAILS : UNKNOWN;
}

/*
 * Boots firmware on KVM, since a /dev/kvm that can be opened may still fail at a guest's first instructions. The app is
 * not the one under test, so that the latter's faults are not taken for KVM's.
 */
static enum trial try_kvm(const struct host *host, char **ret_why)
{
	GError *error = NULL;
	g_autofree char *folder = scratch_make(&error);
	g_autofree char *rom = folder != NULL ? rom_make(host->firmware, host->cache, &error) : NULL;
	struct guest_spec spec = {
		.qemu = host->qemu,
		.accel = "kvm",
		.machine = "q35",
		.cpu = "host",
		.smp = 1,
		.firmware = host->firmware,
		.rom = rom,
		.app = host->trial,
		.arguments = "--exit=qemu",
		.folder = folder,
		.timeout = TRIAL_SECONDS,
	};
	enum trial trial = UNKNOWN;
	struct guest_result result;

	if (rom != NULL && guest_run(&spec, &result, &error)) {
		trial = trial_of(&result, ret_why);
		guest_result_clear(&result);
	}
	if (error != NULL)
		*ret_why = g_strdup(error->message);
	g_clear_error(&error);
	if (folder != NULL)
		scratch_remove(folder);
	return trial;
}

static void remember(const char *path, const char *key, gboolean works, const char *why)
{
	g_autoptr(GKeyFile) record = g_key_file_new();

	g_key_file_set_string(record, "trial", "key", key);
	g_key_file_set_boolean(record, "trial", "works", works);
	if (why != NULL)
		g_key_file_set_string(record, "trial", "why", why);
	(void)g_key_file_save_to_file(record, path, NULL); /* without it the next run tries again */
}

static gboolean can_open_kvm(char **ret_why)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		*ret_why = g_strdup_printf("/dev/kvm: %s", g_strerror(errno));
	else
		(void)close(fd);
	return fd >= 0;
}

/*
 * Whether firmware really boots on this system's KVM. This is tried once, and the result is kept in the cache until the
 * kernel, QEMU or firmware changes. *ret_why, to be freed, is the reason where it does not.
 */
static gboolean kvm_works(const struct host *host, char **ret_why)
{
	g_autofree char *path = g_build_filename(host->cache, "kvm-trial", NULL);
	g_autoptr(GKeyFile) record = g_key_file_new();
	g_autofree char *key = NULL, *recorded = NULL;
	enum trial trial;

	*ret_why = NULL;
	if (!can_open_kvm(ret_why))
		return FALSE;
	key = trial_key(host);
	if (g_key_file_load_from_file(record, path, G_KEY_FILE_NONE, NULL))
		recorded = g_key_file_get_string(record, "trial", "key", NULL);
	if (g_strcmp0(recorded, key) == 0) {
		*ret_why = g_key_file_get_string(record, "trial", "why", NULL);
		return g_key_file_get_boolean(record, "trial", "works", NULL);
	}
	trial = try_kvm(host, ret_why);
	if (trial != UNKNOWN)
		remember(path, key, trial == WORKS, *ret_why);
	return trial == WORKS;
}

const char *accel_resolve(const char *asked, const struct host *host, GError **error)
{
	const struct host_machine *machine = host_machine_by_accel(asked);
	g_autofree char *why = NULL;

	if (g_strcmp0(asked, "tcg") == 0)
		return "tcg";
	if (host->inside)
		return "kvm";
	if (machine != NULL)
		return machine->check(error) ? machine->accel : NULL;
	if (kvm_works(host, &why))
		return "kvm";
	if (g_strcmp0(asked, "kvm") == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"KVM cannot be used here (%s); --accel=nested brings its own", why);
		return NULL;
	}
	return host_qemu.accel;
}

/* Whether this system's CPU is made by "amd" or "intel", by the vendor in /proc/cpuinfo. */
static gboolean is_made_by(const char *maker)
{
	g_autofree char *text = NULL;
	const char *vendor;

	if (!g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL) || (vendor = strstr(text, "vendor_id")) == NULL)
		return FALSE;
	vendor += strcspn(vendor, ":\n");
	return g_str_has_prefix(vendor, strcmp(maker, "intel") == 0 ? ": GenuineIntel" : ": AuthenticAMD");
}

const char *accel_of_maker(const char *accel, const char *maker, GError **error)
{
	const struct host_machine *machine = host_machine_by_maker(maker);

	if (maker == NULL || strcmp(accel, "tcg") == 0)
		return accel;
	if (host_machine_by_accel(accel) != NULL)
		return machine->check(error) ? machine->accel : NULL;
	if (is_made_by(maker))
		return accel;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP,
		"needs KVM on a CPU made by %s, which this machine's is not; --accel=%s brings one", maker,
		machine->accel);
	return NULL;
}
