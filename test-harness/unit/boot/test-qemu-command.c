/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's command but for its memory: machine, firmware, channels, and what is booted. */
#include "unit/fake/commanded.h"

static const struct firmware qcow2_smm = {
	.code = (char *)"/fw/CODE.qcow2", .code_format = (char *)"qcow2", .smm = TRUE
};

static void test_boot(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) command = qemu_command(&spec, GUEST_BOOT, NULL);

	g_assert_cmpstr(g_ptr_array_index(command, 0), ==, "/bin/qemu");
	g_assert_cmpstr(option_of(command, "-accel", 0), ==, "kvm");
	g_assert_cmpstr(option_of(command, "-cpu", 0), ==, "host,-kvmclock");
	g_assert_cmpstr(option_of(command, "-smp", 0), ==, "3");
	assert_part(option_of(command, "-machine", 0), "", "q35");
	assert_part(option_of(command, "-machine", 0), "smm", "off");
	/* No window, no network card, no reboot, and the guest is stopped until QMP's cont. */
	g_assert_cmpstr(option_of(command, "-display", 0), ==, "none");
	g_assert_true(
		has_option(command, "-nodefaults") && has_option(command, "-no-reboot") && has_option(command, "-S"));
	g_assert_cmpstr(option_of(command, "-bios", 0), ==, "/cache,1/rom.fd");
	g_assert_cmpstr(option_of(command, "-kernel", 0), ==, "/app/kvmleaf.efi");
	g_assert_cmpstr(option_of(command, "-append", 0), ==, "--quiet --json");
	g_assert_true(
		!has_option(command, "-drive") && !has_option(command, "-incoming") && !has_option(command, "-fw_cfg"));
	assert_part(list_with(command, "-chardev", "id", "serial"), "path", "/out,1/case/serial.log");
	assert_part(list_with(command, "-chardev", "id", "qmp"), "fd", "10");
	g_assert_cmpstr(option_of(command, "-qmp", 0), ==, "chardev:qmp");
	g_assert_cmpstr(option_of(command, "-serial", 0), ==, "chardev:serial");
	assert_part(list_with(command, "-device", "", "isa-debug-exit"), "iosize", "4");
}

static void test_flash(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) command = NULL;
	const char *code, *vars;

	spec.store = STORE_FLASH;
	spec.rom = NULL;
	command = qemu_command(&spec, GUEST_BOOT, "/out,1/VARS.fd");
	code = list_with(command, "-drive", "unit", "0");
	vars = list_with(command, "-drive", "unit", "1");
	assert_part(code, "if", "pflash");
	assert_part(code, "readonly", "on");
	assert_part(code, "format", "raw");
	assert_part(code, "file", "/fw/CODE,1.fd");
	assert_part(vars, "if", "pflash");
	assert_part(vars, "readonly", "off");
	assert_part(vars, "format", "raw");
	assert_part(vars, "file", "/out,1/VARS.fd");
	g_assert_false(has_option(command, "-bios"));
	g_assert_false(has_option(command, "-global"));
	assert_part(option_of(command, "-machine", 0), "smm", "off");
}

/* With firmware that runs in SMM, only SMM may write the flash. Firmware in ROM has no flash to protect. */
static void test_smm(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) flash = NULL;
	g_autoptr(GPtrArray) rom = NULL;
	g_autoptr(GPtrArray) asked = NULL;

	spec.firmware = &qcow2_smm;
	rom = qemu_command(&spec, GUEST_BOOT, NULL);
	assert_part(option_of(rom, "-machine", 0), "smm", "off");
	spec.store = STORE_FLASH;
	spec.rom = NULL;
	flash = qemu_command(&spec, GUEST_BOOT, "/out/VARS.fd");
	assert_part(option_of(flash, "-machine", 0), "smm", "on");
	assert_part(list_with(flash, "-drive", "unit", "0"), "format", "qcow2");
	assert_part(option_of(flash, "-global", 0), "driver", "cfi.pflash01");
	assert_part(option_of(flash, "-global", 0), "property", "secure");
	assert_part(option_of(flash, "-global", 0), "value", "on");
	/* The case's own setting comes last, and so overrules the usual one. */
	spec.machine = "pc,smm=off,hpet=on";
	asked = qemu_command(&spec, GUEST_BOOT, "/out/VARS.fd");
	assert_part(option_of(asked, "-machine", 0), "", "pc");
	assert_part(option_of(asked, "-machine", 0), "smm", "off");
	assert_part(option_of(asked, "-machine", 0), "hpet", "on");
}

static void test_disk(void)
{
	static const char *const attaches[] = { "-device", "usb-storage,drive=disk", NULL };
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) disk = NULL;
	g_autoptr(GPtrArray) cdrom = NULL;

	spec.disk = "/images/esp.img";
	spec.arguments = "--exit=qemu,a";
	disk = qemu_command(&spec, GUEST_BOOT, NULL);
	assert_part(list_with(disk, "-drive", "id", "disk"), "file", "/out,1/case/disk.img");
	assert_part(list_with(disk, "-drive", "id", "disk"), "media", "disk");
	assert_part(list_with(disk, "-drive", "id", "disk"), "readonly", "off");
	assert_part(list_with(disk, "-device", "", "virtio-blk-pci"), "bootindex", "0");
	assert_part(option_of(disk, "-fw_cfg", 0), "name", "opt/kvmleaf/args");
	assert_part(option_of(disk, "-fw_cfg", 0), "string", "--exit=qemu,a");
	g_assert_true(!has_option(disk, "-kernel") && !has_option(disk, "-append"));
	spec.cdrom = TRUE;
	spec.arguments = "";
	spec.extra = attaches;
	spec.disk_attached = TRUE;
	cdrom = qemu_command(&spec, GUEST_BOOT, NULL);
	assert_part(list_with(cdrom, "-drive", "id", "disk"), "media", "cdrom");
	assert_part(list_with(cdrom, "-drive", "id", "disk"), "readonly", "on");
	g_assert_null(list_with(cdrom, "-device", "", "virtio-blk-pci"));
	g_assert_nonnull(list_with(cdrom, "-device", "", "usb-storage"));
	g_assert_false(has_option(cdrom, "-fw_cfg"));
}

static void test_other(void)
{
	static const char *const extra[] = { "-m", "256", NULL };
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) command = NULL;

	spec.other = TRUE;
	spec.extra = extra;
	command = qemu_command(&spec, GUEST_BOOT, NULL);
	g_assert_true(!has_option(command, "-kernel") && !has_option(command, "-drive"));
	assert_part(option_of(command, "-fw_cfg", 0), "string", "--quiet --json");
	/* The case's options come after those that they may overrule. */
	g_assert_cmpstr(option_of(command, "-m", 1), ==, "256");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/machine/boot", test_boot);
	g_test_add_func("/machine/flash", test_flash);
	g_test_add_func("/machine/smm", test_smm);
	g_test_add_func("/machine/disk", test_disk);
	g_test_add_func("/machine/other", test_other);
	return g_test_run();
}
