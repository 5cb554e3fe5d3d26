/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps that a feature's test is made of: what reaches the machine, what is answered, what is recorded. Linux
 * Documentation/virt/kvm/x86/hypercalls.rst: the number in RAX, then RBX, RCX, RDX, RSI; the result in RAX, negative
 * for an error, of which -1000 is "no such call" (include/uapi/linux/kvm_para.h).
 */
#include <string.h>

#include "core/probe/probe_steps.h"
#include <glib.h>

enum { PAGE_ADDRESS = 0x7000, MSR = 0x4b564d03 };

struct machine {
	enum fault fault;
	uint64_t value; /* what RDMSR or the hypercall leaves in *ret, even with a fault */
	bool keeps;     /* *ret is left as it was */
	uint32_t msr;
	uint64_t written, arguments[5];
	unsigned touched;
	uint8_t page[PROBE_PAGE_SIZE];
	struct probe probe;
	struct report report;
	struct ring0 ring0;
	struct probe_session session;
};

static enum fault read_msr(void *context, uint32_t msr, uint64_t *ret)
{
	struct machine *machine = context;

	machine->touched++;
	machine->msr = msr;
	if (!machine->keeps)
		*ret = machine->value;
	return machine->fault;
}

static enum fault write_msr(void *context, uint32_t msr, uint64_t value)
{
	struct machine *machine = context;

	machine->touched++;
	machine->msr = msr;
	machine->written = value;
	return machine->fault;
}

static enum fault hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct machine *machine = context;

	machine->touched++;
	memcpy(machine->arguments, arguments, sizeof(machine->arguments));
	if (!machine->keeps)
		*ret = (int64_t)machine->value;
	return machine->fault;
}

static struct machine *machine_new(enum fault fault, uint64_t value)
{
	struct machine *machine = g_new0(struct machine, 1);

	machine->fault = fault;
	machine->value = value;
	machine->ring0 = (struct ring0){ .read_msr = read_msr,
		.write_msr = write_msr,
		.hypercall = hypercall,
		.context = machine,
		.page = machine->page,
		.page_address = PAGE_ADDRESS };
	machine->session = (struct probe_session){
		.ring0 = &machine->ring0, .report = &machine->report, .probe = &machine->probe
	};
	return machine;
}

/* Returns the only step that was recorded. */
static void assert_step(
	const struct machine *machine, enum probe_step_kind kind, uint32_t number, uint64_t value, enum fault fault)
{
	g_assert_cmpuint(machine->probe.step_count, ==, 1);
	g_assert_cmpint(machine->probe.steps[0].kind, ==, kind);
	g_assert_cmphex(machine->probe.steps[0].number, ==, number);
	g_assert_cmphex(machine->probe.steps[0].value, ==, value);
	g_assert_cmpint(machine->probe.steps[0].fault, ==, fault);
}

static void test_read(void)
{
	g_autofree struct machine *works = machine_new(FAULT_NONE, UINT64_C(0xfedcba9876543210));
	g_autofree struct machine *faults = machine_new(FAULT_GP, 5);
	uint64_t value = 77;

	g_assert_true(step_read_msr(&works->session, MSR, &value));
	g_assert_cmphex(value, ==, UINT64_C(0xfedcba9876543210));
	g_assert_cmphex(works->msr, ==, MSR);
	assert_step(works, STEP_READ, MSR, UINT64_C(0xfedcba9876543210), FAULT_NONE);
	/* RDMSR that faults loads nothing: what the variable held before must not be taken for a value. */
	faults->keeps = true;
	g_assert_false(step_read_msr(&faults->session, MSR, &value));
	g_assert_cmphex(value, ==, 0);
	assert_step(faults, STEP_READ, MSR, 0, FAULT_GP);
}

