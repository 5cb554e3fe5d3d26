/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/peer.h"

#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char *read_line(int fd)
{
	GString *line = g_string_new(NULL);
	char byte;

	while (read(fd, &byte, 1) == 1 && byte != '\n')
		g_string_append_c(line, byte);
	return g_string_free(line, FALSE);
}

static gpointer play(gpointer data)
{
	struct peer *peer = data;

	for (const struct step *step = peer->steps; step->expects != NULL || step->says != NULL; step++) {
		if (step->expects != NULL) {
			char *line = read_line(peer->theirs);

			g_ptr_array_add(peer->asked, line);
			if (*line == '\0')
				break; /* the other end is closed */
		}
		/* MSG_NOSIGNAL: the code under test may have closed its end, which must not kill this process. */
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

void peer_start(struct peer *peer, const struct step *steps, gboolean closes)
{
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	*peer = (struct peer){ .ours = pair[0], .theirs = pair[1], .steps = steps, .closes = closes };
	peer->asked = g_ptr_array_new_with_free_func(g_free);
	peer->thread = g_thread_new("peer", play, peer);
}

void peer_end(struct peer *peer)
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

char *peer_arguments(const struct peer *peer, guint number)
{
	json_t *command = json_loads(g_ptr_array_index(peer->asked, number), JSON_REJECT_DUPLICATES, NULL);
	json_t *arguments = json_object_get(command, "arguments");
	char *dumped = arguments != NULL ? json_dumps(arguments, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	char *text = g_strdup(dumped);

	free(dumped);
	json_decref(command);
	return text;
}
