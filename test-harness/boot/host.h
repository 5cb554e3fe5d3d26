/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the programs, files and folders on this system that the commands need. */
#ifndef KVMLEAF_BOOT_HOST_H
#define KVMLEAF_BOOT_HOST_H

#include <glib.h>

#include "cases/case_parts.h"
#include "guest/capture.h"
#include "options.h"
#include "qemu/firmware.h"

struct host {
	gboolean inside; /* this program runs inside a nested host, and all files that it needs lie beside it */
	char *home;      /* the folder of this program */
	char *qemu;      /* a path, or a name in PATH */
	char *app, *launcher,
		*trial;  /* EFI applications: kvmleaf; the launcher of captured guests; one that ends at once */
	char *cases;     /* folder of the case files */
	char *images;    /* folder of kvmleaf's own disk images */
	char *nested;    /* folder of the nested host's kernel and initial file system */
	char *captured;  /* folder of the captured guests inside a nested host; else NULL */
	char *cache;     /* folder of the cache (cache.h); NULL before host_find_parts */
	char *run_cache; /* the same folder if it is removed at the end of the run; else NULL */
	struct firmware *firmware; /* NULL before host_find_parts */
};

/* Sets all paths. Nothing is executed, and the paths need not exist. *host is to be cleared with host_clear. */
void host_find(struct host *host, const struct options *options);
/*
 * Finds what guests are run with (QEMU, app, firmware, a writable cache). FALSE with an error for the first that is
 * missing: BOOT_USAGE for a file that an option names wrongly, else BOOT_SETUP.
 */
gboolean host_find_parts(struct host *host, const struct options *options, GError **error);
/* Finds the folder of the cache alone, as host_find_parts does. */
gboolean host_find_cache(struct host *host, const struct options *options, GError **error);
void host_clear(struct host *host);

/* The source of captured guests; its strings are those of host. */
struct capture_source host_capture_source(const struct host *host, const struct options *options);
/* Where to look for the files that a case may name; its strings are those of host. */
struct case_places host_case_places(const struct host *host);

#endif
