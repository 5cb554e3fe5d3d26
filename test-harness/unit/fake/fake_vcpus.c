/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/fake_vcpus.h"

#include <glib.h>
#include <string.h>

bool fake_listen_for(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id)
{
	struct fake_kvm *kvm = context;

	g_assert_false(kvm->held || kvm->on_other);
	if (kvm->no_listener)
		return false;
	kvm->listening++;
	kvm->listens_elsewhere = others;
	kvm->interrupts = 0;
	kvm->skipped = 0;
	*ret_vector = kvm->vector = 0x61;
	*ret_apic_id = FAKE_OTHER_APIC_ID;
	return true;
}

/* An interrupt takes a while to arrive: it is heard only by who waits for it. */
uint32_t fake_heard(void *context, uint32_t expected)
{
	struct fake_kvm *kvm = context;

	g_assert_cmpuint(kvm->listening, ==, 1);
	kvm->waits += kvm->interrupts + kvm->echoes < expected;
	return (expected > 0 ? kvm->interrupts : 0) + kvm->echoes;
}

/* Async page faults are off before their vector is taken away. */
uint32_t fake_listen_end(void *context)
{
	struct fake_kvm *kvm = context;

	g_assert_cmphex(*fake_msr(kvm, KVM_MSR_ASYNC_PF_EN) & 1, ==, 0);
	kvm->listening--;
	kvm->vector = 0;
	return kvm->interrupts + kvm->echoes;
}

/*
 * The write to the interrupt command register is an exit. KVM then delivers the interrupt, if none of its class is in
 * service, and offers to do its EOI, unless the CPU's own APIC virtualization is in use (apic_sync_pv_eoi_to_guest() of
 * arch/x86/kvm/lapic.c). The guest's handler takes the offer or writes the EOI register.
 */
void fake_interrupt_self(void *context, volatile uint32_t *eoi)
{
	struct fake_kvm *kvm = context;
	bool enabled = (*fake_msr(kvm, KVM_MSR_PV_EOI_EN) & 1) != 0;

	g_assert_cmpuint(kvm->listening, ==, 1);
	g_assert_false(kvm->held);
	fake_exit(kvm);
	if (kvm->in_service || kvm->defect == DEFECT_DEAF)
		return;
	kvm->in_service = true;
	kvm->interrupts++;
	if (enabled && !kvm->apicv) {
		g_assert_cmphex((uint64_t)(uintptr_t)eoi, ==, *fake_msr(kvm, KVM_MSR_PV_EOI_EN) & ~UINT64_C(1));
		*eoi |= 1;
		kvm->eoi_pending = true;
	}
	if (*eoi & 1) {
		*eoi &= ~1u;
		kvm->skipped++;
		return;
	}
	fake_exit(kvm);
	kvm->in_service = false;
}

uint32_t fake_eois_skipped(void *context)
{
	const struct fake_kvm *kvm = context;

	return kvm->skipped;
}

bool fake_halt_other(void *context, uint32_t *ret_apic_id)
{
	struct fake_kvm *kvm = context;

	g_assert_false(kvm->held || kvm->halted);
	if (kvm->other_count == 0)
		return false;
	kvm->halted = true;
	kvm->unhalted = kvm->restless;
	*ret_apic_id = FAKE_OTHER_APIC_ID;
	return true;
}

bool fake_has_woken(void *context, bool expected)
{
	const struct fake_kvm *kvm = context;

	(void)expected;
	g_assert_true(kvm->halted);
	return kvm->unhalted;
}

void fake_halt_end(void *context)
{
	struct fake_kvm *kvm = context;

	g_assert_true(kvm->halted);
	kvm->halted = false;
}

/* The other vCPU, which has MSRs and a defect of its own, runs instead of this one, or this one again. */
static void swap(struct fake_kvm *kvm, struct fake_vcpu *other)
{
	struct fake_vcpu now = { .defect = kvm->defect };

	memcpy(now.msrs, kvm->msrs, sizeof(now.msrs));
	memcpy(kvm->msrs, other->msrs, sizeof(now.msrs));
	kvm->defect = other->defect;
	memcpy(other->msrs, now.msrs, sizeof(now.msrs));
	other->defect = now.defect;
	kvm->on_other = !kvm->on_other;
}

enum run_on fake_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	struct fake_kvm *kvm = context;

	g_assert_false(kvm->held || kvm->on_other);
	if (number >= kvm->other_count)
		return RUN_ON_NONE;
	*ret_apic_id = FAKE_OTHER_APIC_ID + number;
	if (kvm->others[number].late)
		return RUN_ON_LATE;
	swap(kvm, &kvm->others[number]);
	procedure(argument);
	swap(kvm, &kvm->others[number]);
	return RUN_ON_DONE;
}

/* The other vCPU at work beside the first is a thread; only one of the two runs at any time. */
static struct {
	GThread *thread; /* NULL for none */
	void (*procedure)(void *argument);
	void *argument;
	GMutex mutex;
	GCond changed;
	bool others_turn, ended;
} work;

