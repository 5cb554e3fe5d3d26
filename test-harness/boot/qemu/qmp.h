/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's machine protocol (QEMU docs/interop/qmp-spec.txt): newline-separated JSON on a connected socket. */
#ifndef KVMLEAF_BOOT_QEMU_QMP_H
#define KVMLEAF_BOOT_QEMU_QMP_H

#include <glib.h>
#include <jansson.h>

typedef void qmp_event_fn(gpointer context, const char *event, const json_t *data);

/* The descriptors that a QEMU is started with: its end of the QMP socket, and the machine that it is to restore. */
enum { CHILD_QMP_FD = 10, CHILD_STREAM_FD = 11 };

struct qmp {
	int fd;          /* not owned */
	gint64 deadline; /* g_get_monotonic_time: no answer is waited for beyond it; 0 for none */
	GString *input;
	gsize searched;    /* so much of the input is known to have no end of line */
	gboolean overflow; /* QEMU wrote more than any message has */
	qmp_event_fn *on_event;
	gpointer context;
};

void qmp_init(struct qmp *qmp, int fd, qmp_event_fn *on_event, gpointer context);
void qmp_clear(struct qmp *qmp);

/* Waits for the greeting and leaves negotiation mode. */
gboolean qmp_greet(struct qmp *qmp, GError **error);
/*
 * Runs a command and returns its "return" value, a new reference. arguments, which may be NULL, is consumed. Events
 * that arrive meanwhile go to on_event. A QEMU that does not answer within ten seconds, however many events it sends,
 * is an error; so is a run that is asked to stop.
 */
json_t *qmp_command(struct qmp *qmp, const char *command, json_t *arguments, GError **error);
/* qmp_command for a command whose value does not matter. */
gboolean qmp_run(struct qmp *qmp, const char *command, json_t *arguments, GError **error);
/* Hands the events that arrive within this time, or have arrived, to on_event. FALSE at the end of the stream. */
gboolean qmp_wait(struct qmp *qmp, int milliseconds);

#endif
