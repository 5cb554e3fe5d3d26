/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"
#include "base/stop.h"
#include "base/tail.h"
#include "guest/capture.h"
#include "guest/guest_end.h"
#include "guest/guest_files.h"
#include "guest/guest_memory.h"
#include "guest/payload_disk.h"
#include "guest/qemu_command.h"
#include "kvmleaf/exit_status.h"
#include "qemu/migration.h"
#include "qemu/oracle.h"
#include "qemu/qmp.h"

static gboolean start_qemu(struct guest *guest, GError **error)
{
	g_autoptr(GPtrArray) command = qemu_command(guest->spec, guest->mode, guest->vars);
	g_autofree char *text = qemu_command_text(command);
	g_autofree char *command_path = guest_file(guest, "command");
	g_autofree char *log_path = guest_file(guest, "qemu.log");
	g_autofree char *serial = guest_file(guest, "serial.log");
	struct process_fd fds[3] = { { .child_fd = CHILD_QMP_FD } };
	gsize count = 1;

	if (guest->mode == GUEST_RESTORE)
		fds[count++] = (struct process_fd){ .child_fd = CHILD_STREAM_FD, .path = guest->spec->capture->stream };
	if (guest->memory_fd >= 0)
		fds[count++] =
			(struct process_fd){ .child_fd = CHILD_MEMORY_FD, .given = TRUE, .fd = guest->memory_fd };
	guest->serial_fd = tail_open(serial, error);
	if (guest->serial_fd < 0 || !scratch_write(command_path, text, -1, error) ||
		!process_start(command, log_path, fds, count, &guest->pid, error))
		return FALSE;
	guest->qmp_fd = fds[0].fd;
	return TRUE;
}

static void on_event(gpointer context, const char *event, const json_t *data)
{
	struct guest *guest = context;

	if (strcmp(event, "STOP") == 0) {
		guest->stopped = TRUE;
	} else if (strcmp(event, "SHUTDOWN") == 0) {
		g_free(guest->shutdown_reason);
		guest->shutdown_reason = g_strdup(json_string_value(json_object_get(data, "reason")));
	}
}

static gboolean restore(struct guest *guest, GError **error)
{
	guest->refused = !migration_restore(&guest->qmp, error);
	return !guest->refused;
}

/* FALSE with an error where QEMU cannot start or restore its guest. */
static gboolean start_guest(struct guest *guest, GError **reason)
{
	GError *error = NULL;

	if (qmp_greet(&guest->qmp, &error) && (guest->mode == GUEST_BOOT || restore(guest, &error)))
		guest->result->has_words = oracle_feature_words(
			&guest->qmp, guest->result->words, guest->result->words_differing, &guest->result->vcpus);
	guest->stopped = FALSE; /* a restored guest is stopped at first, since it was captured so */
	if (error != NULL)
		g_propagate_error(reason, error);
	return error == NULL && qmp_run(&guest->qmp, "cont", NULL, reason);
}

static void take_console(gpointer context, const char *bytes, gsize length)
{
	struct guest *guest = context;

	console_feed(&guest->result->console, bytes, length);
}

/* Reads the serial output since the last call. */
static void read_serial(struct guest *guest)
{
	const struct console *console = &guest->result->console;

	if (guest->payload_fd >= 0)
		payload_read_console(guest->payload_fd, &guest->payload_read, take_console, guest);
	tail_read(guest->serial_fd, take_console, guest);
	if (console->flooded)
		guest_fail(guest, "the guest floods its console: over %d bytes", CONSOLE_KEPT_MAX);
	else if (console->dead_end != NULL && console->end == NULL)
		guest_fail(guest, "the firmware gave up or started something else: \"%s\"", console->dead_end);
	else if (console->dead_end != NULL)
		guest->result->returned = TRUE;
}

/* Waits until QEMU closes its QMP socket, the app returns to the firmware, or something fails. */
static void follow(struct guest *guest)
{
	gboolean running = TRUE;

	while (running && guest->result->failure == NULL && !guest->result->returned) {
		if (stop_asked() != NULL) {
			guest_fail(guest, "%s", stop_asked());
			return;
		}
		if (g_get_monotonic_time() >= guest->deadline) {
			guest_describe_timeout(guest);
			return;
		}
		running = qmp_wait(&guest->qmp, TAIL_INTERVAL_MS);
		read_serial(guest);
		if (guest->stopped)
			guest_describe_stop(guest);
	}
}

static void open_guest(struct guest *guest)
{
	guest->qmp_fd = guest->serial_fd = guest->memory_fd = guest->payload_fd = -1;
	console_init(&guest->result->console, guest->spec->on_line, guest->spec->context);
	guest->result->console.by_shell = guest->spec->by_shell;
	qmp_init(&guest->qmp, -1, on_event, guest);
}

