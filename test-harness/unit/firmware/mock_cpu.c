/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What firmware/cpu.c does by instructions: CPUID, the time stamp counter, ports. At the ports are QEMU's
 * isa-debug-exit (hw/misc/debugexit.c) and fw_cfg (docs/specs/fw_cfg.rst). The tables of SMBIOS name the maker (DMTF
 * DSP0134).
 */
#include "firmware/cpu.h"

#include <string.h>

#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

enum { FW_CFG_SELECTOR = 0x510, FW_CFG_DATA, KEY_SIGNATURE = 0, KEY_DIRECTORY = 0x19, KEY_ARGUMENTS = 0x2a };

static uint16_t fw_cfg_key;
static size_t fw_cfg_offset;
static uint64_t ticks;

void mock_cpu_init(void)
{
	recorded_init(&mock.cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&mock.cpu, 0x40000000, 0x40000001, MOCK_FEATURES, 0);
	recorded_subleaf(&mock.cpu, 0xd, 1, 0x0000000f, 0x00000340, 0x00000000, 0x00000000);
	mock.features = MOCK_FEATURES;
	ticks = UINT64_C(1000000000);
	mock_ring0_init();
}

void mock_offer(uint32_t features)
{
	mock.features |= features;
	for (size_t i = 0; i < mock.cpu.count; i++)
		if (mock.cpu.leaves[i].leaf == 0x40000001)
			mock.cpu.leaves[i].regs.eax = mock.features;
}

/* Leaf 7 is the highest basic leaf, and what any leaf answers that would be answered by leaf 0xd. */
static void shorten(uint32_t leaf, struct cpuid_regs *regs)
{
	struct cpuid_regs top = recorded_query(&mock.cpu, 0xd, 0);

	if (leaf == 0)
		regs->eax = 7;
	else if (leaf == 7 || memcmp(regs, &top, sizeof(top)) == 0)
		*regs = (struct cpuid_regs){ 7, 70, 700, 7000 };
}

/* Each vCPU has its own local APIC id, bits 31 to 24 of EBX of leaf 1. */
struct cpuid_regs cpu_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs regs;

	(void)context;
	mock.cpu.asked_count = 0;
	regs = recorded_query(&mock.cpu, leaf, subleaf);
	if (leaf == 1)
		regs.ebx = (regs.ebx & 0xffffff) | (uint32_t)mock_processor() << 24;
	if (mock.shorter_processor != 0 && mock_processor() == mock.shorter_processor)
		shorten(leaf, &regs);
	if (leaf == 0x40000001 && mock.differing_processor != 0 && mock_processor() == mock.differing_processor)
		regs.eax &= ~(UINT32_C(1) << 3);
	return regs;
}

/* It runs at 1 GHz: a tick is a nanosecond. */
uint64_t cpu_tsc(void)
{
	return ticks += 100;
}

void mock_tsc_pass(uint64_t nanoseconds)
{
	ticks += nanoseconds;
}

void port_write8(uint16_t port, uint8_t value)
{
	g_assert_cmphex(port, ==, MOCK_EXIT_PORT);
	mock.exit_value = value;
	if (mock.reset_returns)
		return;
	mock.end = MOCK_QEMU_ENDED;
	longjmp(mock.ended, 1);
}

void port_write16(uint16_t port, uint16_t value)
{
	g_assert_cmphex(port, ==, FW_CFG_SELECTOR);
	fw_cfg_key = value;
	fw_cfg_offset = 0;
}

static void put_big_endian(GByteArray *bytes, uint32_t value)
{
	uint32_t swapped = GUINT32_TO_BE(value);

	g_byte_array_append(bytes, (const guint8 *)&swapped, sizeof(swapped));
}

static GByteArray *fw_cfg_item(void)
{
	GByteArray *bytes = g_byte_array_new();
	const char *arguments = mock.fw_cfg_arguments;
	char name[56] = "opt/kvmleaf/args";

	if (mock.fw_cfg_name != NULL)
		(void)g_strlcpy(name, mock.fw_cfg_name, sizeof(name));

	if (fw_cfg_key == KEY_SIGNATURE)
		g_byte_array_append(bytes, (const guint8 *)"QEMU", 4);
	if (fw_cfg_key == KEY_ARGUMENTS)
		g_byte_array_append(bytes, (const guint8 *)arguments, (guint)strlen(arguments));
	if (fw_cfg_key == KEY_DIRECTORY) {
		put_big_endian(bytes, 1);
		put_big_endian(bytes, (uint32_t)strlen(arguments));
		put_big_endian(bytes, (uint32_t)KEY_ARGUMENTS << 16);
		g_byte_array_append(bytes, (const guint8 *)name, sizeof(name));
	}
	return bytes;
}

/* Behind the end of an item fw_cfg gives zeros. A port without a device gives ones. */
uint8_t port_read8(uint16_t port)
{
	g_autoptr(GByteArray) item = NULL;

	if (port != FW_CFG_DATA || mock.fw_cfg_arguments == NULL)
		return 0xff;
	item = fw_cfg_item();
	return fw_cfg_offset < item->len ? item->data[fw_cfg_offset++] : 0;
}

/* No device is at any other port. */
uint32_t port_read32(uint16_t port)
{
	(void)port;
	return UINT32_MAX;
}

EFI_CONFIGURATION_TABLE *mock_cpu_tables(UINTN *ret_count)
{
	/* A structure of type 1 whose first string is the maker, and the end of the table, type 127. */
	static const char qemu[] = "\x01\x1b\x01\x00\x01" /* type, length, handle, string 1 is the maker */
				   "\x02\x03\x04"         /* product, version, serial number */
				   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x06\0\0"
				   "QEMU\0pc\0v\0s\0\0"
				   "\x7f\x04\x02\x00\0";
	static struct {
		char anchor[16];
		UINT64 address;
	} entry;
	static EFI_CONFIGURATION_TABLE table = { .VendorGuid = { 0xf2fd1544, 0x9794, 0x4a2c,
							 { 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 } },
		.VendorTable = &entry };
	uint32_t size = sizeof(qemu);

	memcpy(entry.anchor, "_SM3_", 5);
	memcpy(entry.anchor + 12, &size, sizeof(size));
	entry.address = (uintptr_t)qemu;
	*ret_count = mock.fw_cfg_arguments != NULL ? 1 : 0;
	return &table;
}
