/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvmleaf: is this KVM, and which paravirtual features does it advertise? A run reads its arguments, examines the
 * machine (core/judge/examine.h), stores and prints the report, and ends as it was asked to.
 */
#include "core/arguments/restrict.h"
#include "core/judge/examine.h"
#include "core/judge/judge.h"
#include "core/output/forecast_output.h"
#include "core/output/report_json.h"
#include "core/output/report_table.h"
#include "firmware/argument_sources.h"
#include "firmware/console.h"
#include "firmware/cpu.h"
#include "firmware/exit.h"
#include "firmware/owned.h"
#include "firmware/replay.h"
#include "firmware/ring0.h"
#include "firmware/smbios.h"
#include "firmware/timing.h"
#include "firmware/variable.h"
#include "firmware/vcpus.h"
#include "firmware/volume.h"
#include "firmware/watchdog.h"
#include "kvmleaf/version.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* The query function of a struct cpuid_source whose context counts the queries. */
static struct cpuid_regs counted_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	++*(uint32_t *)context;
	return cpu_query(NULL, leaf, subleaf);
}

static struct cpuid_source this_cpu(const struct firmware *firmware)
{
	return (struct cpuid_source){ .query = counted_query, .context = &firmware->work->timing.queries };
}

static bool compare_vcpus(void *context, struct report *report)
{
	timing_end(context, PHASE_VCPU);
	watchdog_arm(context);
	vcpus_compare_others(context, report);
	timing_end(context, PHASE_OTHERS);
	return true;
}

static void probe(void *context, struct report *report)
{
	const struct firmware *firmware = context;
	const struct cpuid_source cpu = this_cpu(firmware);

	timing_end(firmware, PHASE_VCPU);
	watchdog_arm(firmware);
	ring0_probe(firmware, report, &cpu, firmware->work->arguments.probe_force);
	timing_end(firmware, PHASE_PROBE);
}

static void examine_this_machine(struct firmware *firmware, struct report *report)
{
	const struct cpuid_source cpu = this_cpu(firmware);
	const struct examination examination = {
		.cpu = &cpu,
		.compare_vcpus = compare_vcpus,
		.probe = firmware->work->arguments.probe ? probe : NULL,
		.context = firmware,
	};

	/* The names by which VirtualBox and Parallels call the maker of their machines. */
	report->foreign_machine = smbios_maker_is(firmware, "innotek GmbH") || smbios_maker_is(firmware, "Parallels");
	(void)examine(&examination, report);
}

/* False, and one line in error, for a recorded machine that cannot be read. */
static bool fill_report(struct firmware *firmware, struct text *error)
{
	struct report *report = &firmware->work->report;
	const struct arguments *arguments = &firmware->work->arguments;

	for (size_t i = 0; i < arguments->expectation_count; i++)
		report->expectations[i] = arguments->expectations[i];
	report->expectation_count = arguments->expectation_count;
	report->probe_asked = arguments->probe;
	report->probe_forced = arguments->probe_force;
	report->enforced = arguments->enforced;
	if (firmware->system->ConOut == NULL)
		report_problem(report, PROBLEM_NO_CONSOLE, 0);
	if (arguments->replay[0] != '\0') {
		/* What is known of Secure Boot is about this machine, and not about the recorded one. */
		report->knows_secure_boot = report->secure_boot = false;
		return replay_examine(firmware, arguments->replay, report, error);
	}
	examine_this_machine(firmware, report);
	return true;
}

/* One line about something that failed. */
static void failed_line(struct text *out, const char *what, struct efi_call call)
{
	text_string(out, "kvmleaf: ");
	text_string(out, what);
	text_string(out, ": ");
	text_efi_call(out, call);
	text_string(out, "\r\n");
}

static enum report_stored store_variable(const struct firmware *firmware, struct text *out)
{
	struct workspace *work = firmware->work;
	struct variable_result result;

	/* The variable describes this machine, so it is left alone when the dump of another one was decoded. */
	if (work->arguments.no_variable || work->report.source == SOURCE_REPLAY)
		return REPORT_OFF;
	result = variable_store(firmware, &work->report);
	if (result.stored == REPORT_FAILED)
		failed_line(out, result.reason, result.call);
	return result.stored;
}

static BOOLEAN save_file(const struct firmware *firmware, UINTN length, struct text *out)
{
	struct workspace *work = firmware->work;
	struct efi_call call;

	if (work->arguments.save[0] == '\0')
		return TRUE;
	call = volume_write(firmware, work->arguments.save, work->json, length);
	if (call.status != EFI_SUCCESS)
		failed_line(out, "--save could not write its file to the boot volume", call);
	return call.status == EFI_SUCCESS;
}

/*
 * Stores and prints the report, and returns the run's exit status. status: USAGE after a wrong kvmleaf.conf, or PASS.
 * The JSON comes before the table, so that the table and the last line are what stays on a screen.
 */
static enum exit_status give_report(const struct firmware *firmware, enum exit_status status)
{
	struct workspace *work = firmware->work;
	struct text notes, out;
	enum report_stored stored;
	UINTN length;

