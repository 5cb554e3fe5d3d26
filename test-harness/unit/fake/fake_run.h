/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of kvmleaf-boot inside the test's own process, on a QEMU that boots nothing (test-harness/checks/lib/fake-qemu),
 * with firmware, app and cases made up in a folder of the test's own. What they print is kept.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_RUN_H
#define KVMLEAF_UNIT_FAKE_FAKE_RUN_H

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "run/run.h"
#include "base/scratch.h"
#include "settings.h"
#include "unit/fake/store.h"

#define FAKE_QEMU "test-harness/checks/lib/fake-qemu"

/* CODE and VARS of a 4 MiB OVMF, which firmware.c wants to add up to that. */
enum { FAKE_VARS_SIZE = 0x84000, FAKE_CODE_SIZE = 0x400000 - FAKE_VARS_SIZE };

struct fake_run {
	char *folder, *firmware, *log;
	struct settings settings; /* of the run that is under way */
	GString *said, *errors;   /* what the last run printed */
	GError *error;            /* why it ended, NULL for nothing to say */
	int status;
};

static GMutex fake_mutex;
static GString *fake_said, *fake_errors;
/* GLib's tests have handlers of their own, which make comments of what is printed. */
static GPrintFunc fake_print_before, fake_printerr_before;
static gboolean fake_listens;

/* GLib's own log messages, which its tests print, as comments or not by its version, are none of the run's. */
static inline void fake_take_said(const char *text)
{
	if (g_str_has_prefix(text, "# GLib") || g_str_has_prefix(text, "GLib"))
		return;
	g_mutex_lock(&fake_mutex);
	g_string_append(fake_said, text);
	g_mutex_unlock(&fake_mutex);
}

static inline void fake_take_error(const char *text)
{
	g_mutex_lock(&fake_mutex);
	g_string_append(fake_errors, text);
	g_mutex_unlock(&fake_mutex);
}

static inline char *fake_path(const struct fake_run *run, const char *name)
{
	return g_build_filename(run->folder, name, NULL);
}

static inline void fake_write(const struct fake_run *run, const char *name, const char *content, gssize length)
{
	g_autofree char *path = fake_path(run, name);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, content, length, NULL));
}

/* What a file there has, NULL where there is none. */
static inline char *fake_read(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);
	char *content = NULL;

	(void)g_file_get_contents(path, &content, NULL, NULL);
	return content;
}

static inline gboolean fake_exists(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static inline void fake_remove(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);

	scratch_remove(path);
}

/* Firmware whose store has, or has not, a report of an earlier run. */
static inline void fake_write_firmware(const struct fake_run *run, const char *old_report)
{
	g_autofree char *code = g_malloc(FAKE_CODE_SIZE);
	struct store store;

	memset(code, 0xf4, FAKE_CODE_SIZE);
	store_init(&store, FAKE_VARS_SIZE);
	if (old_report != NULL)
		(void)store_add_report(&store, ADDED, old_report);
	fake_write(run, "CODE.fd", code, FAKE_CODE_SIZE);
	fake_write(run, "VARS.fd", (const char *)store.bytes, FAKE_VARS_SIZE);
	store_clear(&store);
}

static inline void fake_init(struct fake_run *run)
{
	static const char *const names[] = { "x86_64/kvmleaf.efi", "x86_64/launcher.efi", "x86_64/returns.efi",
		"home/kvmleaf-boot", "nested/sums", "images/kvmleaf.iso" };

	(void)signal(SIGPIPE, SIG_IGN); /* as main() has it */
	*run = (struct fake_run){ .folder = g_dir_make_tmp("kvmleaf-unit-XXXXXX", NULL) };
	g_assert_nonnull(run->folder);
	run->said = g_string_new(NULL);
	run->errors = g_string_new(NULL);
	run->log = fake_path(run, "log");
	run->firmware = g_strdup_printf("%s/CODE.fd:%s/VARS.fd", run->folder, run->folder);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		fake_write(run, names[i], names[i], -1);
	fake_write(run, "cases/none.txt", "", 0);
	fake_write_firmware(run, NULL);
	g_setenv("FAKE_LOG", run->log, TRUE);
	g_unsetenv("FAKE");
}

static inline void fake_clear(struct fake_run *run)
{
	scratch_remove(run->folder);
	g_clear_error(&run->error);
	g_string_free(run->said, TRUE);
	g_string_free(run->errors, TRUE);
	g_free(run->firmware);
	g_free(run->log);
	g_free(run->folder);
}

/* Adds a case to a file of its own. */
static inline void fake_case(const struct fake_run *run, const char *name, const char *accel, const char *lines)
{
	const char *cpu = strcmp(accel, "kvm") == 0 ? "cpu = host" : "cpu = qemu64";
	g_autofree char *text = g_strdup_printf("[%s]\nwhy = a test\naccel = %s\n%s\n%s\n", name, accel,
		strstr(lines, "cpu = ") == NULL ? cpu : "", lines);
	g_autofree char *file = g_strdup_printf("cases/%s.ini", name);

	fake_write(run, file, text, -1);
}

static inline void fake_put(char **field, const struct fake_run *run, const char *name)
{
	g_free(*field);
	*field = fake_path(run, name);
}

static inline void fake_assert_file(const struct fake_run *run, const char *name, const char *text)
{
	g_autofree char *content = fake_read(run, name);

	if (content == NULL || strstr(content, text) == NULL)
		g_error("no \"%s\" in %s: %s", text, name, content != NULL ? content : "which is not there");
}

