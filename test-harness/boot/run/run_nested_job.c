/* SPDX-License-Identifier: BSD-2-Clause */
/* The counterpart of nested/nested.c: runs inside the nested host, with the cases that lie beside the program. */
#include "base/error.h"
#include "cases/resolved_cases.h"
#include "nested/nested_host.h"
#include "run/run.h"
#include "run/run_inside.h"

/* The kvmleaf-boot outside ends a nested host that prints nothing for a minute, and one guest may take longer. */
static gpointer print_heartbeat(gpointer unused)
{
	(void)unused;
	for (;;) {
		g_print(NESTED_ALIVE "\n");
		g_usleep((gulong)NESTED_ALIVE_SECONDS * G_USEC_PER_SEC);
	}
	return NULL;
}

int run_nested_job(const struct options *options, const struct host *host, const char *out, GError **error)
{
	g_autofree char *path = g_build_filename(host->home, "cases.json", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) cases = NULL;

	if (!g_file_get_contents(path, &text, NULL, error))
		return BOOT_SETUP;
	cases = resolved_cases_read(text, error);
	if (cases != NULL && cases->len == 0)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: there is no case in it", path);
	if (cases == NULL || cases->len == 0)
		return BOOT_USAGE;
	g_thread_unref(g_thread_new("heartbeat", print_heartbeat, NULL));
	if (options->console)
		return run_boot_here(options, host, g_ptr_array_index(cases, 0), "kvm", out, error);
	return run_given_cases(options, host, cases, out, error);
}
