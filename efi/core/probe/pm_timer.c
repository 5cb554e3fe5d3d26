/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/pm_timer.h"

/* Offsets in the FADT, and in the generic address structure of X_PM_TMR_BLK. */
enum {
	PM_TMR_BLK = 76,
	PM_TMR_LEN = 91,
	FLAGS = 112,
	X_PM_TMR_BLK = 208,
	SPACE_ID = 0,
	ADDRESS = 4,
	ADDRESS_END = 12,
};

/* SPACE_IO: the address is that of an I/O port. TMR_VAL_EXT of FLAGS: the timer has 32 bits, else 24. */
enum { SPACE_IO = 1, TMR_LEN = 4, TMR_VAL_EXT = 1 << 8 };

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

bool pm_timer_in_fadt(const uint8_t *fadt, uint32_t length, struct pm_timer *ret)
{
	const uint8_t *extended = fadt + X_PM_TMR_BLK;
	uint32_t port = 0, high = 0;

	if (length < FLAGS + 4)
		return false;
	/* Where X_PM_TMR_BLK has an address, PM_TMR_BLK is ignored. */
	if (length >= X_PM_TMR_BLK + ADDRESS_END && extended[SPACE_ID] == SPACE_IO) {
		port = get32(extended + ADDRESS);
		high = get32(extended + ADDRESS + 4);
	}
	if (port == 0 && high == 0 && fadt[PM_TMR_LEN] == TMR_LEN)
		port = get32(fadt + PM_TMR_BLK);
	if (port == 0 || port > UINT16_MAX - (TMR_LEN - 1) || high != 0)
		return false;
	*ret = (struct pm_timer){ .port = (uint16_t)port, .bits = get32(fadt + FLAGS) & TMR_VAL_EXT ? 32 : 24 };
	return true;
}
