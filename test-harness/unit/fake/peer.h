/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays QEMU's part at the other end of a QMP socket (QEMU docs/interop/qmp-spec.txt): a thread follows a script of
 * what to wait for and what to answer, and keeps the commands that it was sent.
 */
#ifndef KVMLEAF_UNIT_FAKE_PEER_H
#define KVMLEAF_UNIT_FAKE_PEER_H

#include <glib.h>

/* One step of the script: wait for a line if a command is named, then write the answer if there is one. */
struct step {
	const char *expects; /* the name of the command that must come; NULL to wait for nothing */
	const char *says;    /* written unchanged; NULL to write nothing */
};

struct peer {
	int ours;                 /* the socket for the code under test */
	int theirs;               /* the socket of the thread */
	const struct step *steps; /* the last one has neither member */
	GPtrArray *asked;         /* the lines that came */
	GThread *thread;
	gboolean closes; /* TRUE: the thread closes its end after the last step; FALSE: peer_end() does */
};

#define PEER_GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define PEER_DONE "{\"return\": {}}\r\n"
#define PEER_REFUSED(words) "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" words "\"}}\r\n"

void peer_start(struct peer *peer, const struct step *steps, gboolean closes);

/* Waits for the thread, and asserts that exactly the commands of the script came. */
void peer_end(struct peer *peer);

/* The arguments of the command with that number, from 0, as compact JSON with sorted keys; NULL if it had none. */
char *peer_arguments(const struct peer *peer, guint number);

#endif