static void close_guest(struct guest *guest)
{
	qmp_clear(&guest->qmp);
	if (guest->qmp_fd >= 0)
		(void)close(guest->qmp_fd);
	if (guest->serial_fd >= 0)
		(void)close(guest->serial_fd);
	if (guest->memory_fd >= 0)
		(void)close(guest->memory_fd);
	if (guest->payload_fd >= 0)
		(void)close(guest->payload_fd);
	g_free(guest->vars);
	g_free(guest->shutdown_reason);
}

static gboolean share_memory(struct guest *guest, GError **error)
{
	gsize size = qemu_shared_memory(guest->spec, guest->mode);

	if (size == 0)
		return TRUE;
	guest->memory_fd =
		guest_memory_make(size, guest->mode == GUEST_RESTORE ? guest->spec->capture->store : NULL, error);
	return guest->memory_fd >= 0;
}

static gboolean open_payload(struct guest *guest, GError **error)
{
	if (guest->mode != GUEST_RESTORE)
		return TRUE;
	guest->payload_fd = payload_open(guest->spec->folder, error);
	return guest->payload_fd >= 0;
}

static gboolean launch(struct guest *guest, GError **error)
{
	gboolean started = guest_files_prepare(guest->spec, guest->mode, &guest->vars, error) &&
			   share_memory(guest, error) && open_payload(guest, error) && start_qemu(guest, error);

	guest->qmp.fd = guest->qmp_fd;
	guest->deadline = time_after(guest->spec->timeout);
	guest->qmp.deadline = guest->deadline;
	return started;
}

static void run_launched(struct guest *guest)
{
	g_autoptr(GError) reason = NULL;

	if (!start_guest(guest, &reason)) {
		guest_fail_to_start(guest, reason);
		return;
	}
	follow(guest);
	guest_reap(guest);
}

/* Where a restored guest has printed to its payload disk, serial.log gets that too. */
static void save_console(struct guest *guest)
{
	g_autofree char *path = guest_file(guest, "serial.log");
	const GString *raw = guest->result->console.raw;
	g_autoptr(GError) error = NULL;

	if (guest->payload_read > 0 && !scratch_write(path, raw->str, (gssize)raw->len, &error))
		guest_fail(guest, "%s", error->message);
}

/* A guest that ended early may have left no store; it has a failure already then. */
static void save_store(struct guest *guest)
{
	g_autoptr(GError) error = NULL;

	if (guest->memory_fd >= 0 && !guest_memory_save_store(guest->memory_fd, guest->vars, &error))
		guest_fail(guest, "the variable store cannot be read: %s", error->message);
}

gboolean guest_run(const struct guest_spec *spec, struct guest_result *result, GError **error)
{
	struct guest guest = { .spec = spec, .result = result };
	gboolean tried = FALSE;

	*result = (struct guest_result){ .exit_value = -1,
		.from_store = spec->stores,
		.told_to_exit = spec->told_to_exit,
		.told_to_power_off = spec->told_to_power_off };
	guest.mode = spec->capture != NULL ? GUEST_RESTORE : GUEST_BOOT;
	open_guest(&guest);
	if (launch(&guest, error)) {
		run_launched(&guest);
		save_store(&guest);
		save_console(&guest);
		tried = (result->failure == NULL || guest_files_has_room(spec->folder, error)) &&
			guest_files_collect(spec, guest.vars, result, error);
	}
	close_guest(&guest);
	if (!tried)
		guest_result_clear(result);
	return tried;
}

static gboolean save_captured_store(const struct guest *guest, GError **error)
{
	const char *store = guest->spec->capture->store;

	if (guest->memory_fd >= 0)
		return guest_memory_save(guest->memory_fd, store, error);
	if (g_rename(guest->vars, store) == 0)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", store, g_strerror(errno));
	return FALSE;
}

gboolean guest_capture(const struct guest_spec *spec, GError **error)
{
	struct guest_result result = { .exit_value = -1 };
	struct guest guest = { .spec = spec, .result = &result, .mode = GUEST_CAPTURE };
	GError *reason = NULL;
	gboolean captured = FALSE;
	int status;

	open_guest(&guest);
	if (launch(&guest, &reason)) {
		captured = qmp_greet(&guest.qmp, &reason);
		/* follow() returns when the launcher has stopped the guest; the failure that it notes is ignored here.
		 */
		if (captured && !guest.stopped)
			follow(&guest);
		captured = captured && guest.stopped && migration_save(&guest.qmp, spec->capture->stream, &reason) &&
			   save_captured_store(&guest, &reason);
		if (reason == NULL && !captured)
			reason = g_error_new(BOOT_ERROR, BOOT_FAILED, "%s",
				result.failure ?: "QEMU ended before the launcher stopped it");
		(void)process_reap(guest.pid, 0, &status);
	}
	if (reason != NULL)
		g_propagate_prefixed_error(error, reason, "no guest could be captured: ");
	close_guest(&guest);
	guest_result_clear(&result);
	return captured;
}

void guest_result_clear(struct guest_result *result)
{
	console_clear(&result->console);
	g_free(result->failure);
	g_free(result->refusal);
	g_free(result->note);
	g_free(result->report);
}
