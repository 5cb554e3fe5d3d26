/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found on this machine for the command that was asked: programs, files and folders. */
#ifndef KVMLEAF_BOOT_HOST_H
#define KVMLEAF_BOOT_HOST_H

#include <glib.h>

#include "cases/case_parts.h"
#include "guest/capture.h"
#include "options.h"
#include "qemu/firmware.h"

struct host {
	gboolean inside; /* this is a nested host: another kvmleaf-boot has put all that is needed beside this one */
	char *home;      /* the folder of this program */
	char *qemu;      /* as it was asked for: a path, or a name in PATH */
	char *app, *launcher,
		*trial;            /* EFI applications: kvmleaf; what a captured guest stops in; one that only ends */
	char *cases;               /* folder of the case files */
	char *images;              /* folder of kvmleaf's own disk images */
	char *nested;              /* folder of the nested host's system */
	char *captured;            /* inside: folder of the captured guests; else NULL */
	char *cache;               /* folder of what is kept from run to run; NULL before host_find_parts */
	char *run_cache;           /* the same one, where it goes with the run; NULL where it lasts */
	struct firmware *firmware; /* NULL before host_find_parts */
};

/* Finds the paths; nothing is executed, and none of them need exist. */
void host_find(struct host *host, const struct options *options);
/* Finds what guests are run with: QEMU, the app, firmware and a cache that can be written. FALSE, and one line, for
 * what is missing. */
gboolean host_find_parts(struct host *host, const struct options *options, GError **error);
void host_clear(struct host *host);

/* What guests are captured with, and where captured ones lie. */
struct capture_source host_capture_source(const struct host *host, const struct options *options);
/* Where the files lie that a case may name. */
struct case_places host_case_places(const struct host *host);

#endif
