/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of QMP (QEMU docs/interop/qmp-spec.txt): newline-separated JSON on a connected socket. */
#ifndef KVMLEAF_BOOT_QEMU_QMP_H
#define KVMLEAF_BOOT_QEMU_QMP_H

#include <glib.h>
#include <jansson.h>

typedef void qmp_event_fn(gpointer context, const char *event, const json_t *data);

/* Descriptors that QEMU is started with: its end of the QMP socket, and the migration stream that it restores. */
enum { CHILD_QMP_FD = 10, CHILD_STREAM_FD = 11 };

struct qmp {
	int fd;          /* not owned */
	gint64 deadline; /* by g_get_monotonic_time: no wait lasts longer; 0 for none */
	GString *input;
	gsize searched;    /* this many bytes of input are known to have no end of line */
	gboolean overflow; /* QEMU sent a line that is longer than any message */
	qmp_event_fn *on_event;
	gpointer context;
};

/* fd remains the caller's to close. on_event may be NULL. */
void qmp_init(struct qmp *qmp, int fd, qmp_event_fn *on_event, gpointer context);
void qmp_clear(struct qmp *qmp);

/* Waits for the greeting and leaves capabilities negotiation mode. FALSE with an error. */
gboolean qmp_greet(struct qmp *qmp, GError **error);
/*
 * Runs a command and returns its "return" value, a new reference. arguments, which may be NULL, is consumed. Events
 * that arrive meanwhile go to on_event. NULL with BOOT_FAILED where QEMU refuses the command or does not answer within
 * ten seconds, however many events it sends, and where the run is asked to stop (stop.h).
 */
json_t *qmp_command(struct qmp *qmp, const char *command, json_t *arguments, GError **error);
/* qmp_command for a command whose value does not matter. */
gboolean qmp_run(struct qmp *qmp, const char *command, json_t *arguments, GError **error);
/* Waits at most that long for input, and passes all events that have arrived to on_event. FALSE at end of stream. */
gboolean qmp_wait(struct qmp *qmp, int milliseconds);

#endif
