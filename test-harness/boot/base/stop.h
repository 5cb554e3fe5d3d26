/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run before its time: a signal, the run's deadline, or a failure after which nothing more is to be run.
 * Whoever waits for something asks here several times a second, so that guests end, scratch folders go, and what is
 * done is written down.
 */
#ifndef KVMLEAF_BOOT_BASE_STOP_H
#define KVMLEAF_BOOT_BASE_STOP_H

#include <glib.h>

/* The time that many seconds from now, as g_get_monotonic_time counts. */
gint64 time_after(gint64 seconds);
/* From now on SIGINT, SIGTERM and SIGHUP ask the run to stop. */
void stop_on_signals(void);
/* At that time (g_get_monotonic_time) the run is asked to stop; 0: never. seconds is what the user called it. */
void stop_at(gint64 deadline, unsigned seconds);
/* Asks the run to stop, and to end with that status (error.h); of several reasons the first one is kept. */
void stop_ask(const char *why, int status);
/* Why the run is to stop, NULL while it is to go on. From any thread. */
const char *stop_asked(void);
/* The status that goes with the reason; of a signal and of the deadline it is BOOT_FAILED. */
int stop_status(void);
/* The signal that asked, 0 for none. */
int stop_signal(void);

#endif
