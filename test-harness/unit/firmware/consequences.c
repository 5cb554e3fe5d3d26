/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/firmware/consequences.h"

#include <string.h>

#include "kvmleaf/exit_status.h"
#include "kvmleaf/report_variable.h"

enum shows {
	SAME,
	SAVED,
	NAMED,
	TOLD,
	SAME_OR_NAMED,
	SAVED_OR_TOLD,
	SAVED_OR_REFUSED,
	NAMED_OR_REFUSED,
	SHORTENED_OR_TOLD,
	UNVERIFIED,
	SILENT,
	UNTRIED,
	ANYTHING,
};
enum { AS_BEFORE = -1, UNREAD = -2, ANYHOW = -3 };

static const struct consequence {
	enum mock_service service;
	const char *about;
	EFI_STATUS returned;
	enum shows shows;
	int ends;
	const char *why;
} consequences[] = {
#define CONSEQUENCE(service, about, returned, shows, ends, why) { MOCK_##service, about, returned, shows, ends, why },
#include "unit/firmware/consequences.def"
};

/* The names of appendix D of the UEFI specification, in lower case and without "EFI_". */
static const struct {
	EFI_STATUS status;
	const char *words;
} words[] = {
	{ EFI_INVALID_PARAMETER, "invalid parameter" },
	{ EFI_UNSUPPORTED, "unsupported" },
	{ EFI_BAD_BUFFER_SIZE, "bad buffer size" },
	{ EFI_BUFFER_TOO_SMALL, "buffer too small" },
	{ EFI_NOT_READY, "not ready" },
	{ EFI_DEVICE_ERROR, "device error" },
	{ EFI_WRITE_PROTECTED, "write protected" },
	{ EFI_OUT_OF_RESOURCES, "out of resources" },
	{ EFI_VOLUME_CORRUPTED, "volume corrupted" },
	{ EFI_VOLUME_FULL, "volume full" },
	{ EFI_NO_MEDIA, "no media" },
	{ EFI_NOT_FOUND, "not found" },
	{ EFI_ACCESS_DENIED, "access denied" },
	{ EFI_SECURITY_VIOLATION, "security violation" },
};

void outcome_take(struct outcome *outcome, int status)
{
	const struct mock_variable *variable = mock_variable_find(REPORT_VARIABLE_NAME);

	g_assert_cmpuint(mock.calls, <=, MOCK_CALLED_MAX);
	*outcome = (struct outcome){ .calls = mock.calls,
		.called = g_memdup2(mock.called, mock.calls * sizeof(mock.called[0])),
		.status = status,
		.end = mock.end,
		.console = g_strdup(mock.console->str),
		.stored = variable != NULL ? g_strndup((const char *)variable->bytes->data, variable->bytes->len)
					   : g_strdup("") };
}

void outcome_free(struct outcome *outcome)
{
	g_free(outcome->called);
	g_free(outcome->console);
	g_free(outcome->stored);
}

unsigned kept_for_late_processors(void)
{
	return mock.was_late ? 3 : 0; /* code, data, and the page of the probe */
}

static const struct consequence *find(const struct mock_called *called, EFI_STATUS returned)
{
	for (size_t i = 0; i < G_N_ELEMENTS(consequences); i++) {
		const struct consequence *row = &consequences[i];

		if (row->service == called->service && (row->returned == 0 || row->returned == returned) &&
			(*row->about == '\0' || g_str_equal(row->about, called->about)))
			return row;
	}
	g_error("consequences.def has no row for %s (%s)", mock_service_name(called->service), called->about);
}

/* The status in words; NULL where there are none and its number is printed. */
static const char *words_of(EFI_STATUS status)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].status == status)
			return words[i].words;
	return NULL;
}

static bool is_named(const struct outcome *outcome, const char *function, EFI_STATUS status)
{
	unsigned number = (unsigned)(status & INT32_MAX);
	const char *in_words = words_of(status);
	g_autofree char *note = g_strdup_printf("%s: EFI status %u\r", function, number);
	g_autofree char *line = g_strdup_printf(": %s (%s)\r", in_words != NULL ? in_words : "", function);
	g_autofree char *json = g_strdup_printf("\"number\":%u,\"call\":\"%s\"", number, function);

	return strstr(outcome->console, note) != NULL || strstr(outcome->console, line) != NULL ||
	       strstr(outcome->console, json) != NULL || strstr(outcome->stored, json) != NULL;
}

