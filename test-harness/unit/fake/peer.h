/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other end of a QMP socket, scripted (QEMU docs/interop/qmp-spec.txt): a thread that says what the script has and
 * notes what it is asked.
 */
#ifndef KVMLEAF_UNIT_FAKE_PEER_H
#define KVMLEAF_UNIT_FAKE_PEER_H

#include <glib.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qemu/qmp.h"

/* What the peer does next: it waits for a command, if one is named, and says the words, if there are any. */
struct step {
	const char *expects; /* the command's name; NULL: nothing is waited for */
	const char *says;    /* written as it is */
};

struct peer {
	int ours, theirs;
	const struct step *steps; /* ended by one with neither */
	GPtrArray *asked;         /* the lines that came, whole */
	GThread *thread;
	gboolean closes; /* at the end of the script; else at the end of the test */
};

#define PEER_GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define PEER_DONE "{\"return\": {}}\r\n"
#define PEER_REFUSED(words) "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" words "\"}}\r\n"

static inline char *peer_read_line(int fd)
{
	GString *line = g_string_new(NULL);
	char byte;

	while (read(fd, &byte, 1) == 1 && byte != '\n')
		g_string_append_c(line, byte);
	return g_string_free(line, FALSE);
}

static inline gpointer peer_play(gpointer data)
{
	struct peer *peer = data;

	for (const struct step *step = peer->steps; step->expects != NULL || step->says != NULL; step++) {
		if (step->expects != NULL) {
			char *line = peer_read_line(peer->theirs);

			g_ptr_array_add(peer->asked, line);
			if (*line == '\0')
				break; /* the other end is closed */
		}
		/* MSG_NOSIGNAL: who is tested may have gone. */
		for (const char *at = step->says; at != NULL && *at != '\0';) {
			ssize_t sent = send(peer->theirs, at, strlen(at), MSG_NOSIGNAL);

			if (sent < 0)
				return NULL;
			at += sent;
		}
	}
	if (peer->closes)
		(void)shutdown(peer->theirs, SHUT_RDWR);
	return NULL;
}

static inline void peer_start(struct peer *peer, const struct step *steps, gboolean closes)
{
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	*peer = (struct peer){ .ours = pair[0], .theirs = pair[1], .steps = steps, .closes = closes };
	peer->asked = g_ptr_array_new_with_free_func(g_free);
	peer->thread = g_thread_new("peer", peer_play, peer);
}

/* Each command that the script waited for came, by its name, and no other. */
static inline void peer_end(struct peer *peer)
{
	guint i = 0;

	(void)shutdown(peer->ours, SHUT_WR);
	(void)g_thread_join(peer->thread);
	for (const struct step *step = peer->steps; step->expects != NULL || step->says != NULL; step++) {
		json_t *command;

		if (step->expects == NULL)
			continue;
		g_assert_cmpuint(i, <, peer->asked->len);
		command = json_loads(g_ptr_array_index(peer->asked, i++), JSON_REJECT_DUPLICATES, NULL);
		g_assert_nonnull(command);
		g_assert_cmpstr(json_string_value(json_object_get(command, "execute")), ==, step->expects);
		json_decref(command);
	}
	g_assert_cmpuint(i, ==, peer->asked->len);
	(void)close(peer->ours);
	(void)close(peer->theirs);
	g_ptr_array_unref(peer->asked);
}

/* The arguments that came with the number'th command, as compact JSON with sorted keys; NULL for none. */
static inline char *peer_arguments(const struct peer *peer, guint number)
{
	json_t *command = json_loads(g_ptr_array_index(peer->asked, number), JSON_REJECT_DUPLICATES, NULL);
	json_t *arguments = json_object_get(command, "arguments");
	char *dumped = arguments != NULL ? json_dumps(arguments, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	char *text = g_strdup(dumped);

	free(dumped);
	json_decref(command);
	return text;
}

#endif