static void hand_over(bool to_other)
{
	g_mutex_lock(&work.mutex);
	work.others_turn = to_other;
	g_cond_broadcast(&work.changed);
	while (work.others_turn == to_other && !(to_other && work.ended))
		g_cond_wait(&work.changed, &work.mutex);
	g_mutex_unlock(&work.mutex);
}

static gpointer run_thread(gpointer data)
{
	(void)data;
	g_mutex_lock(&work.mutex);
	while (!work.others_turn)
		g_cond_wait(&work.changed, &work.mutex);
	g_mutex_unlock(&work.mutex);
	work.procedure(work.argument);
	g_mutex_lock(&work.mutex);
	work.ended = true;
	work.others_turn = false;
	g_cond_broadcast(&work.changed);
	g_mutex_unlock(&work.mutex);
	return NULL;
}

/* The preempted byte of the steal-time area of the vCPU that runs; NULL where it has none. */
static volatile uint8_t *preempted_byte(struct fake_kvm *kvm)
{
	uint64_t value = *fake_msr(kvm, KVM_MSR_STEAL_TIME);

	return value & 1 ? (volatile uint8_t *)(uintptr_t)(value & ~UINT64_C(63)) + 16 : NULL;
}

/*
 * The other vCPU gets the CPU, and loses it again. record_steal_time() of arch/x86/kvm/x86.c comes before it runs,
 * kvm_steal_time_set_preempted() after.
 */
static void run_other(struct fake_kvm *kvm)
{
	volatile uint8_t *byte;

	swap(kvm, &kvm->others[0]);
	byte = preempted_byte(kvm);
	if (byte != NULL && (*byte & 2) && kvm->defect != DEFECT_STALE)
		kvm->stale = false;
	if (byte != NULL)
		*byte = 0;
	hand_over(true);
	byte = preempted_byte(kvm);
	if (byte != NULL && kvm->defect != DEFECT_UNMARKED)
		*byte = 1;
	kvm->stale = kvm->stale && !kvm->forgets;
	swap(kvm, &kvm->others[0]);
}

void fake_let_other_run(struct fake_kvm *kvm)
{
	if (work.thread == NULL || work.ended)
		return;
	if (kvm->on_other)
		hand_over(false);
	else
		run_other(kvm);
}

bool fake_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	struct fake_kvm *kvm = context;

	g_assert_false(kvm->held || kvm->on_other);
	g_assert_null(work.thread);
	if (kvm->other_count == 0)
		return false;
	*ret_apic_id = FAKE_OTHER_APIC_ID;
	work.procedure = procedure;
	work.argument = argument;
	work.others_turn = work.ended = false;
	work.thread = g_thread_new("other", run_thread, NULL);
	run_other(kvm);
	return true;
}

bool fake_end_on_other(void *context)
{
	enum { TURNS_MAX = 100 };

	for (int turn = 0; turn < TURNS_MAX && !work.ended; turn++)
		run_other(context);
	g_assert_true(work.ended);
	g_thread_join(work.thread);
	work.thread = NULL;
	return true;
}

/* Interrupts are held, and are so from the beginning on a vCPU that the firmware has started. */
bool fake_translate(void *context)
{
	struct fake_kvm *kvm = context;

	g_assert_true(kvm->held || kvm->on_other);
	kvm->translating = 1;
	kvm->stale = true;
	return true;
}

bool fake_is_stale(void *context)
{
	const struct fake_kvm *kvm = context;

	g_assert_cmpuint(kvm->translating, ==, 1);
	return kvm->stale;
}

void fake_translate_end(void *context)
{
	struct fake_kvm *kvm = context;

	g_assert_true(kvm->held || kvm->on_other);
	kvm->translating = 0;
}

void fake_reset(struct fake_kvm *kvm)
{
	*fake_msr(kvm, KVM_MSR_POLL_CONTROL) = 1;
	for (unsigned i = 0; i < kvm->other_count; i++)
		kvm->others[i].msrs[0] = (struct fake_msr){ KVM_MSR_POLL_CONTROL, 1 };
}

static void assert_msrs(const struct fake_msr *msrs)
{
	for (int i = 0; i < FAKE_MSRS && msrs[i].msr != 0; i++)
		g_assert_cmphex(msrs[i].value, ==, msrs[i].msr == KVM_MSR_POLL_CONTROL);
}

void fake_assert_left(struct fake_kvm *kvm)
{
	for (unsigned i = 0; i < kvm->other_count; i++)
		assert_msrs(kvm->others[i].msrs);
	g_assert_cmpuint(kvm->listening, ==, 0);
	g_assert_cmpuint(kvm->translating, ==, 0);
	g_assert_false(kvm->held || kvm->halted || kvm->on_other || work.thread != NULL);
	fake_exit(kvm);
	g_assert_true(!kvm->in_service || kvm->defect == DEFECT_EOI_LOST);
}
