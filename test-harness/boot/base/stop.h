/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ends a run early: by a signal, at the run's deadline, or after a failure that makes further cases pointless. Every
 * loop that waits calls stop_asked() several times a second, so that guests are ended, temporary folders removed, and
 * the results so far written.
 */
#ifndef KVMLEAF_BOOT_BASE_STOP_H
#define KVMLEAF_BOOT_BASE_STOP_H

#include <glib.h>

/* The time that many seconds from now, in microseconds as of g_get_monotonic_time(). */
gint64 time_after(gint64 seconds);
/* From now on SIGINT, SIGTERM and SIGHUP ask the run to stop. */
void stop_on_signals(void);
/*
 * Sets the deadline (by g_get_monotonic_time; 0 for none) at which the run is asked to stop. seconds is the length that
 * the message names.
 */
void stop_at(gint64 deadline, unsigned seconds);
/* Asks the run to stop for this reason, and to end with this status (error.h). Only the first call has an effect. */
void stop_ask(const char *why, int status);
/* Why the run is to stop, NULL while it is to go on; never freed. May be called from any thread. */
const char *stop_asked(void);
/* The status of that reason: BOOT_FAILED for a signal or the deadline, BOOT_PASS where there is no reason. */
int stop_status(void);
/* The last signal that was caught, 0 for none. */
int stop_signal(void);

#endif
