/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vcpus.h"

#include "core/base/text.h"
#include "core/leaves/vcpu_compare.h"
#include "firmware/code_page.h"
#include "firmware/leaf_reader.h"
#include "firmware/mp.h"
#include "firmware/owned.h"

/* For all vCPUs together. It is long because a vCPU of a busy host may have to wait for a CPU to run on. */
enum { TIMEOUT_US = 10 * 1000 * 1000 };

/* Leaf 0, the highest basic leaf, every leaf of the report and every base: what vcpus_compare() asks for. */
enum { FIRST_LEAVES = 2, ANSWERS_ALIGNMENT = 16 };

struct recording {
	const struct leaf_reader *reader;
	const struct leaf_slot *slot;
};

/* The query function of a struct cpuid_source: what a vCPU has read. */
static struct cpuid_regs recorded_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct recording *recording = context;
	const struct cpuid_regs *answers = recording->slot->answers;

	if (leaf == 0)
		return answers[0];
	for (UINT64 i = FIRST_LEAVES; i < recording->reader->count; i++)
		if (recording->reader->numbers[i].leaf == leaf && recording->reader->numbers[i].subleaf == subleaf)
			return answers[i];
	return answers[1]; /* the vCPU's highest basic leaf, if it is not that of the first vCPU */
}

static UINT64 leaf_count(const struct report *report)
{
	return FIRST_LEAVES + report->leaf_count + HYPERVISOR_BASES;
}

static UINTN reader_size(const struct report *report)
{
	UINTN size = sizeof(struct leaf_reader) + (UINTN)leaf_count(report) * sizeof(struct leaf_number);

	return (size + ANSWERS_ALIGNMENT - 1) / ANSWERS_ALIGNMENT * ANSWERS_ALIGNMENT;
}

static UINTN slot_size(const struct report *report)
{
	return sizeof(struct leaf_slot) + (UINTN)leaf_count(report) * sizeof(struct cpuid_regs);
}

/* memory: of reader_size() bytes, followed by the slots. */
static struct leaf_reader *reader_fill(
	void *memory, struct mp_services *services, UINTN processors, const struct report *report)
{
	struct leaf_reader *reader = memory;
	struct leaf_number *number = reader->numbers + FIRST_LEAVES;

	reader->services = (UINTN)services;
	reader->who_am_i = (UINTN)services->who_am_i;
	reader->processors = processors;
	reader->slots = (UINTN)memory + reader_size(report);
	reader->slot_size = slot_size(report);
	reader->count = leaf_count(report);
	for (size_t i = 0; i < report->leaf_count; i++)
		*number++ = (struct leaf_number){ report->leaves[i].leaf, report->leaves[i].subleaf };
	for (UINT32 i = 0; i < HYPERVISOR_BASES; i++)
		*number++ = (struct leaf_number){ HYPERVISOR_BASE_FIRST + i * HYPERVISOR_BASE_STEP, 0 };
	return reader;
}

static struct leaf_slot *slot_of(const struct leaf_reader *reader, UINTN processor)
{
	return (struct leaf_slot *)((UINTN)reader->slots + processor * (UINTN)reader->slot_size);
}

static void collect_one(const struct leaf_reader *reader, UINTN processor, uint32_t apic_id, struct report *report)
{
	struct recording recording = { reader, slot_of(reader, processor) };
	const struct cpuid_source cpu = { .query = recorded_query, .context = &recording };
	struct vcpu_slot slot = { .apic_id = apic_id };

	if (recording.slot->done)
		vcpus_compare(&cpu, report, &slot);
	vcpus_collect(report, &slot);
}

static void collect(struct mp_services *services, const struct leaf_reader *reader, struct report *report)
{
	struct efi_call failed = efi_call("GetProcessorInfo", EFI_SUCCESS);

	for (UINTN i = 0; i < reader->processors; i++) {
		struct mp_information information = { 0 };
		EFI_STATUS status = services->get_processor_info(services, i, &information);

		if (status != EFI_SUCCESS)
			failed.status = status;
		else if (!(information.status_flag & MP_IS_BSP) && (information.status_flag & MP_IS_ENABLED))
			collect_one(reader, i, (uint32_t)information.processor_id, report);
	}
	if (failed.status != EFI_SUCCESS)
		report_failed_call(report, PROBLEM_VCPU_UNKNOWN, failed);
}

static void run_pass(
	const struct firmware *firmware, struct mp_services *services, UINTN processors, struct report *report)
{
	AUTO_POOL memory = { 0 };
	AUTO_CODE_PAGE page = { 0 };
	struct leaf_reader *reader = NULL;
	struct efi_call call = pool_allocate(firmware, reader_size(report) + processors * slot_size(report), &memory);

	if (call.status == EFI_SUCCESS)
		call = code_page_make(firmware, leaf_reader_code(), &page);
	if (call.status == EFI_SUCCESS) {
		reader = reader_fill(memory.bytes, services, processors, report);
		for (UINTN i = 0; i < processors; i++)
			slot_of(reader, i)->done = 0;
		call = efi_call(
			"StartupAllAPs", services->startup_all_aps(services, (mp_procedure *)(UINTN)page.address, FALSE,
						 NULL, TIMEOUT_US, reader, NULL));
	}
	/* A vCPU that is late may still come, at any time: code and data are never given back. */
	if (call.status == EFI_TIMEOUT) {
		pool_leave(&memory);
		code_page_leave(&page);
	}
	if (call.status == EFI_SUCCESS || call.status == EFI_TIMEOUT)
		collect(services, reader, report);
	else
		report_failed_call(report, PROBLEM_VCPUS_UNREAD, call);
}

void vcpus_compare_others(const struct firmware *firmware, struct report *report)
{
	struct mp_services *services;
	struct efi_call call = mp_services_find(firmware, &services);
	UINTN processors, enabled;

	if (call.status == EFI_SUCCESS)
		call = efi_call(
			"GetNumberOfProcessors", services->get_number_of_processors(services, &processors, &enabled));
	if (call.status != EFI_SUCCESS) {
		report_failed_call(report, PROBLEM_NO_MP_SERVICES, call);
		return;
	}
	report->vcpu_count = (uint32_t)enabled;
	if (enabled > 1)
		run_pass(firmware, services, processors, report);
}
