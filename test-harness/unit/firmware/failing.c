/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/firmware/failing.h"

#include <string.h>

#include "unit/firmware/consequences.h"
#include "unit/firmware/mock_ring0.h"
#include "unit/firmware/stored.h"

static const struct {
	enum exit_status status;
	const char *word;
	EFI_STATUS efi;
} statuses[] = {
#define EXIT_STATUS(name, value, word, efi, meaning) { STATUS_##name, word, efi },
#include "kvmleaf/exit_status.def"
};

char *end_word(const char *key)
{
	const char *line = g_strrstr(mock.console->str, "KVMLEAF-END ");
	g_autofree char *wanted = g_strdup_printf(" %s=", key);
	const char *word = line != NULL ? strstr(line, wanted) : NULL;

	if (word == NULL)
		return g_strdup("");
	word += strlen(wanted);
	/* A console that fails in the middle of a word leaves its beginning. */
	if (word[strcspn(word, " \r")] == '\0')
		return g_strdup("");
	return g_strndup(word, strcspn(word, " \r"));
}

/* The status as the caller of the app, or QEMU's caller, sees it. After a reset that is the console's; -1 for none. */
static int status_outside(void)
{
	if (mock.end == MOCK_QEMU_ENDED)
		return mock.exit_value;
	if (mock.end != MOCK_RETURNED) {
		g_autofree char *word = end_word("status");

		for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
			if (g_str_equal(statuses[i].word, word))
				return (int)statuses[i].status;
		return -1;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (statuses[i].efi == mock.returned)
			return (int)statuses[i].status;
	g_error("efi_main() returned %lx, which no exit status stands for", (unsigned long)mock.returned);
}

/* The console's status is the one that is seen outside. A console without a last line has failed or is not there. */
static void assert_status(void)
{
	g_autofree char *word = end_word("status");
	int outside = status_outside();

	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (outside == (int)statuses[i].status && *word != '\0')
			g_assert_cmpstr(word, ==, statuses[i].word);
}

void assert_ended_well(void)
{
	assert_status();
	assert_stored();
	g_assert_false(mock.ran_unloaded);
	g_assert_false(mock_interrupts_held());
	if (mock.end != MOCK_RETURNED)
		return; /* the machine has ended, and nobody uses the memory any more */
	g_assert_cmpuint(
		mock.live + mock_handlers(), <=, mock.kept + kept_for_late_processors() + mock_wall_clock_keeps_page());
	g_assert_false(mock_msrs_changed());
	g_assert_false(mock.watchdog);
}

static void run(const struct scenario *scenario, unsigned call, enum mock_service service, EFI_STATUS status)
{
	const char *which = call != 0 ? "the call" : service != MOCK_SERVICES ? "every call" : "no call";

	(void)g_snprintf(mock_tried, sizeof(mock_tried), "tried: %s: %s (number %u) of %s returns %lx\n",
		scenario->name, which, call, service != MOCK_SERVICES ? mock_service_name(service) : "any function",
		(unsigned long)status);
	mock_init();
	scenario->prepare();
	stored_begin();
	mock.fail_call = call;
	mock.fail_status = mock.fail_service_status = status;
	if (call == 0)
		mock.fail_service = service;
	mock_run();
}

void scenario_run(const struct scenario *scenario)
{
	run(scenario, 0, MOCK_SERVICES, EFI_SUCCESS);
	assert_ended_well();
	g_assert_cmpint(mock.end, ==, scenario->end);
	if (status_outside() != -1)
		g_assert_cmphex(status_outside(), ==, scenario->status);
}

static void fail_call(const struct scenario *scenario, const struct outcome *baseline, unsigned call)
{
	const struct mock_called *called = &baseline->called[call - 1];
	struct outcome outcome;

	for (const EFI_STATUS *status = mock_service_statuses(called->service); *status != EFI_SUCCESS; status++) {
		run(scenario, call, called->service, *status);
		assert_ended_well();
		outcome_take(&outcome, status_outside());
		assert_consequence(baseline, &outcome, called, *status);
		outcome_free(&outcome);
	}
}

static void fail_service(const struct scenario *scenario, enum mock_service service)
{
	for (const EFI_STATUS *status = mock_service_statuses(service); *status != EFI_SUCCESS; status++) {
		run(scenario, 0, service, *status);
		assert_ended_well();
		/* That would accuse the host of a fault. */
		g_assert_true(status_outside() != STATUS_PROBE || scenario->status == STATUS_PROBE);
	}
}

void scenario_fail(const struct scenario *scenario)
{
	bool is_called[MOCK_SERVICES] = { false };
	struct outcome baseline;

	scenario_run(scenario);
	outcome_take(&baseline, status_outside());
	for (unsigned call = 1; call <= baseline.calls; call++) {
		is_called[baseline.called[call - 1].service] = true;
		fail_call(scenario, &baseline, call);
	}
	for (enum mock_service service = 0; service < MOCK_SERVICES; service++)
		if (is_called[service])
			fail_service(scenario, service);
	outcome_free(&baseline);
	mock_free();
}
