/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers, keys and the directory's layout: QEMU docs/specs/fw_cfg.rst. Numbers in the directory are big-endian. */
#include "firmware/fw_cfg.h"

#include "core/leaves/hypervisor_seen.h"
#include "firmware/cpu.h"
#include "firmware/smbios.h"

enum {
	PORT_SELECTOR = 0x510,
	PORT_DATA = 0x511,
	KEY_SIGNATURE = 0x0000,
	KEY_DIRECTORY = 0x0019,
	NAME_SIZE = 56,
	FILES_MAX = 4096, /* entries that are read; QEMU has far fewer */
};

static uint32_t read_number(int bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | port_read8(PORT_DATA);
	return value;
}

/*
 * A real machine may have any device at port 0x510, so the port is written to only in a virtual one. There fw_cfg's own
 * signature decides, and not the maker's name, which a host can set: QEMU's type=1,manufacturer=..., libvirt's smbios
 * mode="host". The name is asked only where the CPU shows no hypervisor at all (-hypervisor with kvm=off or
 * tcg-cpuid=off), so that such a QEMU can pass arguments too.
 */
static BOOLEAN is_present(const struct firmware *firmware)
{
	const struct cpuid_source this_cpu = { .query = cpu_query };

	if (!hypervisor_seen(&this_cpu) && !smbios_maker_is(firmware, "QEMU"))
		return FALSE;
	port_write16(PORT_SELECTOR, KEY_SIGNATURE);
	return read_number(4) == ('Q' << 24 | 'E' << 16 | 'M' << 8 | 'U');
}

/* Selects the file: reads of the data port then give its bytes. */
static BOOLEAN select_file(const char *name, uint32_t *ret_size)
{
	UINTN length = string_length(name) + 1;
	uint32_t count;

	port_write16(PORT_SELECTOR, KEY_DIRECTORY);
	count = read_number(4);
	for (uint32_t i = 0; i < count && i < FILES_MAX; i++) {
		uint32_t size = read_number(4);
		uint32_t key = read_number(4) >> 16; /* 16 bits of key, 16 reserved */
		char entry[NAME_SIZE];

		for (int c = 0; c < NAME_SIZE; c++)
			entry[c] = (char)port_read8(PORT_DATA);
		if (!bytes_equal(entry, name, length))
			continue;
		port_write16(PORT_SELECTOR, (uint16_t)key);
		*ret_size = size;
		return TRUE;
	}
	return FALSE;
}

BOOLEAN fw_cfg_read(const struct firmware *firmware, const char *name, struct text *text, uint32_t *ret_size)
{
	if (!is_present(firmware) || !select_file(name, ret_size))
		return FALSE;
	for (uint32_t i = 0; i < *ret_size && !text->overflow; i++)
		text_char(text, (char)port_read8(PORT_DATA));
	return TRUE;
}