static void test_write(void)
{
	g_autofree struct machine *works = machine_new(FAULT_NONE, 0);
	g_autofree struct machine *faults = machine_new(FAULT_GP, 0);

	g_assert_true(step_write_msr(&works->session, MSR, UINT64_C(0x123456789)));
	g_assert_cmphex(works->written, ==, UINT64_C(0x123456789));
	assert_step(works, STEP_WRITE, MSR, UINT64_C(0x123456789), FAULT_NONE);
	g_assert_false(step_write_msr(&faults->session, MSR, 2));
	assert_step(faults, STEP_WRITE, MSR, 2, FAULT_GP);
}

/* Writing back an old value is recorded only if it faults. */
static void test_restore(void)
{
	g_autofree struct machine *works = machine_new(FAULT_NONE, 0);
	g_autofree struct machine *faults = machine_new(FAULT_GP, 0);

	step_restore_msr(&works->session, MSR, 42);
	g_assert_cmphex(works->msr, ==, MSR);
	g_assert_cmphex(works->written, ==, 42);
	g_assert_cmpuint(works->probe.step_count, ==, 0);
	step_restore_msr(&faults->session, MSR, 42);
	assert_step(faults, STEP_WRITE, MSR, 42, FAULT_GP);
}

/* The MSR gets the page's address, the record does not: the address differs from run to run. */
static void test_page(void)
{
	g_autofree struct machine *works = machine_new(FAULT_NONE, PAGE_ADDRESS + 64 + 5);
	g_autofree struct machine *differs = machine_new(FAULT_NONE, PAGE_ADDRESS + 64 + 4);
	g_autofree struct machine *faults = machine_new(FAULT_GP, PAGE_ADDRESS + 64 + 5);

	g_assert_true(step_write_page_msr(&works->session, MSR, 64, 5));
	g_assert_cmphex(works->written, ==, PAGE_ADDRESS + 64 + 5);
	assert_step(works, STEP_WRITE_PAGE, MSR, 5, FAULT_NONE);
	g_assert_true(step_page_msr_holds(&works->session, MSR, 64, 5));
	works->written = 0;
	step_restore_page_msr(&works->session, MSR, 64, 5);
	g_assert_cmphex(works->written, ==, PAGE_ADDRESS + 64 + 5);
	assert_step(works, STEP_WRITE_PAGE, MSR, 5, FAULT_NONE);
	g_assert_false(step_page_msr_holds(&differs->session, MSR, 64, 5));
	assert_step(differs, STEP_READ, MSR, PAGE_ADDRESS + 64 + 4, FAULT_NONE);
	g_assert_false(step_page_msr_holds(&faults->session, MSR, 64, 5));
	g_assert_cmpint(faults->probe.steps[0].fault, ==, FAULT_GP);
	g_assert_false(step_write_page_msr(&faults->session, MSR, 64, 5));
	g_assert_cmpuint(faults->probe.step_count, ==, 2);
	g_assert_cmpint(faults->probe.steps[1].fault, ==, FAULT_GP);
}

static void test_call(void)
{
	static const int64_t answers[] = { 0, 1, -22, -95, -1000, INT64_MAX, INT64_MIN };

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree struct machine *machine = machine_new(FAULT_NONE, (uint64_t)answers[i]);

		g_assert_cmpint(step_hypercall(&machine->session, 10, 0x11, 0x22, 0x33, 0x44), ==, answers[i]);
		g_assert_cmphex(machine->arguments[0], ==, 10);
		for (uint64_t k = 1; k < 5; k++)
			g_assert_cmphex(machine->arguments[k], ==, 0x11 * k);
		assert_step(machine, STEP_CALL, 10, (uint64_t)answers[i], FAULT_NONE);
	}
}

/* A call that faulted has no answer, whatever the register holds. */
static void test_call_that_faults(void)
{
	static const enum fault faults[] = { FAULT_UD, FAULT_GP, FAULT_PF };
	static const int64_t left_behind[] = { 0, 1, -22, 10 };

	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(left_behind); k++) {
			g_autofree struct machine *machine = machine_new(faults[i], (uint64_t)left_behind[k]);

			g_assert_cmpint(step_hypercall(&machine->session, 10, 0, 0, 0, 0), ==, -1000);
			g_assert_cmpint(machine->probe.steps[0].fault, ==, faults[i]);
			machine->keeps = true;
			g_assert_cmpint(step_hypercall(&machine->session, 10, 0, 0, 0, 0), ==, -1000);
		}
	}
}

