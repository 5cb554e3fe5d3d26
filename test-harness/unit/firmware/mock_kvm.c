/* SPDX-License-Identifier: BSD-2-Clause */
/* Written from Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst and arch/x86/kvm. Addresses are those of the test.
 */
#include "unit/firmware/mock_kvm.h"

#include <string.h>
#include <sys/mman.h>

#include "firmware/cpu.h"
#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

enum {
	MSR_APIC_BASE = 0x1b,
	MSR_WALL_CLOCK = 0x4b564d00,
	MSR_SYSTEM_TIME,
	MSR_ASYNC_PF_EN,
	MSR_PV_EOI_EN = 0x4b564d04,
	MSR_POLL_CONTROL,
	MSR_ASYNC_PF_INT,
	MSR_ASYNC_PF_ACK,
	MSR_X2APIC_EOI = 0x80b,
	MSR_X2APIC_SPURIOUS = 0x80f,
	MSR_X2APIC_SELF_IPI = 0x83f,
	APIC_BASE_X2APIC = 1 << 10,
	CALL_KICK_CPU = 5,
	CALL_SEND_IPI = 10,
	NO_SUCH_CALL = -1000,
	APIC_PAGE = 4096,
	APIC_SPURIOUS = 0xf0,
	NOW = 1789300800, /* 13 September 2026, 12:00: what GetTime says */
};

/* Each processor has its own, but for the wall clock. */
static struct msrs {
	uint64_t system_time, async_pf, pv_eoi, poll_control, async_pf_int, async_pf_ack;
} msrs[MOCK_PROCESSORS_MAX];
static uint64_t wall_clock;
static uint8_t *apic;

static uint64_t *msr_slot(uint32_t msr)
{
	struct msrs *own = &msrs[mock_processor()];

	switch (msr) {
	case MSR_WALL_CLOCK:
		return &wall_clock;
	case MSR_SYSTEM_TIME:
		return &own->system_time;
	case MSR_ASYNC_PF_EN:
		return &own->async_pf;
	case MSR_PV_EOI_EN:
		return mock.features & 1 << 6 ? &own->pv_eoi : NULL;
	case MSR_POLL_CONTROL:
		return &own->poll_control;
	case MSR_ASYNC_PF_INT:
		return &own->async_pf_int;
	case MSR_ASYNC_PF_ACK:
		return &own->async_pf_ack;
	default:
		return NULL;
	}
}

