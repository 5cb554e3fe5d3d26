/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a fake run: what is made up before a command, and what is looked at after it. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "unit/fake/fake_run.h"
#include "unit/fake/store.h"

char *fake_path(const struct fake_run *run, const char *name)
{
	return g_build_filename(run->folder, name, NULL);
}

void fake_write(const struct fake_run *run, const char *name, const char *content, gssize length)
{
	g_autofree char *path = fake_path(run, name);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, content, length, NULL));
}

char *fake_read(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);
	char *content = NULL;

	(void)g_file_get_contents(path, &content, NULL, NULL);
	return content;
}

void fake_copy(const struct fake_run *run, const char *name, const char *to)
{
	g_autofree char *path = fake_path(run, name);
	g_autofree char *content = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	fake_write(run, to, content, (gssize)length);
}

gboolean fake_exists(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

void fake_remove(const struct fake_run *run, const char *name)
{
	g_autofree char *path = fake_path(run, name);

	scratch_remove(path);
}

void fake_write_firmware(const struct fake_run *run, const char *old_report)
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

void fake_case(const struct fake_run *run, const char *name, const char *accel, const char *lines)
{
	const char *cpu = strcmp(accel, "kvm") == 0 ? "cpu = host" : "cpu = qemu64";
	g_autofree char *text = g_strdup_printf("[%s]\nwhy = a test\naccel = %s\n%s\n%s\n", name, accel,
		strstr(lines, "cpu = ") == NULL ? cpu : "", lines);
	g_autofree char *file = g_strdup_printf("cases/%s.ini", name);

	fake_write(run, file, text, -1);
}

const char *fake_why(const struct fake_run *run)
{
	return run->error != NULL ? run->error->message : "";
}

void fake_assert_status(const struct fake_run *run, int expected)
{
	if (run->status != expected)
		g_error("status %d, not %d: %s\n%s\n%s", run->status, expected, fake_why(run), run->said->str,
			run->errors->str);
}

void fake_assert_said(const struct fake_run *run, const char *text)
{
	if (strstr(run->said->str, text) == NULL)
		g_error("no \"%s\" in:\n%s\n%s\n%s", text, run->said->str, run->errors->str, fake_why(run));
}

void fake_assert_not_said(const struct fake_run *run, const char *text)
{
	if (strstr(run->said->str, text) != NULL)
		g_error("\"%s\" in:\n%s", text, run->said->str);
}

void fake_assert_told(const struct fake_run *run, const char *text)
{
	if (strstr(run->errors->str, text) == NULL)
		g_error("no \"%s\" on standard error:\n%s\n%s", text, run->errors->str, run->said->str);
}

void fake_assert_why(const struct fake_run *run, const char *text)
{
	if (strstr(fake_why(run), text) == NULL)
		g_error("no \"%s\" in: %s\n%s", text, fake_why(run), run->said->str);
}

void fake_assert_file(const struct fake_run *run, const char *name, const char *text)
{
	g_autofree char *content = fake_read(run, name);

	if (content == NULL || strstr(content, text) == NULL)
		g_error("no \"%s\" in %s: %s", text, name, content != NULL ? content : "there is no such file");
}

guint fake_started(const struct fake_run *run, const char *text)
{
	g_autofree char *log = fake_read(run, "log");
	g_auto(GStrv) lines = g_strsplit(log != NULL ? log : "", "\n", 0);
	guint count = 0;

	for (char **line = lines; *line != NULL; line++)
		count += **line != '\0' && strcmp(*line, "--version") != 0 && strstr(*line, text) != NULL;
	return count;
}

gboolean fake_would_space_ticks(void)
{
	static const char path[] = "/sys/module/kvm/parameters/min_timer_period_us";
	GStatBuf status;

	return g_stat(path, &status) == 0 && (status.st_mode & S_IWUSR) != 0 && g_access(path, W_OK) == 0;
}
