/* SPDX-License-Identifier: BSD-2-Clause */
/* Within guest/: a guest while it runs, and the words for how it ended. */
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
	char *vars; /* the private variable store, NULL without flash */
	GPid pid;
	int qmp_fd, serial_fd;
	struct qmp qmp;
	gint64 deadline;       /* g_get_monotonic_time */
	gboolean stopped;      /* QEMU said STOP */
	gboolean refused;      /* QEMU did not restore the captured guest */
	char *shutdown_reason; /* of QEMU's SHUTDOWN event */
};

/* Notes why the guest came to no good end; of several reasons the first one counts. */
void guest_fail(struct guest *guest, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A file of the guest's folder; to be freed. */
char *guest_file(const struct guest *guest, const char *name);

/* QEMU did not let its guest run, for this reason. */
void guest_fail_to_start(struct guest *guest, const GError *reason);
/* QEMU has stopped its guest, and says why when it is asked. */
void guest_describe_stop(struct guest *guest);
/* The guest has run out of time: where it stood, and what it said last. */
void guest_describe_timeout(struct guest *guest);
/* Ends QEMU where something is wrong; else takes its own status, which isa-debug-exit gave it. */
void guest_reap(struct guest *guest);

#endif
