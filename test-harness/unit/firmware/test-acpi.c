/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PM timer in tables of ACPI (ACPI specification, 5.2), right ones and damaged ones. Each table is on the heap, so
 * that the address sanitizer notices a read behind its end.
 */
#include "firmware/x86_64/acpi.h"

#include <glib.h>
#include <string.h>

enum { RSDP_SIZE = 36, HEADER = 36, FADT_SIZE = 244, PORT = 0x608 };

static const EFI_GUID acpi2 = { 0x8868e871, 0xe4f1, 0x11d3, { 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } };

struct tables {
	uint8_t *rsdp, *xsdt, *facp, *other;
};

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	memcpy(at, &value, sizeof(value));
}

static uint8_t *new_table(const char *signature, uint32_t size)
{
	uint8_t *table = g_malloc0(size);

	memcpy(table, signature, 4);
	put32(table + 4, size);
	return table;
}

/* As QEMU's q35: the PM timer of 24 bits at port 0x608. */
static struct tables make(void)
{
	struct tables tables = { g_malloc0(RSDP_SIZE), new_table("XSDT", HEADER + 16), new_table("FACP", FADT_SIZE),
		new_table("APIC", HEADER) };

	memcpy(tables.rsdp, "RSD PTR ", 8);
	tables.rsdp[15] = 2;
	put64(tables.rsdp + 24, (uintptr_t)tables.xsdt);
	put64(tables.xsdt + HEADER, (uintptr_t)tables.other);
	put64(tables.xsdt + HEADER + 8, (uintptr_t)tables.facp);
	put32(tables.facp + 76, PORT);
	tables.facp[91] = 4;
	return tables;
}

/* Asks, and frees the tables. */
static bool ask(struct tables tables, struct pm_timer *ret)
{
	EFI_CONFIGURATION_TABLE table = { .VendorGuid = acpi2, .VendorTable = tables.rsdp };
	EFI_SYSTEM_TABLE system = { .ConfigurationTable = &table, .NumberOfTableEntries = 1 };
	struct firmware firmware = { .system = &system };
	bool found = acpi_pm_timer(&firmware, ret);

	g_free(tables.rsdp);
	g_free(tables.xsdt);
	g_free(tables.facp);
	g_free(tables.other);
	return found;
}

static void test_right(void)
{
	struct tables tables = make();
	struct pm_timer timer = { 0 };

	g_assert_true(ask(tables, &timer));
	g_assert_cmphex(timer.port, ==, PORT);
	g_assert_cmpuint(timer.bits, ==, 24);
	tables = make();
	put32(tables.facp + 112, 1 << 8);
	g_assert_true(ask(tables, &timer));
	g_assert_cmpuint(timer.bits, ==, 32);
}

/* No table, or one that is not what it should be: there is no timer, and nothing behind an end is read. */
static void test_damaged(void)
{
	struct tables tables = make();
	struct pm_timer timer;

	memcpy(tables.rsdp, "NO TABLE", 8);
	g_assert_false(ask(tables, &timer));
	tables = make();
	memcpy(tables.facp, "FACS", 4);
	g_assert_false(ask(tables, &timer));
	tables = make();
	put64(tables.xsdt + HEADER + 8, 0);
	g_assert_false(ask(tables, &timer));
	tables = make();
	memcpy(tables.xsdt, "DSDT", 4);
	g_assert_false(ask(tables, &timer));
	tables = make();
	put32(tables.xsdt + 4, HEADER + 15); /* the second address is not in it as a whole */
	g_assert_false(ask(tables, &timer));
	tables = make();
	put32(tables.xsdt + 4, HEADER - 1);
	g_assert_false(ask(tables, &timer));
	tables = make();
	put32(tables.xsdt + 4, 0x7fffffff); /* larger than any table */
	g_assert_false(ask(tables, &timer));
}

/* Each length of the FADT, which is longer in each version of ACPI. */
static void test_lengths(void)
{
	for (uint32_t size = HEADER; size < FADT_SIZE; size++) {
		struct tables tables = make();
		struct pm_timer timer;

		tables.facp = g_realloc(tables.facp, size);
		put32(tables.facp + 4, size);
		put64(tables.xsdt + HEADER + 8, (uintptr_t)tables.facp);
		g_assert_cmpint(ask(tables, &timer), ==, size >= 116);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/acpi/right", test_right);
	g_test_add_func("/acpi/damaged", test_damaged);
	g_test_add_func("/acpi/lengths", test_lengths);
	return g_test_run();
}
