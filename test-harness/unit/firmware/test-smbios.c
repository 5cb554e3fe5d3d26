/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The maker's name in tables of SMBIOS (DMTF DSP0134, 5.2 and 6.1), right ones and damaged ones. The tables are on the
 * heap, so that the address sanitizer notices a read behind their end.
 */
#include "firmware/smbios.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

/* Type, length, handle, and for type 1 the numbers of the strings: maker, product, version, serial number. */
#define SYSTEM(strings) "\x01\x08\x00\x01\x01\x02\x03\x04" strings "\0"
#define BIOS                                                                                                           \
	"\x00\x05\x00\x00\x01"                                                                                         \
	"SeaBIOS\0\0"
#define END "\x7f\x04\x00\x02\0"

#define BYTES(string) string, sizeof(string)

static const EFI_GUID smbios3_guid = { 0xf2fd1544, 0x9794, 0x4a2c, { 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 } };
static const EFI_GUID smbios_guid = { 0xeb9d2d31, 0x2d88, 0x11d3, { 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } };

static bool ask(EFI_CONFIGURATION_TABLE *table, UINTN count, const char *beginning)
{
	EFI_SYSTEM_TABLE system = { .ConfigurationTable = table, .NumberOfTableEntries = count };
	struct firmware firmware = { .system = &system };

	return smbios_maker_is(&firmware, beginning);
}

static bool ask_smbios3(const void *tables, UINT32 size, const char *beginning)
{
	g_autofree uint8_t *copy = g_memdup2(tables, size);
	UINT64 entry[3] = { 0 };
	EFI_CONFIGURATION_TABLE table = { .VendorGuid = smbios3_guid, .VendorTable = entry };
	UINT64 address = (uintptr_t)copy;

	memcpy(entry, "_SM3_", 5);
	memcpy((uint8_t *)entry + 12, &size, sizeof(size));
	memcpy((uint8_t *)entry + 16, &address, sizeof(address));
	return ask(&table, 1, beginning);
}

static void test_right(void)
{
	g_assert_true(ask_smbios3(BYTES(BIOS SYSTEM("QEMU\0pc\0") END), "QEMU"));
	g_assert_true(ask_smbios3(BYTES(SYSTEM("innotek GmbH\0VirtualBox\0") END), "innotek GmbH"));
	g_assert_true(ask_smbios3(BYTES(SYSTEM("QEMU 9\0") END), "QEMU"));
	g_assert_false(ask_smbios3(BYTES(SYSTEM("Red Hat\0QEMU\0") END), "QEMU"));
	g_assert_false(ask_smbios3(BYTES(SYSTEM("QEM\0") END), "QEMU"));
	g_assert_false(ask_smbios3(BYTES(BIOS END SYSTEM("QEMU\0")), "QEMU")); /* behind the end */
}

/* The entry point of SMBIOS 2 has addresses of 32 bits. */
static void test_smbios2(void)
{
	static const char tables[] = SYSTEM("QEMU\0") END;
	UINT32 entry[8] = { 0 };
	UINT16 size = sizeof(tables);
	EFI_CONFIGURATION_TABLE table = { .VendorGuid = smbios_guid, .VendorTable = entry };
	void *low = mmap(NULL, EFI_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	g_assert_true(low != MAP_FAILED);
	memcpy(low, tables, sizeof(tables));
	memcpy(entry, "_SM_", 4);
	memcpy((uint8_t *)entry + 22, &size, sizeof(size));
	entry[6] = (UINT32)(uintptr_t)low;
	g_assert_true(ask(&table, 1, "QEMU"));
	g_assert_false(ask(&table, 0, "QEMU"));
	memcpy(entry, "_XX_", 4);
	g_assert_false(ask(&table, 1, "QEMU"));
	g_assert_cmpint(munmap(low, EFI_PAGE_SIZE), ==, 0);
}

/* Tables that are cut off at each byte, and wrong numbers: no answer is right, and nothing behind the end is read. */
static void test_damaged(void)
{
	static const char whole[] = BIOS SYSTEM("Maker\0pc\0") END;

	for (UINT32 size = 1; size < sizeof(whole); size++)
		(void)ask_smbios3(whole, size, "Maker");
	g_assert_false(ask_smbios3(BYTES("\x01\x08\x00\x01\x00\x02\x03\x04"
					 "QEMU\0\0" END),
		"QEMU")); /* no string */
	g_assert_false(ask_smbios3(BYTES("\x01\x08\x00\x01\x09\x02\x03\x04"
					 "QEMU\0\0" END),
		"QEMU")); /* string 9 */
	g_assert_false(ask_smbios3(BYTES("\x01\x03\x00\x01"
					 "QEMU\0\0" END),
		"QEMU")); /* too short */
	g_assert_false(ask_smbios3(BYTES("\x01\x04\x00\x01"
					 "QEMU\0\0" END),
		"QEMU"));                                                                /* has no maker */
	g_assert_false(ask_smbios3("\x01\x08\x00\x01\x01\x02\x03\x04QEMU", 12, "QEMU")); /* no NUL */
	g_assert_false(ask_smbios3("\x01\xff\x00\x01\x01", 5, "QEMU"));                  /* longer than all */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smbios/right", test_right);
	g_test_add_func("/smbios/smbios2", test_smbios2);
	g_test_add_func("/smbios/damaged", test_damaged);
	return g_test_run();
}
