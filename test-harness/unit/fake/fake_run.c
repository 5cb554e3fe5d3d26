/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/fake_run.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "base/scratch.h"

static GMutex mutex;
static GString *said, *errors;
/* GLib's tests have handlers of their own, which turn what is printed into TAP comments. */
static GPrintFunc print_before, printerr_before;
static gboolean listens;

/* A thread that a command has left behind may print when nobody listens any more. */
static void append(GString **text, const char *more)
{
	g_mutex_lock(&mutex);
	if (*text != NULL)
		g_string_append(*text, more);
	g_mutex_unlock(&mutex);
}

/* GLib's tests print its own log messages with g_print, some versions as comments: these are not the command's. */
static void take_said(const char *text)
{
	if (g_str_has_prefix(text, "# GLib") || g_str_has_prefix(text, "GLib"))
		return;
	append(&said, text);
}

static void take_error(const char *text)
{
	append(&errors, text);
}

void fake_listen(struct fake_run *run)
{
	g_clear_error(&run->error);
	g_string_truncate(run->said, 0);
	g_string_truncate(run->errors, 0);
	g_mutex_lock(&mutex);
	said = run->said;
	errors = run->errors;
	g_mutex_unlock(&mutex);
	if (listens)
		return;
	print_before = g_set_print_handler(take_said);
	printerr_before = g_set_printerr_handler(take_error);
	listens = TRUE;
}

void fake_hush(void)
{
	if (!listens)
		return;
	(void)g_set_print_handler(print_before);
	(void)g_set_printerr_handler(printerr_before);
	listens = FALSE;
	g_mutex_lock(&mutex);
	said = errors = NULL;
	g_mutex_unlock(&mutex);
}

void fake_init(struct fake_run *run)
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

void fake_clear(struct fake_run *run)
{
	scratch_remove(run->folder);
	g_clear_error(&run->error);
	g_string_free(run->said, TRUE);
	g_string_free(run->errors, TRUE);
	g_free(run->firmware);
	g_free(run->log);
	g_free(run->folder);
}

static void put(char **field, const struct fake_run *run, const char *name)
{
	g_free(*field);
	*field = fake_path(run, name);
}

/* Parses "kvmleaf-boot COMMAND FIRST LINE". */
static gboolean parse_options(struct fake_run *run, const char *command, const char *first, const char *line)
{
	g_autofree char *all = g_strdup_printf("kvmleaf-boot %s %s %s", command, first, line);
	g_auto(GStrv) parts = g_strsplit(all, "@", 0);
	g_autofree char *whole = g_strjoinv(run->folder, parts);
	g_auto(GStrv) words = g_strsplit(whole, " ", 0);
	g_autofree char **argv = g_new0(char *, g_strv_length(words) + 1);
	int count = 0;

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			argv[count++] = *word;
	return options_parse(&run->options, count, argv, &run->error);
}

gboolean fake_parse(struct fake_run *run, const char *command, const char *line)
{
	g_autofree char *first =
		g_strdup_printf("--qemu=" FAKE_QEMU " --accel=tcg --cache=@/cache --firmware=%s", run->firmware);

	run->host = (struct host){ 0 };
	if (!parse_options(run, command, first, line))
		return FALSE;
	host_find(&run->host, &run->options);
	if (run->options.app == NULL)
		put(&run->host.app, run, "x86_64/kvmleaf.efi");
	put(&run->host.launcher, run, "x86_64/launcher.efi");
	put(&run->host.trial, run, "x86_64/returns.efi");
	put(&run->host.home, run, "home");
	put(&run->host.nested, run, "nested");
	put(&run->host.images, run, "images");
	return host_find_parts(&run->host, &run->options, &run->error);
}

void fake_release(struct fake_run *run)
{
	options_clear(&run->options);
	host_clear(&run->host);
	run->host = (struct host){ 0 };
}

typedef int run_fn(const struct options *options, const struct host *host, const char *out, GError **error);

static void begin(struct fake_run *run)
{
	g_autofree char *out = fake_path(run, "out");

	(void)g_unlink(run->log);
	fake_listen(run);
	run->status = BOOT_USAGE;
	(void)g_mkdir(out, 0755);
}

static int end(struct fake_run *run)
{
	fake_hush();
	fake_release(run);
	return run->status;
}

static int start(struct fake_run *run, run_fn *command, const char *name, const char *line)
{
	g_autofree char *out = fake_path(run, "out");

	begin(run);
	if (fake_parse(run, name, line))
		run->status = command(&run->options, &run->host, out, &run->error);
	return end(run);
}

int fake_run_boot(struct fake_run *run, const char *line)
{
	return start(run, run_boot, "boot", line);
}

int fake_run_cases(struct fake_run *run, const char *line)
{
	g_autofree char *all = g_strconcat("--cases=@/cases ", line, NULL);

	return start(run, run_cases, "cases", all);
}

/* The list needs no parts: only the paths are found, as main() has it. */
int fake_list_cases(struct fake_run *run, const char *line)
{
	begin(run);
	if (parse_options(run, "cases", "--list --qemu=" FAKE_QEMU, line)) {
		host_find(&run->host, &run->options);
		if (run->options.cases == NULL)
			put(&run->host.cases, run, "cases");
		run->status = run_list(&run->options, &run->host, &run->error);
	}
	return end(run);
}

/* The command takes no option that names QEMU, so the fake is put in its place here. */
int fake_run_nested_job(struct fake_run *run, const char *line)
{
	g_autofree char *out = fake_path(run, "out");

	begin(run);
	if (parse_options(run, "nested-job", "", line)) {
		host_find(&run->host, &run->options);
		g_free(run->host.qemu);
		run->host.qemu = g_strdup(FAKE_QEMU);
		put(&run->host.home, run, "job");
		put(&run->host.app, run, "job/x86_64/kvmleaf.efi");
		if (run->options.app == NULL)
			put(&run->host.app, run, "x86_64/kvmleaf.efi");
		put(&run->host.launcher, run, "x86_64/launcher.efi");
		put(&run->host.images, run, "images");
		put(&run->host.captured, run, "job/captured");
		if (host_find_parts(&run->host, &run->options, &run->error))
			run->status = run_nested_job(&run->options, &run->host, out, &run->error);
	}
	return end(run);
}
