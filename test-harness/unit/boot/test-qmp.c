/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's machine protocol (QMP), spoken with a peer that keeps to it and with peers that do not. */
#include "qemu/qmp.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/fake/peer.h"
#include "unit/fake/workplace.h"

enum { SECOND = 1000000 };

#define EVENT(name, data) "{\"event\": \"" name "\", \"data\": " data ", \"timestamp\": {}}\r\n"

static void note_event(gpointer context, const char *event, const json_t *data)
{
	GString *events = context;

	g_string_append_printf(events, "%s%s:%d ", event, data != NULL ? "" : "!",
		(int)json_integer_value(json_object_get(data, "n")));
}

static void test_conversation(void)
{
	static const struct step steps[] = {
		{ NULL, EVENT("EARLY", "{\"n\": 1}") PEER_GREETING },
		{ "qmp_capabilities", PEER_DONE },
		{ "query-status", EVENT("STOP", "{\"n\": 2}") EVENT("RESUME",
					  "{\"n\": 3}") "{\"return\": {\"status\": \"running\"}}\r\n" EVENT("LATE",
					  "{\"n\": 4}") },
		{ "cont", PEER_DONE },
		{ NULL, NULL },
	};
	g_autoptr(GString) events = g_string_new(NULL);
	g_autofree char *arguments = NULL;
	GError *error = NULL;
	struct peer peer;
	struct qmp qmp;
	json_t *value;

	peer_start(&peer, steps, FALSE);
	qmp_init(&qmp, peer.ours, note_event, events);
	g_assert_true(qmp_greet(&qmp, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(events->str, ==, "EARLY:1 ");
	value = qmp_command(&qmp, "query-status", json_pack("{s:i}", "a", 1), &error);
	g_assert_cmpstr(json_string_value(json_object_get(value, "status")), ==, "running");
	json_decref(value);
	g_assert_cmpstr(events->str, ==, "EARLY:1 STOP:2 RESUME:3 ");
	g_assert_true(qmp_run(&qmp, "cont", NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(events->str, ==, "EARLY:1 STOP:2 RESUME:3 LATE:4 ");
	arguments = peer_arguments(&peer, 1);
	g_assert_cmpstr(arguments, ==, "{\"a\":1}");
	g_assert_cmpstr(g_ptr_array_index(peer.asked, 2), ==, "{\"execute\":\"cont\"}");
	qmp_clear(&qmp);
	qmp_clear(&qmp);
	peer_end(&peer);
}

/* The peer's answer to one command, and what the caller must get: a value, or words of the error. */
static const struct {
	const char *says, *value, *words;
	gboolean closes;
} answers[] = {
	{ "{\"return\": 7, \"id\": 1}\r\n", "7", NULL, FALSE },
	{ "{\"return\": 7}\n", "7", NULL, FALSE },
	{ "\r\n\nnot JSON\r\n{]\n{\"return\": 7}\r\n", "7", NULL, FALSE },
	{ "{\"return\": 7}\r\n{\"return\": 8}\r\n", "7", NULL, FALSE },
	{ EVENT("A", "{}") "{\"return\": [1, 2]}\r\n", "[1,2]", NULL, FALSE },
	{ PEER_REFUSED("no such device"), NULL, "QEMU refuses query-x: no such device", FALSE },
	{ "{\"id\": 5}\r\n", NULL, "QEMU refuses query-x", FALSE },
	{ "[]\r\n", NULL, "QEMU refuses query-x", FALSE },
	{ "{\"error\": 1}\r\n", NULL, "QEMU refuses query-x", FALSE },
	{ "", NULL, "closed its QMP socket", TRUE },
	{ EVENT("A", "{}"), NULL, "closed its QMP socket", TRUE },
	{ "{\"return\": 7}", NULL, "closed its QMP socket", TRUE },
	{ "{\"return\": 7}\n", "7", NULL, TRUE },
};

static void test_answers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const struct step steps[] = { { "query-x", answers[i].says }, { NULL, NULL } };
		GError *error = NULL;
		struct peer peer;
		struct qmp qmp;
		json_t *value;

		peer_start(&peer, steps, answers[i].closes);
		qmp_init(&qmp, peer.ours, NULL, NULL);
		value = qmp_command(&qmp, "query-x", NULL, &error);
		if (answers[i].value != NULL) {
			char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

			g_assert_no_error(error);
			g_assert_cmpstr(text, ==, answers[i].value);
			free(text);
			json_decref(value);
		} else {
			g_assert_null(value);
			assert_error_says(&error, BOOT_FAILED, answers[i].words);
		}
		qmp_clear(&qmp);
		peer_end(&peer);
	}
}

static gpointer say_slowly(gpointer data)
{
	static const char answer[] = "{\"return\": {\"a\": \"word\"}}\r\n";
	const int *fd = data;

	for (size_t i = 0; i < sizeof(answer) - 1; i++) {
		g_assert_cmpint(send(*fd, &answer[i], 1, 0), ==, 1);
		g_usleep(SECOND / 500);
	}
	return NULL;
}

/* A socket may deliver an answer byte by byte. */
static void test_in_pieces(void)
{
	GError *error = NULL;
	GThread *thread;
	struct qmp qmp;
	json_t *value;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	qmp_init(&qmp, pair[0], NULL, NULL);
	thread = g_thread_new("slow", say_slowly, &pair[1]);
	value = qmp_command(&qmp, "query-x", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(json_string_value(json_object_get(value, "a")), ==, "word");
	json_decref(value);
	(void)g_thread_join(thread);
	qmp_clear(&qmp);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void test_wait(void)
{
	static const struct step steps[] = {
		{ NULL, EVENT("A", "{\"n\": 1}") "garbage\n" PEER_DONE "{\"event\": \"B\"}\r\n{\"event\":" },
		{ NULL, NULL },
	};
	g_autoptr(GString) events = g_string_new(NULL);
	struct peer peer;
	struct qmp qmp;

	peer_start(&peer, steps, TRUE);
	qmp_init(&qmp, peer.ours, note_event, events);
	/* The peer may be slow, but it does close the socket. */
	while (qmp_wait(&qmp, 1000))
		;
	g_assert_cmpstr(events->str, ==, "A:1 B!:0 ");
	qmp_clear(&qmp);
	peer_end(&peer);
}

static void test_wait_for_nothing(void)
{
	gint64 begin = g_get_monotonic_time();
	struct qmp qmp;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	qmp_init(&qmp, pair[0], NULL, NULL);
	g_assert_true(qmp_wait(&qmp, 50));
	g_assert_cmpint(g_get_monotonic_time() - begin, >=, 45 * 1000);
	g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * SECOND);
	(void)close(pair[1]);
	g_assert_false(qmp_wait(&qmp, 5000));
	qmp_clear(&qmp);
	(void)close(pair[0]);
}

/* On a closed descriptor the error has the kernel's message. */
static void test_cannot_send(void)
{
	GError *error = NULL;
	struct qmp qmp;

	qmp_init(&qmp, -1, NULL, NULL);
	g_assert_false(qmp_run(&qmp, "query-x", NULL, &error));
	assert_error_says(&error, BOOT_FAILED, "QMP: Bad file descriptor");
	qmp_clear(&qmp);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qmp/conversation", test_conversation);
	g_test_add_func("/qmp/answers", test_answers);
	g_test_add_func("/qmp/in-pieces", test_in_pieces);
	g_test_add_func("/qmp/wait", test_wait);
	g_test_add_func("/qmp/wait-for-nothing", test_wait_for_nothing);
	g_test_add_func("/qmp/cannot-send", test_cannot_send);
	return g_test_run();
}
