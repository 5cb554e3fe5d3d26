/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot services: UEFI specification 2.10, chapter 7. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "unit/firmware/mock.h"

#include <efishell.h>

#include "unit/firmware/mock_ring0.h"

enum { JUNK = 0xa5 };

static EFI_PHYSICAL_ADDRESS code_page;

EFI_PHYSICAL_ADDRESS mock_code_page(void)
{
	return mock_in_pages((void *)(uintptr_t)code_page) ? code_page : 0;
}

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size, VOID **ret)
{
	enum { LARGE = 1024 * 1024 };
	const char *about = mock.calls == 0   ? "workspace"
			    : size >= LARGE   ? "dump"
			    : mock.is_probing ? "own table"
					      : "vCPUs";
	EFI_STATUS status = mock_call_about(MOCK_AllocatePool, about);

	(void)type;
	if (status != EFI_SUCCESS)
		return status;
	*ret = malloc(size);
	g_assert_nonnull(*ret);
	memset(*ret, JUNK, size); /* the specification promises nothing about the content */
	mock_lend(*ret, "pool");
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pool(VOID *memory)
{
	EFI_STATUS status = mock_call(MOCK_FreePool);

	if (status != EFI_SUCCESS) {
		mock.kept++;
		return status;
	}
	mock_take_back(memory, "pool");
	free(memory);
	return EFI_SUCCESS;
}

/* Each with a mapping of its own: a use after FreePages ends the test. */
static EFI_STATUS EFIAPI allocate_pages(
	EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory_type, UINTN pages, EFI_PHYSICAL_ADDRESS *ret)
{
	EFI_STATUS status = mock_call_about(MOCK_AllocatePages, memory_type == EfiLoaderCode           ? "code"
								: memory_type == EfiReservedMemoryType ? "shared"
												       : "tables");
	void *memory;

	if (status != EFI_SUCCESS)
		return status;
	g_assert_cmpint(type, ==, AllocateAnyPages);
	g_assert_cmpuint(pages, <=, MOCK_PAGES_MAX);
	memory = mmap(NULL, MOCK_PAGES_MAX * EFI_PAGE_SIZE,
		PROT_READ | PROT_WRITE | (mock.strict_pages ? 0 : PROT_EXEC), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_assert_true(memory != MAP_FAILED);
	memset(memory, JUNK, pages * EFI_PAGE_SIZE);
	mock_lend(memory, "pages");
	if (memory_type == EfiLoaderCode)
		code_page = (uintptr_t)memory;
	*ret = (EFI_PHYSICAL_ADDRESS)(uintptr_t)memory;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS memory, UINTN pages)
{
	EFI_STATUS status = mock_call(MOCK_FreePages);

	if (status != EFI_SUCCESS) {
		mock.kept++;
		return status;
	}
	g_assert_cmpuint(pages, <=, MOCK_PAGES_MAX);
	mock_take_back((void *)(uintptr_t)memory, "pages");
	g_assert_cmpint(munmap((void *)(uintptr_t)memory, MOCK_PAGES_MAX * EFI_PAGE_SIZE), ==, 0);
	return EFI_SUCCESS;
}

static const struct {
	EFI_GUID guid;
	const char *name;
} protocols[] = {
	{ LOADED_IMAGE_PROTOCOL, "loaded image" },
	{ EFI_SHELL_PARAMETERS_PROTOCOL_GUID, "shell" },
	{ EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID, "volume" },
	{ { 0x3fdda605, 0xa76e, 0x4f46, { 0xad, 0x29, 0x12, 0xf4, 0x53, 0x1b, 0x3d, 0x08 } }, "mp" },
	{ { 0x26baccb1, 0x6f42, 0x11d4, { 0xbc, 0xe7, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } }, "arch" },
	{ { 0xf4560cf6, 0x40ec, 0x4b4a, { 0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0, 0xb1, 0x89 } }, "attributes" },
};

static const char *protocol_name(const EFI_GUID *guid)
{
	for (size_t i = 0; i < G_N_ELEMENTS(protocols); i++)
		if (memcmp(guid, &protocols[i].guid, sizeof(*guid)) == 0)
			return protocols[i].name;
	return "another protocol";
}

static CHAR16 *wide(const char *ascii, UINTN *ret_bytes)
{
	static CHAR16 buffer[8192];
	size_t length = strlen(ascii);

	g_assert_cmpuint(length, <, G_N_ELEMENTS(buffer));
	for (size_t i = 0; i <= length; i++)
		buffer[i] = (CHAR16)(unsigned char)ascii[i];
	*ret_bytes = (length + 1) * sizeof(CHAR16);
	return buffer;
}

static EFI_LOADED_IMAGE *loaded_image(void)
{
	static EFI_LOADED_IMAGE loaded;
	static char device;
	UINTN bytes = 0;

	loaded = (EFI_LOADED_IMAGE){ .DeviceHandle = &device };
	if (mock.load_options != NULL)
		loaded.LoadOptions = wide(mock.load_options, &bytes);
	loaded.LoadOptionsSize = (UINT32)bytes;
	if (mock.raw_options != NULL) {
		loaded.LoadOptions = (void *)(uintptr_t)mock.raw_options;
		loaded.LoadOptionsSize = mock.raw_options_size;
	}
	return &loaded;
}

static EFI_SHELL_PARAMETERS_PROTOCOL *shell(void)
{
	enum { ARGUMENTS_MAX = 16, ARGUMENT_CHARACTERS = 128 };
	static CHAR16 words[ARGUMENTS_MAX][ARGUMENT_CHARACTERS];
	static CHAR16 *argv[ARGUMENTS_MAX];
	static EFI_SHELL_PARAMETERS_PROTOCOL parameters;
	g_auto(GStrv) split = g_strsplit(mock.shell_arguments, " ", ARGUMENTS_MAX);
	UINTN bytes;

	parameters = (EFI_SHELL_PARAMETERS_PROTOCOL){ .Argv = argv };
	for (; split[parameters.Argc] != NULL; parameters.Argc++) {
		CHAR16 *word = wide(split[parameters.Argc], &bytes);

		g_assert_cmpuint(bytes, <=, sizeof(words[0]));
		argv[parameters.Argc] = memcpy(words[parameters.Argc], word, bytes);
	}
	return &parameters;
}

static EFI_STATUS EFIAPI handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, VOID **ret)
{
	const char *name = protocol_name(guid);
	EFI_STATUS status = mock_call_about(MOCK_HandleProtocol, name);

	if (status != EFI_SUCCESS)
		return status;
	if (handle == NULL)
		return EFI_INVALID_PARAMETER;
	if (g_str_equal(name, "loaded image") && !mock.no_loaded_image)
		*ret = loaded_image();
	else if (g_str_equal(name, "shell") && mock.shell_arguments != NULL)
		*ret = shell();
	else if (g_str_equal(name, "volume") && !mock.no_volume)
		*ret = mock_volume();
	else
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, VOID *registration, VOID **ret)
{
	const char *name = protocol_name(guid);
	EFI_STATUS status = mock_call_about(
		MOCK_LocateProtocol, g_str_equal(name, "mp") && mock.started_all ? "mp for a listener" : name);

	(void)registration;
	*ret = NULL; /* CoreLocateProtocol() does so too */
	if (status != EFI_SUCCESS) {
		/* Firmware that lets no page be executed has this protocol. */
		mock_attributes_hide(g_str_equal(name, "attributes"));
		return status;
	}
	if (g_str_equal(name, "mp") && !mock.no_mp)
		*ret = mock_mp_services();
	if (g_str_equal(name, "arch") && !mock.no_arch)
		*ret = mock_cpu_arch();
	if (g_str_equal(name, "attributes") && !mock.no_attributes)
		*ret = mock_memory_attributes();
	return *ret != NULL ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI set_watchdog_timer(UINTN seconds, UINT64 code, UINTN size, CHAR16 *data)
{
	EFI_STATUS status;

	(void)code;
	(void)size;
	(void)data;
	status = mock_call_about(MOCK_SetWatchdogTimer, seconds > 0 ? "arm" : "disarm");
	if (status == EFI_SUCCESS)
		mock.watchdog = seconds > 0;
	else if (seconds == 0)
		mock.watchdog = false; /* the app has tried */
	return status;
}

static EFI_STATUS EFIAPI stall(UINTN microseconds)
{
	enum { PAUSE = 100000 };
	EFI_STATUS status = mock_call_about(MOCK_Stall, microseconds == PAUSE ? "pause" : "probe");

	if (status != EFI_SUCCESS) {
		mock_ring0_pass(0); /* the other processors run all the same */
		return status;
	}
	mock.stalled += microseconds;
	mock_ring0_pass(microseconds);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI create_event(UINT32 type, EFI_TPL tpl, EFI_EVENT_NOTIFY notify, VOID *context, EFI_EVENT *ret)
{
	EFI_STATUS status = mock_call(MOCK_CreateEvent);

	(void)type;
	(void)tpl;
	(void)notify;
	(void)context;
	if (status != EFI_SUCCESS)
		return status;
	*ret = calloc(1, sizeof(bool));
	mock_lend(*ret, "event");
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI close_event(EFI_EVENT event)
{
	EFI_STATUS status = mock_call(MOCK_CloseEvent);

	if (status != EFI_SUCCESS) {
		mock.kept++;
		return status;
	}
	mock_take_back(event, "event");
	free(event);
	return EFI_SUCCESS;
}

/* A signalled event is so until this call. */
static EFI_STATUS EFIAPI check_event(EFI_EVENT event)
{
	EFI_STATUS status = mock_call(MOCK_CheckEvent);
	bool *signalled = event;

	if (status != EFI_SUCCESS) {
		mock.kept++; /* the event may be in use: the app must not close it */
		return status;
	}
	mock_ring0_pass(0);
	if (!*signalled)
		return EFI_NOT_READY;
	*signalled = false;
	return EFI_SUCCESS;
}

void mock_boot_fill(EFI_BOOT_SERVICES *boot)
{
	*boot = (EFI_BOOT_SERVICES){ .AllocatePool = allocate_pool,
		.FreePool = free_pool,
		.AllocatePages = allocate_pages,
		.FreePages = free_pages,
		.HandleProtocol = handle_protocol,
		.LocateProtocol = locate_protocol,
		.SetWatchdogTimer = set_watchdog_timer,
		.Stall = stall,
		.CreateEvent = create_event,
		.CloseEvent = close_event,
		.CheckEvent = check_event };
}
