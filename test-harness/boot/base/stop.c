/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/stop.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"

static volatile sig_atomic_t caught;
static gint64 run_deadline;
static unsigned run_seconds;
/* Set once and never freed, since other threads may still use it. */
static struct reason {
	char *words;
	int status;
} * reason;

gint64 time_after(gint64 seconds)
{
	return g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
}

static void on_signal(int number)
{
	caught = number;
}

void stop_on_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		struct sigaction old;

		/* A signal that the parent process ignores (nohup) stays ignored. */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
	}
}

void stop_at(gint64 deadline, unsigned seconds)
{
	run_deadline = deadline;
	run_seconds = seconds;
}

void stop_ask(const char *why, int status)
{
	struct reason *own = g_new(struct reason, 1);

	*own = (struct reason){ .words = g_strdup(why), .status = status };
	if (g_atomic_pointer_compare_and_exchange(&reason, NULL, own))
		return;
	g_free(own->words);
	g_free(own);
}

const char *stop_asked(void)
{
	const struct reason *why = g_atomic_pointer_get(&reason);
	g_autofree char *words = NULL;

	if (why != NULL)
		return why->words;
	if (caught != 0)
		words = g_strdup_printf("interrupted by signal %d (%s)", (int)caught, strsignal(caught));
	else if (run_deadline != 0 && g_get_monotonic_time() >= run_deadline)
		words = g_strdup_printf("the run did not end within its deadline of %u s", run_seconds);
	if (words == NULL)
		return NULL;
	stop_ask(words, BOOT_FAILED);
	why = g_atomic_pointer_get(&reason);
	return why->words;
}

int stop_status(void)
{
	const struct reason *why = g_atomic_pointer_get(&reason);

	return why != NULL ? why->status : BOOT_PASS;
}

int stop_signal(void)
{
	return caught;
}
