/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/qmp.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/stop.h"

/* QEMU's longest message, the answer to query-cpu-definitions, has a few hundred KiB. */
enum { ANSWER_SECONDS = 10, SLICE_MS = 100, INPUT_MAX = 16 * 1024 * 1024 };

void qmp_init(struct qmp *qmp, int fd, qmp_event_fn *on_event, gpointer context)
{
	*qmp = (struct qmp){ .fd = fd, .input = g_string_new(NULL), .on_event = on_event, .context = context };
}

void qmp_clear(struct qmp *qmp)
{
	if (qmp->input != NULL)
		g_string_free(qmp->input, TRUE);
	qmp->input = NULL;
}

/* Reads what has arrived. FALSE at the end of the stream or on an error. */
static gboolean read_more(struct qmp *qmp)
{
	char buffer[4096];
	ssize_t got;

	do
		got = read(qmp->fd, buffer, sizeof(buffer));
	while (got < 0 && errno == EINTR);
	if (got > 0)
		g_string_append_len(qmp->input, buffer, got);
	qmp->overflow = qmp->input->len > INPUT_MAX;
	return got > 0 && !qmp->overflow;
}

/* Takes one message off the input; NULL where none has arrived completely. */
static json_t *next_message(struct qmp *qmp)
{
	char *end;

	while ((end = memchr(qmp->input->str + qmp->searched, '\n', qmp->input->len - qmp->searched)) != NULL) {
		size_t length = (size_t)(end - qmp->input->str);
		json_t *message = json_loadb(qmp->input->str, length, 0, NULL);

		g_string_erase(qmp->input, 0, (gssize)length + 1);
		qmp->searched = 0;
		if (message != NULL)
			return message;
	}
	qmp->searched = qmp->input->len;
	return NULL;
}

/* Passes an event to on_event; FALSE where the message is not an event. */
static gboolean take_event(struct qmp *qmp, const json_t *message)
{
	const char *event = json_string_value(json_object_get(message, "event"));

	if (event != NULL && qmp->on_event != NULL)
		qmp->on_event(qmp->context, event, json_object_get(message, "data"));
	return event != NULL;
}

/* Why the wait for an answer ends, NULL to go on. */
static const char *why_give_up(gint64 deadline)
{
	if (stop_asked() != NULL)
		return stop_asked();
	return g_get_monotonic_time() >= deadline ? "QEMU does not answer on its QMP socket" : NULL;
}

/* The next message that is no event. */
static json_t *wait_for_message(struct qmp *qmp, GError **error)
{
	gint64 deadline = time_after(ANSWER_SECONDS);
	const char *why;

	if (qmp->deadline != 0)
		deadline = MIN(deadline, qmp->deadline);
	while ((why = why_give_up(deadline)) == NULL) {
		struct pollfd poller = { .fd = qmp->fd, .events = POLLIN };
		json_t *message = next_message(qmp);

		if (message != NULL && !take_event(qmp, message))
			return message;
		if (message != NULL) {
			json_decref(message);
			continue;
		}
		if (poll(&poller, 1, SLICE_MS) > 0 && !read_more(qmp)) {
			why = qmp->overflow ? "QEMU's answer is too long" : "QEMU closed its QMP socket";
			break;
		}
	}
	g_set_error(error, BOOT_ERROR, BOOT_FAILED, "%s", why);
	return NULL;
}

static gboolean send_all(struct qmp *qmp, const char *text, GError **error)
{
	size_t length = strlen(text);

	while (length > 0) {
		ssize_t sent = write(qmp->fd, text, length);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0) {
			g_set_error(error, BOOT_ERROR, BOOT_FAILED, "QMP: %s", g_strerror(errno));
			return FALSE;
		}
		text += sent;
		length -= (size_t)sent;
	}
	return TRUE;
}

json_t *qmp_command(struct qmp *qmp, const char *command, json_t *arguments, GError **error)
{
	json_t *request = json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
	g_autofree char *line = json_dumps(request, JSON_COMPACT);
	json_t *answer, *value;

	json_decref(request);
	if (!send_all(qmp, line, error) || !send_all(qmp, "\n", error))
		return NULL;
	answer = wait_for_message(qmp, error);
	if (answer == NULL)
		return NULL;
	value = json_incref(json_object_get(answer, "return"));
	if (value == NULL) {
		const char *desc = json_string_value(json_object_get(json_object_get(answer, "error"), "desc"));
		g_autofree char *reason = g_strdelimit(g_strdup(desc != NULL ? desc : "no reason given"), "\r\n", ' ');

		g_set_error(error, BOOT_ERROR, BOOT_FAILED, "QEMU refuses %s: %s", command, reason);
	}
	json_decref(answer);
	return value;
}

gboolean qmp_run(struct qmp *qmp, const char *command, json_t *arguments, GError **error)
{
	json_t *value = qmp_command(qmp, command, arguments, error);

	json_decref(value);
	return value != NULL;
}

gboolean qmp_greet(struct qmp *qmp, GError **error)
{
	json_t *greeting = wait_for_message(qmp, error);

	if (greeting == NULL)
		return FALSE;
	json_decref(greeting);
	return qmp_run(qmp, "qmp_capabilities", NULL, error);
}

gboolean qmp_wait(struct qmp *qmp, int milliseconds)
{
	struct pollfd poller = { .fd = qmp->fd, .events = POLLIN };
	gboolean more = poll(&poller, 1, milliseconds) <= 0 || read_more(qmp);
	json_t *message;

	while ((message = next_message(qmp)) != NULL) {
		(void)take_event(qmp, message);
		json_decref(message);
	}
	return more;
}