void mock_kvm_init(void)
{
	const uint32_t enabled = 1 << 8;

	wall_clock = 0;
	for (size_t i = 0; i < MOCK_PROCESSORS_MAX; i++)
		msrs[i] = (struct msrs){ .poll_control = 1 };
	if (apic == NULL)
		apic = mmap(NULL, APIC_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_assert_true(apic != MAP_FAILED);
	memcpy(apic + APIC_SPURIOUS, &enabled, sizeof(enabled));
}

bool mock_msrs_changed(void)
{
	static const struct msrs at_first = { .poll_control = 1 };

	for (size_t i = 0; i < MOCK_PROCESSORS_MAX; i++)
		if (memcmp(&msrs[i], &at_first, sizeof(at_first)) != 0)
			return true;
	return wall_clock != 0 && !mock_wall_clock_keeps_page();
}

bool mock_wall_clock_keeps_page(void)
{
	return mock_in_pages((void *)(uintptr_t)wall_clock);
}

enum fault mock_kvm_read(uint32_t msr, uint64_t *ret)
{
	const uint64_t *slot = msr_slot(msr);

	if (msr == MSR_APIC_BASE)
		*ret = (uintptr_t)apic | 1 << 11 | (mock.x2apic ? APIC_BASE_X2APIC : 0);
	else if (mock.x2apic && msr == MSR_X2APIC_SPURIOUS)
		*ret = 1 << 8;
	else if (slot != NULL)
		*ret = *slot;
	else
		return FAULT_GP;
	return FAULT_NONE;
}

/* kvm_setup_guest_pvclock(): ticks are shifted left by one and multiplied by 2^31/2^32, so that one is a nanosecond. */
static void fill_system_time(uint8_t *area)
{
	const uint32_t version = 2, multiplier = 0x80000000;
	uint64_t now = cpu_tsc();

	memcpy(area, &version, sizeof(version));
	memcpy(area + 8, &now, sizeof(now));
	memcpy(area + 16, &now, sizeof(now));
	memcpy(area + 24, &multiplier, sizeof(multiplier));
	area[28] = 1;
	area[29] = 1;
}

/* kvm_write_wall_clock(): the time at which this machine was started. */
static void fill_wall_clock(uint8_t *area)
{
	const uint32_t version = 2;
	uint32_t seconds = (uint32_t)(NOW - cpu_tsc() / 1000000000);

	memcpy(area, &version, sizeof(version));
	memcpy(area + 4, &seconds, sizeof(seconds));
	memset(area + 8, 0, 4);
}

void mock_kvm_interrupts(void)
{
	uint64_t eoi = msrs[mock_processor()].pv_eoi;

	if (eoi & 1)
		*(volatile uint32_t *)(uintptr_t)(eoi & ~UINT64_C(3)) |= 1;
}

/* kvm_set_msr_common(), kvm_pv_enable_async_pf(), and kvm_async_pf_wakeup_all() of virt/kvm/async_pf.c. */
enum fault mock_kvm_write(uint32_t msr, uint64_t value)
{
	uint64_t *slot = msr_slot(msr);

	if (mock.x2apic && msr == MSR_X2APIC_SELF_IPI)
		mock_interrupt(mock_processor(), (uint8_t)value);
	if (mock.x2apic && (msr == MSR_X2APIC_SELF_IPI || msr == MSR_X2APIC_EOI))
		return FAULT_NONE;
	if (slot == NULL || (msr == MSR_PV_EOI_EN && (value & 2)) || (msr == MSR_POLL_CONTROL && value > 1) ||
		(msr == MSR_ASYNC_PF_INT && value > 0xff) || (msr == MSR_ASYNC_PF_EN && (value & 0x34) != 0))
		return FAULT_GP;
	*slot = msr == MSR_ASYNC_PF_ACK ? 0 : value;
	if (msr == MSR_SYSTEM_TIME && (value & 1))
		fill_system_time((uint8_t *)(uintptr_t)(value & ~UINT64_C(1)));
	if (msr == MSR_WALL_CLOCK && value != 0)
		fill_wall_clock((uint8_t *)(uintptr_t)value);
	if (msr == MSR_ASYNC_PF_EN && (value & 9) == 9) {
		memset((uint8_t *)(uintptr_t)(value & ~UINT64_C(63)) + 4, 0xff, 4); /* the token for all pages */
		mock_interrupt(mock_processor(), (uint8_t)msrs[mock_processor()].async_pf_int);
	}
	return FAULT_NONE;
}

/* kvm_emulate_hypercall(), and kvm_pv_send_ipi(), which returns how many processors got the interrupt. */
int64_t mock_kvm_call(const uint64_t arguments[5])
{
	int64_t count = 0;

	if (arguments[0] == 1) /* KVM_HC_VAPIC_POLL_IRQ */
		return 0;
	if (arguments[0] == CALL_KICK_CPU && (mock.features & 1 << 7)) {
		if (arguments[2] < mock.processors)
			mock_wake((unsigned)arguments[2]);
		return 0;
	}
	if (arguments[0] != CALL_SEND_IPI)
		return NO_SUCH_CALL;
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!((arguments[1] >> bit) & 1) || arguments[3] + bit >= mock.processors)
			continue;
		mock_interrupt((unsigned)arguments[3] + bit, (uint8_t)arguments[4]);
		count++;
	}
	return count;
}
