/* SPDX-License-Identifier: BSD-2-Clause */
/* QMP with a peer that writes too much, or never what it is asked for: time and memory have limits. */
#include "qemu/qmp.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/fake/peer.h"
#include "unit/fake/workplace.h"

enum { SECOND = 1000000, MIB = 1024 * 1024 };

#define AN_EVENT "{\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 1}, \"timestamp\": {}}\r\n"

struct flood {
	int fd;
	const char *words;
};

/* Writes the text again and again until the other end is closed. */
static gpointer say_endlessly(gpointer data)
{
	const struct flood *flood = data;

	while (send(flood->fd, flood->words, strlen(flood->words), MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

/* Runs a command while the peer repeats this text, or is silent where it is NULL, and returns the error. */
static void run_against(const char *words, double seconds, char **ret_message, gint64 *ret_took)
{
	GError *error = NULL;
	struct flood flood = { .words = words };
	GThread *thread = NULL;
	struct qmp qmp;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	qmp_init(&qmp, pair[0], NULL, NULL);
	flood.fd = pair[1];
	*ret_took = -g_get_monotonic_time();
	qmp.deadline = g_get_monotonic_time() + (gint64)(seconds * SECOND);
	if (words != NULL)
		thread = g_thread_new("flood", say_endlessly, &flood);
	g_assert_false(qmp_run(&qmp, "query-x", NULL, &error));
	*ret_took += g_get_monotonic_time();
	*ret_message = g_strdup(error->message);
	assert_error_says(&error, BOOT_FAILED, "");
	qmp_clear(&qmp);
	(void)shutdown(pair[0], SHUT_RDWR);
	if (thread != NULL)
		(void)g_thread_join(thread);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* A guest can make QEMU send events as long as it runs, so the deadline must hold while events come. */
static void test_deadline(void)
{
	static const char *const floods[] = { NULL, AN_EVENT, "garbage\n", "\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(floods); i++) {
		g_autofree char *message = NULL;
		gint64 took;

		run_against(floods[i], 0.3, &message, &took);
		g_assert_nonnull(strstr(message, "does not answer"));
		g_assert_cmpint(took, >=, SECOND * 3 / 10);
		g_assert_cmpint(took, <, 3 * SECOND);
	}
}

/* A message that never ends would fill the memory: 16 MiB are accepted, and one byte more is an error. */
static void test_no_end(void)
{
	for (int i = 0; i < 2; i++) {
		static const struct step steps[] = { { "query-x", "xxxxxxxxxx" }, { NULL, NULL } };
		GError *error = NULL;
		struct peer peer;
		struct qmp qmp;

		peer_start(&peer, steps, FALSE);
		qmp_init(&qmp, peer.ours, NULL, NULL);
		qmp.deadline = g_get_monotonic_time() + (i == 0 ? SECOND / 2 : 9 * SECOND);
		g_string_set_size(qmp.input, 16 * MIB - 10 + (gsize)i);
		memset(qmp.input->str, 'x', qmp.input->len);
		g_assert_false(qmp_run(&qmp, "query-x", NULL, &error));
		assert_error_says(&error, BOOT_FAILED, i == 0 ? "does not answer" : "is too long");
		qmp_clear(&qmp);
		peer_end(&peer);
	}
}

/* A message of a megabyte is good: query-cpu-definitions answers with some 400 KiB. */
static void test_large(void)
{
	g_autofree char *word = g_strnfill(MIB, 'x'), *says = g_strdup_printf("{\"return\": \"%s\"}\r\n", word);
	const struct step steps[] = { { "query-x", says }, { NULL, NULL } };
	struct peer peer;
	struct qmp qmp;
	json_t *value;

	peer_start(&peer, steps, FALSE);
	qmp_init(&qmp, peer.ours, NULL, NULL);
	value = qmp_command(&qmp, "query-x", NULL, NULL);
	g_assert_cmpuint(json_string_length(value), ==, MIB);
	json_decref(value);
	qmp_clear(&qmp);
	peer_end(&peer);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qmp-limits/deadline", test_deadline);
	g_test_add_func("/qmp-limits/no-end", test_no_end);
	g_test_add_func("/qmp-limits/large", test_large);
	return g_test_run();
}
