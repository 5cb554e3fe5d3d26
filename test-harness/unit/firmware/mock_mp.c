/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MP services: UEFI PI specification 1.8, volume 2, 13.4, and EDK2's UefiCpuPkg/Library/MpInitLib. StartupAllAPs runs
 * one processor after the other. A processor that StartupThisAP starts is a thread; only one thread runs at any time,
 * so that each run makes the same calls.
 */
#include "firmware/mp.h"

#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

static struct started {
	mp_procedure *procedure; /* NULL for none */
	void *argument;
	bool *done; /* the event */
	GThread *thread;
	bool ended;
} started[MOCK_PROCESSORS_MAX];

static _Thread_local bool has_thread;
static GMutex mutex;
static GCond changed;
static unsigned turn; /* the processor that may run */

static void hand_over(unsigned processor)
{
	unsigned self = mock_processor();

	g_mutex_lock(&mutex);
	turn = processor;
	g_cond_broadcast(&changed);
	while (turn != self)
		g_cond_wait(&changed, &mutex);
	g_mutex_unlock(&mutex);
}

/* Only a thread of its own can be left for the first processor: a procedure that is waited for goes on. */
void mock_processor_yield(void)
{
	if (has_thread)
		hand_over(0);
}

static gpointer run_thread(gpointer data)
{
	struct started *processor = data;
	unsigned number = (unsigned)(processor - started);

	has_thread = true;
	mock_processor_set(number);
	g_mutex_lock(&mutex);
	while (turn != number)
		g_cond_wait(&changed, &mutex);
	g_mutex_unlock(&mutex);
	processor->procedure(processor->argument);
	g_mutex_lock(&mutex);
	processor->ended = true;
	turn = 0;
	g_cond_broadcast(&changed);
	g_mutex_unlock(&mutex);
	return NULL;
}

/* If a thread has ended, its event is signalled, as EDK2's CheckAndUpdateApsStatus() does. */
static void notice_end(unsigned number)
{
	struct started *processor = &started[number];

	if (!processor->ended)
		return;
	g_thread_join(processor->thread);
	if (processor->done != NULL)
		*processor->done = true;
	*processor = (struct started){ .procedure = NULL };
}

static void run_a_while(unsigned number)
{
	hand_over(number);
	notice_end(number);
}

void mock_ring0_pass(uint64_t microseconds)
{
	mock_tsc_pass(microseconds * 1000);
	for (unsigned i = 1; i < MOCK_PROCESSORS_MAX; i++)
		if (started[i].thread != NULL)
			run_a_while(i);
}

/* A processor that is late: by now the app's memory has been freed, and the firmware has unloaded the app. */
static void run_late(unsigned number)
{
	struct started late = started[number];

	started[number] = (struct started){ .procedure = NULL };
	if (!mock_in_pages((void *)(uintptr_t)late.procedure)) {
		mock.ran_unloaded = true;
		return;
	}
	mock_processor_set(number);
	late.procedure(late.argument);
	mock_processor_set(0);
}

void mock_mp_run_late(void)
{
	enum { TURNS_MAX = 8 };

	for (unsigned i = 1; i < MOCK_PROCESSORS_MAX; i++) {
		for (int turns = 0; turns < TURNS_MAX && started[i].thread != NULL; turns++) {
			mock.ran_unloaded = true;
			run_a_while(i);
		}
		if (started[i].thread != NULL)
			g_error("processor %u runs on after the app's end", i);
		if (started[i].procedure != NULL)
			run_late(i);
	}
}

static EFI_STATUS EFIAPI get_number_of_processors(struct mp_services *self, UINTN *processors, UINTN *enabled)
{
	EFI_STATUS status = mock_call_about(MOCK_GetNumberOfProcessors, mock.started_all ? "listener" : "all");

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	*processors = *enabled = mock.processors;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI get_processor_info(struct mp_services *self, UINTN number, struct mp_information *information)
{
	EFI_STATUS status = mock_call_about(MOCK_GetProcessorInfo, mock.is_probing ? "listener" : "all");

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	if (number >= mock.processors)
		return EFI_NOT_FOUND;
	*information = (struct mp_information){ .processor_id = number,
		.status_flag = MP_IS_ENABLED | MP_IS_HEALTHY | (number == 0 ? MP_IS_BSP : 0),
		.core = (UINT32)number };
	return EFI_SUCCESS;
}

/* CheckAllAPs(): with EFI_TIMEOUT the procedure ends by the processor's reset; here it runs after all, but too late. */
static EFI_STATUS EFIAPI startup_all_aps(struct mp_services *self, mp_procedure *procedure, BOOLEAN one_by_one,
	EFI_EVENT done, UINTN timeout, void *argument, UINTN **failed)
{
	EFI_STATUS status = mock_call(MOCK_StartupAllAPs);

	mock.started_all = true;
	(void)self;
	(void)one_by_one;
	g_assert_null(done);
	g_assert_null(failed);
	g_assert_cmpuint(timeout, >, 0);
	if (status != EFI_SUCCESS && status != EFI_TIMEOUT)
		return status;
	if (mock.processors == 1)
		return EFI_NOT_STARTED;
	if (mock_in_pages((void *)(uintptr_t)procedure))
		mock_ring0_take_over((void *)(uintptr_t)procedure);
	for (unsigned i = 1; i < mock.processors; i++) {
		if (status == EFI_TIMEOUT || i == mock.late_processor) {
			started[i] = (struct started){ .procedure = procedure, .argument = argument };
			mock.was_late = true;
			continue;
		}
		mock_processor_set(i);
		procedure(argument);
	}
	mock_processor_set(0);
	return mock.late_processor != 0 ? EFI_TIMEOUT : status;
}

static EFI_STATUS EFIAPI startup_this_ap(struct mp_services *self, mp_procedure *procedure, UINTN number,
	EFI_EVENT done, UINTN timeout, void *argument, BOOLEAN *finished)
{
	EFI_STATUS status = mock_call_about(MOCK_StartupThisAP, done != NULL ? "companion" : "alone");

	(void)self;
	(void)finished;
	if (status != EFI_SUCCESS) {
		/* The app takes the processor for one that is late, and keeps the page that it may have enabled. */
		mock.kept += done == NULL;
		return status;
	}
	g_assert_cmpuint(number, <, mock.processors);
	g_assert_cmpuint(timeout, >, 0);
	notice_end((unsigned)number);
	if (started[number].procedure != NULL)
		return EFI_NOT_READY; /* it has not ended what was started before */
	if (done == NULL) {           /* the call waits for the end */
		mock_processor_set((unsigned)number);
		procedure(argument);
		mock_processor_set(0);
		return EFI_SUCCESS;
	}
	started[number] = (struct started){ .procedure = procedure, .argument = argument, .done = done };
	started[number].thread = g_thread_new("processor", run_thread, &started[number]);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI who_am_i(struct mp_services *self, UINTN *number)
{
	EFI_STATUS status = mock_call(MOCK_WhoAmI);

	(void)self;
	if (status == EFI_SUCCESS)
		*number = mock.lost_processor != 0 && mock_processor() == mock.lost_processor ? 1000 : mock_processor();
	return status;
}

void *mock_mp_services(void)
{
	static struct mp_services services = { .get_number_of_processors = get_number_of_processors,
		.get_processor_info = get_processor_info,
		.startup_all_aps = startup_all_aps,
		.startup_this_ap = startup_this_ap,
		.who_am_i = who_am_i };

	return &services;
}
