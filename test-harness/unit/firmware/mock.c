/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/firmware/mock.h"

#include <string.h>
#include <sys/mman.h>

#include "unit/firmware/mock_ring0.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

struct mock mock = { .console = NULL };

static struct lent {
	const void *thing;
	const char *kind;
} lent[MOCK_LIVE_MAX];

#define SERVICE(name, ...) static const EFI_STATUS statuses_##name[] = { __VA_ARGS__, EFI_SUCCESS };
#include "unit/firmware/mock_services.def"

static const struct {
	const char *name;
	const EFI_STATUS *statuses;
} services[] = {
#define SERVICE(name, ...) { #name, statuses_##name },
#include "unit/firmware/mock_services.def"
};

const char *mock_service_name(enum mock_service service)
{
	return services[service].name;
}

const EFI_STATUS *mock_service_statuses(enum mock_service service)
{
	return services[service].statuses;
}

EFI_STATUS mock_call_about(enum mock_service service, const char *about)
{
	if (mock.calls == MOCK_CALLS_MAX)
		g_error("the app does not end: %u calls, the last one is %s", mock.calls, mock_service_name(service));
	if (mock.calls < MOCK_CALLED_MAX)
		mock.called[mock.calls] = (struct mock_called){ service, about };
	mock.calls++;
	if (mock.calls == mock.fail_call)
		return mock.fail_status;
	return service == mock.fail_service ? mock.fail_service_status : EFI_SUCCESS;
}

EFI_STATUS mock_call(enum mock_service service)
{
	return mock_call_about(service, "");
}

void mock_lend(const void *thing, const char *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lent); i++) {
		if (lent[i].thing != NULL)
			continue;
		lent[i] = (struct lent){ thing, kind };
		mock.live++;
		return;
	}
	g_error("more things are lent than the mock can count");
}

void mock_take_back(const void *thing, const char *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lent); i++) {
		if (lent[i].thing != thing)
			continue;
		g_assert_cmpstr(lent[i].kind, ==, kind);
		lent[i].thing = NULL;
		mock.live--;
		return;
	}
	g_error("the app gives back something that it does not have: %s", kind);
}

bool mock_in_pages(const void *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lent); i++)
		if (lent[i].thing != NULL && g_str_equal(lent[i].kind, "pages") &&
			(uintptr_t)address - (uintptr_t)lent[i].thing < MOCK_PAGES_MAX * EFI_PAGE_SIZE)
			return true;
	return false;
}

void mock_free(void)
{
	for (size_t i = 0; i < MOCK_FILES_MAX; i++) {
		g_clear_pointer(&mock.files[i].path, g_free);
		g_clear_pointer(&mock.files[i].bytes, g_byte_array_unref);
	}
	for (size_t i = 0; i < MOCK_VARIABLES_MAX; i++) {
		g_clear_pointer(&mock.variables[i].name, g_free);
		g_clear_pointer(&mock.variables[i].bytes, g_byte_array_unref);
	}
	/* What a run never gave back because the machine ended, or because it had to stay. */
	for (size_t i = 0; i < G_N_ELEMENTS(lent); i++) {
		if (lent[i].thing != NULL && g_str_equal(lent[i].kind, "pages"))
			munmap((void *)(uintptr_t)lent[i].thing, MOCK_PAGES_MAX * EFI_PAGE_SIZE);
		else if (lent[i].thing != NULL)
			free((void *)(uintptr_t)lent[i].thing);
		lent[i].thing = NULL;
	}
	if (mock.console != NULL)
		g_string_free(mock.console, TRUE);
	mock.console = NULL;
}

void mock_init(void)
{
	mock_free();
	memset(&mock, 0, sizeof(mock));
	mock.console = g_string_new(NULL);
	mock.processors = 1;
	mock.store_size = 64 * 1024;
	mock.fail_service = MOCK_SERVICES;
	mock.exit_value = -1;
	mock_cpu_init();
}

void mock_run(void)
{
	static EFI_BOOT_SERVICES boot;
	static EFI_RUNTIME_SERVICES runtime;
	static EFI_SYSTEM_TABLE system;
	static char image;

	mock_attributes_init();
	mock_boot_fill(&boot);
	mock_runtime_fill(&runtime);
	system = (EFI_SYSTEM_TABLE){ .BootServices = &boot,
		.RuntimeServices = &runtime,
		.ConOut = mock.no_out ? NULL : mock_console_out(),
		.ConIn = mock.no_in ? NULL : mock_console_in() };
	system.ConfigurationTable = mock_cpu_tables(&system.NumberOfTableEntries);
	if (setjmp(mock.ended) == 0) {
		mock.returned = efi_main(&image, &system);
		mock.end = MOCK_RETURNED;
	}
	mock_mp_run_late();
}