/* As failed_line() of the app prints it: the status, and the function in parentheses. */
static bool is_told(const struct outcome *outcome, const char *function, EFI_STATUS status)
{
	const char *in_words = words_of(status);
	g_autofree char *number = g_strdup_printf("EFI status 0x%08x", (unsigned)(status & INT32_MAX));
	g_autofree char *line = g_strdup_printf(": %s (%s)", in_words != NULL ? in_words : number, function);

	return *outcome->console == '\0' || /* there is none */
	       strstr(outcome->console, line) != NULL || is_named(outcome, function, status);
}

/* After a reset only a console shows the status, which may have failed. */
static bool same_status(const struct outcome *baseline, const struct outcome *failed)
{
	return baseline->end == failed->end && (baseline->status == failed->status || failed->status == -1);
}

static bool is_saved(const struct outcome *baseline, const struct outcome *failed)
{
	return same_status(baseline, failed) && g_str_equal(baseline->stored, failed->stored);
}

static bool is_refused(const struct outcome *outcome)
{
	return strstr(outcome->console, " report=failed status=not-stored\r\n") != NULL &&
	       strstr(outcome->console, "\r\nkvmleaf: the report variable could not be stored") != NULL;
}

static bool shows(enum shows what, const struct outcome *baseline, const struct outcome *failed, const char *function,
	EFI_STATUS returned)
{
	switch (what) {
	case SAME:
		return is_saved(baseline, failed) && g_str_equal(baseline->console, failed->console);
	case SAME_OR_NAMED:
		return is_named(failed, function, returned) || shows(SAME, baseline, failed, function, returned);
	case SAVED:
		return is_saved(baseline, failed);
	case NAMED:
		return is_named(failed, function, returned);
	case TOLD:
		return is_told(failed, function, returned);
	case SAVED_OR_TOLD:
		return is_saved(baseline, failed) || is_told(failed, function, returned);
	case SAVED_OR_REFUSED:
		return is_saved(baseline, failed) || is_refused(failed);
	case NAMED_OR_REFUSED:
		return is_named(failed, function, returned) || is_refused(failed);
	case SHORTENED_OR_TOLD:
		return strstr(failed->stored, "\n\"missing\":[") != NULL || is_told(failed, function, returned) ||
		       is_refused(failed);
	case UNVERIFIED:
		return is_told(failed, function, returned) || is_told(failed, function, EFI_VOLUME_CORRUPTED);
	case SILENT:
		return strstr(failed->console, "SILENT: ") != NULL && strstr(failed->console, "(APIC 0x") != NULL;
	case UNTRIED:
		return strstr(failed->console, "no memory for it") != NULL ||
		       strstr(failed->stored, "no memory for it") != NULL;
	case ANYTHING:
		return true;
	}
	return false;
}

void assert_consequence(const struct outcome *baseline, const struct outcome *failed, const struct mock_called *called,
	EFI_STATUS status)
{
	const char *function = mock_service_name(called->service);
	const struct consequence *row = find(called, status);

	/* Without a console and without a stored report there is nothing that could show it. */
	if ((*failed->console != '\0' || *failed->stored != '\0') &&
		!shows(row->shows, baseline, failed, function, status))
		g_error("%s (%s) returned %lx, and the run does not show what consequences.def says:\n%s\nstored:\n%s",
			function, called->about, (unsigned long)status, failed->console, failed->stored);
	if (row->ends == AS_BEFORE || (row->ends == UNREAD && baseline->status != STATUS_VCPUS))
		g_assert_true(same_status(baseline, failed));
	else if (row->ends == UNREAD)
		g_assert_true(failed->status == STATUS_VCPUS || failed->status == STATUS_PASS);
	else if (row->ends != ANYHOW)
		g_assert_cmphex(failed->status, ==, row->ends);
}