	timing_end(firmware, PHASE_VCPU);
	watchdog_arm(firmware);
	text_init(&notes, work->notes, sizeof(work->notes));
	stored = store_variable(firmware, &notes);
	timing_end(firmware, PHASE_STORE);
	/*
	 * The JSON is made again: for the variable it may have been shortened, but a file and the console have room,
	 * and only they get the forecast.
	 */
	length = report_json_explained(&work->report, work->arguments.explain, work->json, sizeof(work->json));
	if (!save_file(firmware, length, &notes) || stored == REPORT_FAILED)
		status = STATUS_NOT_STORED;
	if (status == STATUS_PASS)
		status = judge_status(&work->report);
	timing_end(firmware, PHASE_SAVE);
	if (work->arguments.json)
		console_print_json(firmware, work->json, length);
	console_text(firmware, &out);
	if (!work->arguments.quiet)
		table_body(&out, &work->report);
	if (!work->arguments.quiet && work->arguments.explain)
		forecast_table(&out, &work->report);
	text_bytes(&out, notes.data, notes.length);
	timing_line(firmware, &out);
	table_end(&out, &work->report, stored, status);
	console_print(firmware, &out);
	return status;
}

static void print_help(struct text *out)
{
	text_string(out, "kvmleaf " KVMLEAF_VERSION ": is this KVM, and what does it advertise?\r\n");
	arguments_help(out);
}

/* Prints the one line that says which argument is wrong. */
static void print_error(const struct firmware *firmware, const struct text *error)
{
	struct text out;

	console_text(firmware, &out);
	text_string(&out, "kvmleaf: ");
	text_bytes(&out, error->data, error->length);
	text_string(&out, "\r\n");
	console_print(firmware, &out);
}

/*
 * Reads the arguments, prints the first line, and then a line for what is wrong with them or refused. Returns PASS, or
 * USAGE; *ret_go_on: see read_arguments().
 */
static enum exit_status begin(struct firmware *firmware, struct text *error, bool *ret_go_on)
{
	struct workspace *work = firmware->work;
	enum exit_status status = read_arguments(firmware, error, ret_go_on);
	struct text out;

	console_text(firmware, &out);
	table_begin(&out, work->arguments.replay[0] != '\0' ? SOURCE_REPLAY : SOURCE_CPU);
	console_print(firmware, &out);
	if (status != STATUS_PASS)
		print_error(firmware, error);
	error->length = 0;
	variable_secure_boot(firmware, &work->report);
	if (work->report.secure_boot && !arguments_restrict(&work->arguments, &work->report, error)) {
		print_error(firmware, error);
		error->length = 0;
		status = STATUS_USAGE;
	}
	return status;
}

static enum exit_status run(struct firmware *firmware)
{
	struct workspace *work = firmware->work;
	struct text error, out;
	bool go_on;
	enum exit_status status;

	/* The error is printed before the report is written into the same buffer. */
	text_init(&error, work->json, sizeof(work->json));
	status = begin(firmware, &error, &go_on);
	timing_end(firmware, PHASE_ARGUMENTS);
	console_text(firmware, &out);
	if (go_on && !work->arguments.help && !work->arguments.version) {
		if (fill_report(firmware, &error))
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

/* Not even the arguments can be read then. */
static EFI_STATUS end_without_memory(const struct firmware *firmware, struct efi_call call)
{
	char lines[256];
	struct text out;

	text_init(&out, lines, sizeof(lines));
	table_begin(&out, SOURCE_CPU);
	failed_line(&out, "there is no memory to work in", call);
	table_end(&out, NULL, REPORT_OFF, STATUS_INTERNAL);
	console_print_without_memory(firmware, &out);
	return exit_efi_status(STATUS_INTERNAL);
}

/* Without it there are neither arguments nor a boot volume, which must not pass for a run without arguments. */
static void find_loaded_image(struct firmware *firmware)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	void *loaded = NULL;
	struct efi_call call =
		efi_call("HandleProtocol", firmware->boot->HandleProtocol(firmware->image, &guid, &loaded));

	if (call.status == EFI_SUCCESS)
		firmware->loaded = loaded;
	else
		report_failed_call(&firmware->work->report, PROBLEM_NO_LOADED_IMAGE, call);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	struct firmware firmware = {
		.image = image, .system = system, .boot = system->BootServices, .runtime = system->RuntimeServices
	};
	AUTO_POOL memory = { 0 };
	struct efi_call call = pool_allocate(&firmware, sizeof(*firmware.work), &memory);
	enum exit_status status;
	EFI_STATUS returned;

	if (call.status != EFI_SUCCESS)
		return end_without_memory(&firmware, call);
	firmware.work = memory.bytes;
	firmware.work->report = (struct report){ 0 };
	firmware.work->lacks_watchdog = FALSE;
	timing_begin(&firmware);
	find_loaded_image(&firmware);
	watchdog_arm(&firmware);
	status = run(&firmware);
	if (firmware.work->arguments.wait > 0)
		console_wait(&firmware, firmware.work->arguments.wait);
	returned = exit_as_asked(&firmware, status);
	watchdog_disarm(&firmware);
	return returned;
}
