/* SPDX-License-Identifier: BSD-2-Clause */
/* The PM timer's port by the FADT: ACPI specification 6.5, table 5.9 (offsets) and table 5.10 (flags). */
#include <glib.h>
#include <string.h>

#include "core/probe/pm_timer.h"

/* The FADT's lengths: ACPI 1.0, 2.0, 6.5. */
enum { LENGTH_1 = 116, LENGTH_2 = 244, LENGTH_6 = 276 };

static void put(uint8_t *fadt, size_t offset, uint64_t value, size_t size)
{
	memcpy(fadt + offset, &value, size);
}

static void fadt_init(uint8_t *fadt, uint32_t block, uint8_t length, uint64_t flags)
{
	memset(fadt, 0, LENGTH_6);
	memcpy(fadt, "FACP", 4);
	put(fadt, 76, block, 4);
	fadt[91] = length;
	put(fadt, 112, flags, 4);
}

/* A generic address structure: space 1 is I/O; 32 bits; an access of any size. */
static void put_extended(uint8_t *fadt, uint8_t space, uint64_t address)
{
	fadt[208] = space;
	fadt[209] = 32;
	put(fadt, 212, address, 8);
}

static void assert_timer(const uint8_t *fadt, uint32_t length, uint16_t port, uint8_t bits)
{
	/* A copy of just that length, so that a read behind it is found. */
	g_autofree uint8_t *table = g_memdup2(fadt, length);
	struct pm_timer timer = { 0 };

	g_assert_cmpint(pm_timer_in_fadt(table, length, &timer), ==, port != 0);
	if (port == 0)
		return;
	g_assert_cmphex(timer.port, ==, port);
	g_assert_cmpuint(timer.bits, ==, bits);
}

/* As QEMU's q35 machine has it, hw/i386/acpi-build.c: PM base 0x600, timer at 8; its flags have TMR_VAL_EXT clear. */
static void test_both(void)
{
	uint8_t fadt[LENGTH_6];

	fadt_init(fadt, 0x608, 4, 0x84a5);
	assert_timer(fadt, LENGTH_1, 0x608, 24);
	put_extended(fadt, 1, 0x608);
	assert_timer(fadt, LENGTH_2, 0x608, 24);
	/* The extended field counts, where the table is long enough to have it. */
	put_extended(fadt, 1, 0xb008);
	put(fadt, 112, 0x85a5, 4);
	assert_timer(fadt, LENGTH_6, 0xb008, 32);
	assert_timer(fadt, 219, 0x608, 32);
	assert_timer(fadt, 220, 0xb008, 32);
}

/* A machine with reduced hardware may give the extended address alone, with all else 0. */
static void test_extended_alone(void)
{
	uint8_t fadt[LENGTH_6];

	fadt_init(fadt, 0, 0, 1 << 20);
	put_extended(fadt, 1, 0x608);
	assert_timer(fadt, LENGTH_6, 0x608, 24);
	/* In memory, or beyond the 65536 ports. */
	put_extended(fadt, 0, 0x608);
	assert_timer(fadt, LENGTH_6, 0, 0);
	put_extended(fadt, 1, 0x10000);
	assert_timer(fadt, LENGTH_6, 0, 0);
	put_extended(fadt, 1, UINT64_C(0x100000608));
	assert_timer(fadt, LENGTH_6, 0, 0);
	put_extended(fadt, 1, 0xfffd);
	assert_timer(fadt, LENGTH_6, 0, 0);
	put_extended(fadt, 1, 0xfffc);
	assert_timer(fadt, LENGTH_6, 0xfffc, 24);
}

static void test_none(void)
{
	uint8_t fadt[LENGTH_6];

	fadt_init(fadt, 0, 0, 0);
	for (uint32_t length = 0; length <= LENGTH_6; length++)
		assert_timer(fadt, length, 0, 0);
	fadt_init(fadt, 0x608, 0, 0); /* a block of no length is none */
	assert_timer(fadt, LENGTH_6, 0, 0);
	fadt_init(fadt, 0x608, 4, 0);
	assert_timer(fadt, LENGTH_1 - 1, 0, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pm-timer/both", test_both);
	g_test_add_func("/pm-timer/extended-alone", test_extended_alone);
	g_test_add_func("/pm-timer/none", test_none);
	return g_test_run();
}
