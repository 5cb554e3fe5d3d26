/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest_end.h"

#include <string.h>
#include <sys/wait.h>

#include "base/process.h"
#include "base/stop.h"

/* LAST_WORDS_SECONDS: for a QEMU that fails, to end and to answer a last QMP query. */
enum { LAST_WORDS_SECONDS = 2, MOMENT_US = 200000 };

void guest_fail(struct guest *guest, const char *format, ...)
{
	va_list arguments;

	if (guest->result->failure != NULL)
		return;
	va_start(arguments, format);
	guest->result->failure = g_strdup_vprintf(format, arguments);
	va_end(arguments);
}

char *guest_file(const struct guest *guest, const char *name)
{
	return g_build_filename(guest->spec->folder, name, NULL);
}

/* QEMU's own messages, in one line; to be freed. */
static char *qemu_log(const struct guest *guest)
{
	g_autofree char *path = guest_file(guest, "qemu.log");
	char *log = NULL;

	if (!g_file_get_contents(path, &log, NULL, NULL))
		return g_strdup("");
	return g_strdelimit(g_strstrip(log), "\n", ' ');
}

/* The first line of QEMU's log that is no warning: its reason, without what an assertion or a usage text adds. */
static char *first_complaint(const struct guest *guest)
{
	g_autofree char *path = guest_file(guest, "qemu.log");
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &log, NULL, NULL))
		return NULL;
	lines = g_strsplit(log, "\n", 0);
	for (char **line = lines; *line != NULL; line++)
		if (**line != '\0' && strstr(*line, "warning:") == NULL)
			return g_strdup(*line);
	return NULL;
}

/* QEMU may write its last message after it has closed the QMP socket, so its end is awaited before its log is read. */
void guest_fail_to_start(struct guest *guest, const GError *reason)
{
	g_autofree char *log = NULL;
	int status;

	(void)process_reap(guest->pid, time_after(LAST_WORDS_SECONDS), &status);
	log = qemu_log(guest);
	if (guest->refused && stop_asked() == NULL)
		guest->result->refusal = first_complaint(guest) ?: g_strdup(reason->message);
	guest_fail(guest, "QEMU did not start: %s: %s", reason->message, log);
}

void guest_describe_stop(struct guest *guest)
{
	json_t *status = qmp_command(&guest->qmp, "query-status", NULL, NULL);
	g_autofree char *complaint = first_complaint(guest);

	guest->result->paused = TRUE;
	guest_fail(guest, "QEMU stopped the guest: %s%s%s%s",
		json_string_value(json_object_get(status, "status")) ?: "no reason given",
		complaint != NULL ? " (" : "", complaint ?: "", complaint != NULL ? ")" : "");
	json_decref(status);
}

/* The first vCPU's registers as QEMU's monitor prints them, "" where it does not answer; to be freed. */
static char *registers_of(struct guest *guest)
{
	json_t *answer = qmp_command(
		&guest->qmp, "human-monitor-command", json_pack("{s:s}", "command-line", "info registers"), NULL);
	char *text = g_strdup(json_string_value(answer) ?: "");

	json_decref(answer);
	return text;
}

/* Registers that have changed a moment later show that the guest still runs. */
void guest_describe_timeout(struct guest *guest)
{
	g_autofree char *tail = console_tail(&guest->result->console, 3);
	g_autofree char *registers = NULL, *later = NULL;
	const char *rip, *state;

	guest->qmp.deadline = time_after(LAST_WORDS_SECONDS);
	registers = registers_of(guest);
	g_usleep(MOMENT_US);
	later = registers_of(guest);
	rip = strstr(registers, "IP="); /* RIP, or EIP of a CPU model without long mode */
	rip = rip != NULL ? rip - 1 : NULL;
	if (*registers == '\0' || *later == '\0')
		state = "QEMU does not say whether it runs";
	else if (strcmp(registers, later) != 0)
		state = "running";
	else
		state = strstr(registers, "HLT=1") != NULL ? "halted" : "standing still";
	guest_fail(guest, "no end within %u s; %.20s, %s; last on the console: \"%s\"", guest->spec->timeout,
		rip != NULL ? rip : "RIP unknown", state, tail);
}

/* Interprets the exit status of a QEMU that ended by itself. */
static void take_status(struct guest *guest, int status)
{
	g_autofree char *log = qemu_log(guest);

	if (WIFSIGNALED(status))
		guest_fail(guest, "QEMU was killed by signal %d: %s", WTERMSIG(status), log);
	else if (WEXITSTATUS(status) == 0 && !guest->result->console.begun)
		guest_fail(guest,
			"the guest ended before the app began (%s): this firmware may not run on this CPU model or "
			"machine",
			guest->shutdown_reason ?: "no reason given");
	else if (WEXITSTATUS(status) == 0 && guest->spec->told_to_power_off &&
		 g_strcmp0(guest->shutdown_reason, "guest-shutdown") == 0)
		guest->result->powered_off = TRUE;
	else if (WEXITSTATUS(status) == 0)
		guest_fail(guest, "the guest ended without a status: %s", guest->shutdown_reason ?: "no reason given");
	else if (WEXITSTATUS(status) == 1)
		guest_fail(guest, "QEMU gave up: %s", log);
	else if (WEXITSTATUS(status) % 2 == 0)
		guest_fail(guest, "QEMU ended with status %d, which isa-debug-exit cannot give: %s",
			WEXITSTATUS(status), log);
	else
		guest->result->exit_value = WEXITSTATUS(status) >> 1;
}

void guest_reap(struct guest *guest)
{
	gboolean is_over = guest->result->failure != NULL || guest->result->returned;
	int status;
	gboolean ended = process_reap(guest->pid, is_over ? 0 : guest->deadline, &status);

	if (is_over)
		return;
	if (ended)
		take_status(guest, status);
	else
		guest_fail(guest, "QEMU closed its QMP socket, and did not end within %u s", guest->spec->timeout);
}