/* Reads a command line (words parted by blanks; @ stands for the folder) into run->settings. */
static inline gboolean fake_parse(struct fake_run *run, const char *line)
{
	g_autofree char *all = g_strdup_printf("kvmleaf-boot --qemu=" FAKE_QEMU
					       " --accel=tcg --cache=@/cache --app=@/x86_64/kvmleaf.efi "
					       "--firmware=%s %s",
		run->firmware, line);
	g_auto(GStrv) parts = g_strsplit(all, "@", 0);
	g_autofree char *whole = g_strchomp(g_strjoinv(run->folder, parts));
	g_auto(GStrv) words = g_strsplit(whole, " ", 0);
	guint count = g_strv_length(words);
	g_autofree char **argv = g_new0(char *, count + 1);

	memcpy(argv, words, count * sizeof(*argv));
	if (!settings_parse(&run->settings, (int)count, argv, &run->error))
		return FALSE;
	fake_put(&run->settings.launcher, run, "x86_64/launcher.efi");
	fake_put(&run->settings.trial, run, "x86_64/returns.efi");
	fake_put(&run->settings.home, run, "home");
	fake_put(&run->settings.nested, run, "nested");
	fake_put(&run->settings.images, run, "images");
	if (!run->settings.own_cases)
		fake_put(&run->settings.cases, run, "cases");
	return settings_find_parts(&run->settings, &run->error);
}

static inline void fake_listen(struct fake_run *run)
{
	g_clear_error(&run->error);
	g_string_truncate(run->said, 0);
	g_string_truncate(run->errors, 0);
	fake_said = run->said;
	fake_errors = run->errors;
	if (fake_listens)
		return;
	fake_print_before = g_set_print_handler(fake_take_said);
	fake_printerr_before = g_set_printerr_handler(fake_take_error);
	fake_listens = TRUE;
}

static inline void fake_hush(void)
{
	if (!fake_listens)
		return;
	(void)g_set_print_handler(fake_print_before);
	(void)g_set_printerr_handler(fake_printerr_before);
	fake_listens = FALSE;
}

/* Runs the command line as main() would, results in the folder "out"; its status is in run->status too. */
static inline int fake_start(struct fake_run *run, const char *line)
{
	g_autofree char *out = fake_path(run, "out");

	(void)g_unlink(run->log);
	fake_listen(run);
	run->status = BOOT_USAGE;
	(void)g_mkdir(out, 0755);
	if (fake_parse(run, line))
		run->status = run->settings.one_boot ? run_one_boot(&run->settings, out, &run->error)
						     : run_cases(&run->settings, out, &run->error);
	fake_hush();
	settings_clear(&run->settings);
	return run->status;
}

static inline int fake_run_cases(struct fake_run *run, const char *line)
{
	g_autofree char *all = g_strconcat("--cases=@/cases ", line, NULL);

	return fake_start(run, all);
}

static inline const char *fake_why(const struct fake_run *run)
{
	return run->error != NULL ? run->error->message : "";
}

#define fake_assert_status(run, expected)                                                                              \
	do {                                                                                                           \
		if ((run)->status != (expected))                                                                       \
			g_error("status %d, not %d: %s\n%s\n%s", (run)->status, (int)(expected), fake_why(run),        \
				(run)->said->str, (run)->errors->str);                                                 \
	} while (0)

#define fake_assert_said(run, text)                                                                                    \
	do {                                                                                                           \
		if (strstr((run)->said->str, text) == NULL)                                                            \
			g_error("no \"%s\" in:\n%s\n%s\n%s", text, (run)->said->str, (run)->errors->str,               \
				fake_why(run));                                                                        \
	} while (0)

#define fake_assert_not_said(run, text)                                                                                \
	do {                                                                                                           \
		if (strstr((run)->said->str, text) != NULL)                                                            \
			g_error("\"%s\" in:\n%s", text, (run)->said->str);                                             \
	} while (0)

#define fake_assert_why(run, text)                                                                                     \
	do {                                                                                                           \
		if (strstr(fake_why(run), text) == NULL)                                                               \
			g_error("no \"%s\" in: %s\n%s", text, fake_why(run), (run)->said->str);                        \
	} while (0)

/* How many QEMUs were started whose command line has that text; those that only tell their version aside. */
static inline guint fake_started(const struct fake_run *run, const char *text)
{
	g_autofree char *log = fake_read(run, "log");
	g_auto(GStrv) lines = g_strsplit(log != NULL ? log : "", "\n", 0);
	guint count = 0;

	for (char **line = lines; *line != NULL; line++)
		count += **line != '\0' && strcmp(*line, "--version") != 0 && strstr(*line, text) != NULL;
	return count;
}

/*
 * Whether a run that takes this machine for the nested host would lengthen its guests' timer ticks (run_guest.c). Of a
 * parameter without a write permission sysfs takes nothing, not even from root (kernfs_fop_open in fs/kernfs/file.c).
 */
static inline gboolean fake_would_space_ticks(void)
{
	static const char path[] = "/sys/module/kvm/parameters/min_timer_period_us";
	GStatBuf status;

	return g_stat(path, &status) == 0 && (status.st_mode & S_IWUSR) != 0 && g_access(path, W_OK) == 0;
}

#endif
