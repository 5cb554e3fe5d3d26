/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/migration.h"

#include <string.h>

#include "base/error.h"

enum { POLL_US = 2000, POLLS_MAX = 15000 }; /* at least 30 s */

static gboolean share_memory(struct qmp *qmp, GError **error)
{
	return qmp_run(qmp, "migrate-set-capabilities",
		json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "x-ignore-shared", "state", 1), error);
}

/* Repeats the QMP query until its "status" is not in not_yet. FALSE where wanted is not NULL and not that status. */
static gboolean wait_while(
	struct qmp *qmp, const char *command, const char *const *not_yet, const char *wanted, GError **error)
{
	for (int poll = 0; poll < POLLS_MAX; poll++) {
		json_t *answer = qmp_command(qmp, command, NULL, error);
		g_autofree char *status = g_strdup(json_string_value(json_object_get(answer, "status")));

		if (answer == NULL)
			return FALSE;
		json_decref(answer);
		if (status != NULL && !g_strv_contains(not_yet, status)) {
			if (wanted == NULL || strcmp(status, wanted) == 0)
				return TRUE;
			g_set_error(error, BOOT_ERROR, BOOT_FAILED, "%s says \"%s\"", command, status);
			return FALSE;
		}
		g_usleep(POLL_US);
	}
	g_set_error(error, BOOT_ERROR, BOOT_FAILED, "%s: the migration does not end", command);
	return FALSE;
}

gboolean migration_save(struct qmp *qmp, const char *path, GError **error)
{
	static const char *const not_yet[] = { "setup", "active", "device", "none", NULL };
	g_autofree char *quoted = g_shell_quote(path);
	g_autofree char *uri = g_strconcat("exec:cat >", quoted, NULL);

	return share_memory(qmp, error) && qmp_run(qmp, "migrate", json_pack("{s:s}", "uri", uri), error) &&
	       wait_while(qmp, "query-migrate", not_yet, "completed", error);
}

/*
 * QEMU 8.2 and newer read the stream by "file:", and 11 and newer refuse a file by "fd:". Older ones know only "fd:";
 * they refuse "file:" before they begin, so that both can be tried.
 */
static gboolean start_incoming(struct qmp *qmp, GError **error)
{
	g_autofree char *file = g_strdup_printf("file:/proc/self/fd/%d", CHILD_STREAM_FD);
	g_autofree char *fd = g_strdup_printf("fd:%d", CHILD_STREAM_FD);
	g_autoptr(GError) by_file = NULL;

	if (qmp_run(qmp, "migrate-incoming", json_pack("{s:s}", "uri", file), &by_file))
		return TRUE;
	if (qmp_run(qmp, "migrate-incoming", json_pack("{s:s}", "uri", fd), error))
		return TRUE;
	g_prefix_error(error, "%s; ", by_file->message);
	return FALSE;
}

gboolean migration_restore(struct qmp *qmp, GError **error)
{
	static const char *const not_yet[] = { "inmigrate", NULL };

	return share_memory(qmp, error) && start_incoming(qmp, error) &&
	       wait_while(qmp, "query-status", not_yet, NULL, error);
}
