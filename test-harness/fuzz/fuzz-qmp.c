/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is what QEMU sends on its QMP socket, which is then closed. */
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "qemu/qmp.h"

enum { INPUT_MAX = 64 * 1024, COMMANDS = 8 }; /* what a socket holds without being read */

static void take_event(gpointer context, const char *event, const json_t *data)
{
	unsigned *events = context;

	MUST(event != NULL && (data == NULL || json_typeof(data) <= JSON_NULL));
	++*events;
}

static void talk(struct qmp *qmp)
{
	GError *error = NULL;
	gboolean greeted = qmp_greet(qmp, &error);

	fuzz_result_or_error(greeted, error);
	for (int i = 0; greeted && i < COMMANDS; i++) {
		json_t *value = qmp_command(qmp, "qom-get", json_pack("{s:s}", "path", "/machine"), &error);

		fuzz_result_or_error(value != NULL, error);
		error = NULL;
		json_decref(value);
	}
	while (qmp_wait(qmp, 0))
		continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned events = 0;
	struct qmp qmp;
	int fds[2];

	if (size > INPUT_MAX)
		return 0;
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	MUST(size == 0 || write(fds[1], data, size) == (ssize_t)size);
	MUST(shutdown(fds[1], SHUT_WR) == 0);
	qmp_init(&qmp, fds[0], take_event, &events);
	talk(&qmp);
	MUST(events <= size);
	qmp_clear(&qmp);
	MUST(close(fds[0]) == 0 && close(fds[1]) == 0);
	return 0;
}
