/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to guest/: the state of a running guest, and the descriptions of how it ended. */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_END_H
#define KVMLEAF_BOOT_GUEST_GUEST_END_H

#include "guest/guest.h"
#include "guest/qemu_command.h"
#include "qemu/qmp.h"

/* A guest while it runs. */
struct guest {
	const struct guest_spec *spec;
	enum guest_mode mode;
	struct guest_result *result;
	char *vars; /* path of the guest's own variable store, NULL with STORE_NONE */
	GPid pid;
	int qmp_fd, serial_fd;
	int memory_fd;      /* of guest_memory.h, -1 for none */
	int payload_fd;     /* of payload_disk.h, -1 for none */
	gsize payload_read; /* bytes of the console that were read from there */
	struct qmp qmp;
	gint64 deadline;       /* by g_get_monotonic_time */
	gboolean stopped;      /* QEMU sent the event STOP */
	gboolean refused;      /* QEMU could not restore the captured guest */
	char *shutdown_reason; /* of QEMU's SHUTDOWN event */
};

/* Sets the result's failure, unless it is set already. */
void guest_fail(struct guest *guest, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The path of a file in the guest's folder; to be freed. */
char *guest_file(const struct guest *guest, const char *name);

/* Sets the failure of a guest that QEMU did not start, with QEMU's own log, and the refusal of a restore. */
void guest_fail_to_start(struct guest *guest, const GError *reason);
/* Sets the failure of a guest that QEMU has stopped by itself, with the reason that QMP gives and the first line of its
 * log.
 */
void guest_describe_stop(struct guest *guest);
/* Sets the failure of a guest that ran out of time, with its RIP, whether it runs, and its last console lines. */
void guest_describe_timeout(struct guest *guest);
/* Kills QEMU where the guest failed or returned; else waits for it and takes the app's value from its exit status. */
void guest_reap(struct guest *guest);

#endif
