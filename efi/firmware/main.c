/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvmleaf: is this KVM, and which paravirtual features does it advertise? One pass, top to bottom: ask, discover,
 * decode, judge, store, print, leave.
 */
#include "firmware/argument_sources.h"
#include "firmware/console.h"
#include "firmware/cpu.h"
#include "core/leaves/discover.h"
#include "firmware/firmware.h"
#include "core/judge/judge.h"
#include "kvmleaf/version.h"
#include "firmware/exit.h"
#include "core/output/report_json.h"
#include "firmware/replay.h"
#include "core/output/report_table.h"
#include "firmware/ring0.h"
#include "firmware/smbios.h"
#include "firmware/variable.h"
#include "firmware/vcpus.h"
#include "firmware/volume.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

static EFI_STATUS start(struct firmware *firmware)
{
	EFI_GUID loaded_image = LOADED_IMAGE_PROTOCOL;
	void *memory;
	EFI_STATUS status;

	/* The firmware's watchdog would reset the machine after five minutes of waiting for a key. */
	(void)firmware->boot->SetWatchdogTimer(0, 0, 0, NULL);
	status = firmware->boot->AllocatePool(EfiLoaderData, sizeof(*firmware->work), &memory);
	if (status != EFI_SUCCESS)
		return status;
	firmware->work = memory;
	firmware->work->report = (struct report){ 0 };
	firmware->loaded = protocol_on(firmware, firmware->image, loaded_image);
	return EFI_SUCCESS;
}

/* This machine: its vCPUs, and what its firmware says. */
static void look_at_machine(const struct firmware *firmware, struct report *report)
{
	static const struct cpuid_source cpu = { .query = cpu_query };

	variable_secure_boot(firmware, report);
	report->foreign_machine = smbios_maker_is(firmware, "innotek GmbH") || smbios_maker_is(firmware, "Parallels");
	discover(&cpu, report);
	vcpus_examine(firmware, report);
	decode_kvm(report);
	if (firmware->work->arguments.probe)
		ring0_probe(firmware, report, &cpu, firmware->work->arguments.probe_force);
}

/* False, and one line in error, for a recorded machine that cannot be read. */
static bool examine(const struct firmware *firmware, struct text *error)
{
	struct report *report = &firmware->work->report;
	const struct arguments *arguments = &firmware->work->arguments;

	for (size_t i = 0; i < arguments->expectation_count; i++)
		report->expectations[i] = arguments->expectations[i];
	report->expectation_count = arguments->expectation_count;
	report->enforced = arguments->enforced;
	if (firmware->system->ConOut == NULL)
		report_problem(report, PROBLEM_NO_CONSOLE, 0);
	if (arguments->replay[0] == '\0') {
		look_at_machine(firmware, report);
	} else {
		if (!replay_discover(firmware, arguments->replay, report, error))
			return false;
		decode_kvm(report);
	}
	judge_report(report);
	return true;
}

static void not_stored(struct text *out, const char *what, EFI_STATUS status)
{
	text_string(out, "kvmleaf: ");
	text_string(out, what);
	text_string(out, ": ");
	text_efi_status(out, status);
	text_string(out, "\r\n");
}

static enum report_stored store_variable(const struct firmware *firmware, struct text *out)
{
	struct workspace *work = firmware->work;
	UINTN capacity, length;
	EFI_STATUS status = EFI_BUFFER_TOO_SMALL;
	enum report_stored stored = REPORT_FAILED;

	/* The variable tells of this machine, whatever else was decoded here. */
	if (work->arguments.no_variable || work->report.replay)
		return REPORT_OFF;
	capacity = variable_capacity(firmware, &work->report);
	length = report_json(&work->report, work->json, capacity);
	if (length > 0)
		stored = variable_store(firmware, work->json, length, &status);
	if (stored == REPORT_FAILED)
		not_stored(
			out, "the report variable could not be stored; free its store, or use --no-variable", status);
	return stored;
}

static BOOLEAN save_file(const struct firmware *firmware, UINTN length, struct text *out)
{
	struct workspace *work = firmware->work;
	EFI_STATUS status;

	if (work->arguments.save[0] == '\0')
		return TRUE;
	status = volume_write(firmware, work->arguments.save, work->json, length);
	if (status != EFI_SUCCESS)
		not_stored(out, "--save could not write its file to the boot volume", status);
	return status == EFI_SUCCESS;
}

/* Stores and prints the report; status is what the run has come to before. */
static enum exit_status give_report(const struct firmware *firmware, enum exit_status status)
{
	struct workspace *work = firmware->work;
	struct text out;
	enum report_stored stored;
	UINTN length;

	text_init(&out, work->console, sizeof(work->console));
	if (!work->arguments.quiet)
		table_body(&out, &work->report);
	stored = store_variable(firmware, &out);
	/* The variable may have had room for less than a file and the console have. */
	length = report_json(&work->report, work->json, sizeof(work->json));
	if (!save_file(firmware, length, &out) || stored == REPORT_FAILED)
		status = STATUS_NOT_STORED;
	if (status == STATUS_PASS)
		status = judge_status(&work->report);
	if (work->arguments.json) {
		console_print(firmware, &out);
		console_print_json(firmware, work->json, length);
	}
	table_end(&out, &work->report, stored, status);
	console_print(firmware, &out);
	return status;
}

static void print_help(struct text *out)
{
	text_string(out, "kvmleaf " KVMLEAF_VERSION ": is this KVM, and what does it advertise?\r\n");
	arguments_help(out);
}

/* One line about what was asked wrongly. */
static void print_error(const struct firmware *firmware, const struct text *error)
{
	struct text out;

	text_init(&out, firmware->work->console, sizeof(firmware->work->console));
	text_string(&out, "kvmleaf: ");
	text_bytes(&out, error->data, error->length);
	text_string(&out, "\r\n");
	console_print(firmware, &out);
}

static enum exit_status run(const struct firmware *firmware)
{
	struct workspace *work = firmware->work;
	struct text error, out;
	bool go_on;
	enum exit_status status;

	text_init(&error, work->json, sizeof(work->json)); /* the report comes after */
	status = read_arguments(firmware, &error, &go_on);
	text_init(&out, work->console, sizeof(work->console));
	table_begin(&out, work->arguments.replay[0] != '\0');
	console_print(firmware, &out);
	if (status != STATUS_PASS)
		print_error(firmware, &error);
	if (go_on && !work->arguments.help && !work->arguments.version) {
		if (examine(firmware, &error))
			return give_report(firmware, status);
		status = STATUS_USAGE;
		print_error(firmware, &error);
	}
	if (work->arguments.help)
		print_help(&out);
	table_end(&out, NULL, REPORT_OFF, status);
	console_print(firmware, &out);
	return status;
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	struct firmware firmware = {
		.image = image, .system = system, .boot = system->BootServices, .runtime = system->RuntimeServices
	};
	enum exit_status status;
	EFI_STATUS result = start(&firmware);

	if (result != EFI_SUCCESS)
		return result;
	status = run(&firmware);
	if (firmware.work->arguments.wait > 0)
		console_wait(&firmware, firmware.work->arguments.wait);
	result = exit_as_asked(&firmware, status);
	(void)firmware.boot->FreePool(firmware.work);
	return result;
}