static void test_note(void)
{
	g_autofree struct machine *machine = machine_new(FAULT_GP, 0);

	step_note(&machine->session, STEP_SHIFT, (uint64_t)-3);
	assert_step(machine, STEP_SHIFT, 0, (uint64_t)-3, FAULT_NONE);
	g_assert_cmpuint(machine->touched, ==, 0);
}

/* A guest with encrypted memory shares no page; one with encrypted registers passes no arguments but RAX. */
static void test_confidential(void)
{
	static const struct {
		enum confidential kind;
		bool shares, calls;
	} rows[] = { { CONFIDENTIAL_NONE, true, true }, { CONFIDENTIAL_SEV, false, true },
		{ CONFIDENTIAL_SEV_ES, false, false }, { CONFIDENTIAL_SNP, false, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree struct machine *machine = machine_new(FAULT_NONE, 0);
		struct answer answer = { PROBE_ABSENT, WHY_NONE };

		machine->session.confidential = rows[i].kind;
		g_assert_cmpint(probe_can_share(&machine->session, &answer), ==, rows[i].shares);
		g_assert_cmpint(answer.why, ==, rows[i].shares ? WHY_NONE : WHY_ENCRYPTED);
		g_assert_cmpint(answer.outcome, ==, rows[i].shares ? PROBE_ABSENT : PROBE_UNTESTED);
		answer = (struct answer){ PROBE_ABSENT, WHY_NONE };
		g_assert_cmpint(probe_can_call(&machine->session, &answer), ==, rows[i].calls);
		g_assert_cmpint(answer.why, ==, rows[i].calls ? WHY_NONE : WHY_SEV_ES);
		g_assert_cmpint(answer.outcome, ==, rows[i].calls ? PROBE_ABSENT : PROBE_UNTESTED);
		machine->ring0.page = NULL;
		g_assert_false(probe_can_share(&machine->session, &answer));
		g_assert_cmpint(answer.why, ==, rows[i].shares ? WHY_NO_PAGE : WHY_ENCRYPTED);
	}
}

static void test_area(void)
{
	g_autofree struct machine *machine = machine_new(FAULT_NONE, 0);

	memset(machine->page, 0xff, sizeof(machine->page));
	g_assert_true(probe_shared_area(&machine->session, 64, 32) == machine->page + 64);
	for (size_t i = 0; i < sizeof(machine->page); i++)
		g_assert_cmphex(machine->page[i], ==, i >= 64 && i < 96 ? 0 : 0xff);
}

/* When the record is full, further steps are done but not recorded. */
static void test_record_is_full(void)
{
	g_autofree struct machine *machine = machine_new(FAULT_NONE, 0);

	for (unsigned i = 0; i < PROBE_STEPS_MAX + 10; i++) {
		g_assert_cmpuint(machine->probe.step_count, ==, MIN(i, PROBE_STEPS_MAX));
		g_assert_true(step_write_msr(&machine->session, MSR, i));
	}
	for (unsigned i = 0; i < PROBE_STEPS_MAX; i++)
		g_assert_cmphex(machine->probe.steps[i].value, ==, i);
	g_assert_cmpuint(machine->touched, ==, PROBE_STEPS_MAX + 10);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/session/read", test_read);
	g_test_add_func("/session/write", test_write);
	g_test_add_func("/session/restore", test_restore);
	g_test_add_func("/session/page", test_page);
	g_test_add_func("/session/call", test_call);
	g_test_add_func("/session/call-that-faults", test_call_that_faults);
	g_test_add_func("/session/note", test_note);
	g_test_add_func("/session/confidential", test_confidential);
	g_test_add_func("/session/area", test_area);
	g_test_add_func("/session/record-is-full", test_record_is_full);
	return g_test_run();
}
