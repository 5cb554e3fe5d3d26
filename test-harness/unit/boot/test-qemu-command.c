/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of a guest, read as QEMU reads it (qemu-options.hx; util/qemu-option.c: the parts of a list are
 * separated by commas, a comma inside of a part is written twice, and of two settings the later one holds).
 */
#include "guest/qemu_command.h"

#include <string.h>

#include "guest/capture.h"
#include "unit/fake/workplace.h"

static const struct firmware plain = { .code = (char *)"/fw/CODE,1.fd", .code_format = (char *)"raw" };
static const struct firmware qcow2_smm = {
	.code = (char *)"/fw/CODE.qcow2", .code_format = (char *)"qcow2", .smm = TRUE
};
static const struct capture captured = { .ram = (char *)"/cache,1/ram" };

static struct guest_spec spec_init(void)
{
	return (struct guest_spec){ .qemu = "/bin/qemu",
		.accel = "kvm",
		.machine = "q35",
		.cpu = "host,-kvmclock",
		.smp = 3,
		.firmware = &plain,
		.rom = "/cache,1/rom.fd",
		.app = "/app/kvmleaf.efi",
		.arguments = "--quiet --json",
		.folder = "/out,1/case",
		.launcher = "/app/launcher.efi" };
}

/* The word after the option with that number, from 0; NULL where there are fewer. */
static const char *option_of(const GPtrArray *command, const char *option, int number)
{
	for (guint i = 1; i < command->len; i++)
		if (strcmp(g_ptr_array_index(command, i), option) == 0 && number-- == 0)
			return i + 1 < command->len ? g_ptr_array_index(command, i + 1) : "";
	return NULL;
}

static gboolean has_option(const GPtrArray *command, const char *option)
{
	return option_of(command, option, 0) != NULL;
}

/* The last value of the key in such a list, with single commas; NULL for none. The key "" means the first part. */
static char *part_of(const char *list, const char *key)
{
	g_autoptr(GString) part = g_string_new(NULL);
	g_autofree char *prefix = g_strconcat(key, "=", NULL);
	char *found = NULL;
	gboolean first = TRUE;

	g_assert_nonnull(list);
	for (const char *at = list;; at++) {
		if (*at == ',' && at[1] == ',') {
			g_string_append_c(part, *at++);
		} else if (*at != ',' && *at != '\0') {
			g_string_append_c(part, *at);
		} else {
			if ((*key == '\0' && first) || (*key != '\0' && g_str_has_prefix(part->str, prefix))) {
				g_free(found);
				found = g_strdup(part->str + (*key == '\0' ? 0 : strlen(prefix)));
			}
			g_string_truncate(part, 0);
			first = FALSE;
			if (*at == '\0')
				return found;
		}
	}
}

static void assert_part(const char *list, const char *key, const char *expected)
{
	g_autofree char *part = part_of(list, key);

	g_assert_cmpstr(part, ==, expected);
}

/* The list of such an option in which the key has that value; NULL for none. */
static const char *list_with(const GPtrArray *command, const char *option, const char *key, const char *value)
{
	const char *list;

	for (int i = 0; (list = option_of(command, option, i)) != NULL; i++) {
		g_autofree char *part = part_of(list, key);

		if (g_strcmp0(part, value) == 0)
			return list;
	}
	return NULL;
}

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

/* Memory that is shared with this process only where the firmware's variables are to be read from it. */
static void test_memory(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) shared = qemu_command(&spec, GUEST_BOOT, NULL);
	g_autoptr(GPtrArray) unshared = NULL;
	const char *memory = list_with(shared, "-object", "id", "ram");
	g_autofree char *bytes = g_strconcat(option_of(shared, "-m", 0), "M", NULL);

	assert_part(memory, "", "memory-backend-file");
	assert_part(memory, "mem-path", "/proc/self/fd/12");
	assert_part(memory, "size", bytes);
	assert_part(memory, "share", "on");
	assert_part(option_of(shared, "-machine", 0), "memory-backend", "ram");
	g_assert_cmpuint(qemu_shared_memory(&spec, GUEST_BOOT), ==, g_ascii_strtoull(bytes, NULL, 10) << 20);
	spec.store = STORE_NONE;
	unshared = qemu_command(&spec, GUEST_BOOT, NULL);
	assert_part(option_of(unshared, "-machine", 0), "memory-backend", NULL);
	g_assert_false(has_option(unshared, "-object"));
	g_assert_cmpuint(qemu_shared_memory(&spec, GUEST_BOOT), ==, 0);
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

/* Both nodes together are the guest's memory. The second is shared, and has the variables of firmware without flash. */
static void test_nodes(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) command = NULL;
	const char *low, *top;
	g_autofree char *low_size = NULL, *top_size = NULL;

	spec.capture = &captured;
	spec.rom = NULL;
	command = qemu_command(&spec, GUEST_RESTORE, NULL);
	low = list_with(command, "-object", "id", "ram");
	top = list_with(command, "-object", "id", "top");
	assert_part(low, "mem-path", "/cache,1/ram");
	assert_part(low, "share", "off");
	assert_part(top, "mem-path", "/proc/self/fd/12");
	assert_part(top, "share", "on");
	assert_part(option_of(command, "-numa", 0), "memdev", "ram");
	assert_part(option_of(command, "-numa", 1), "memdev", "top");
	assert_part(option_of(command, "-machine", 0), "memory-backend", NULL);
	low_size = part_of(low, "size");
	top_size = part_of(top, "size");
	g_assert_cmpint(atoi(low_size) + atoi(top_size), ==, atoi(option_of(command, "-m", 0)));
	g_assert_cmpuint(qemu_shared_memory(&spec, GUEST_RESTORE), ==, (gsize)atoi(top_size) << 20);
	g_assert_nonnull(list_with(command, "-drive", "unit", "0"));
	g_assert_null(list_with(command, "-drive", "unit", "1"));
}

/* The memory file is mapped shared for a capture, and private for a restored guest, which must not change it. */
static void test_capture_and_restore(void)
{
	struct guest_spec spec = spec_init();
	g_autoptr(GPtrArray) capture = NULL;
	g_autoptr(GPtrArray) restore = NULL;
	GPtrArray *both[2];

	spec.store = STORE_FLASH;
	spec.rom = NULL;
	spec.capture = &captured;
	both[0] = capture = qemu_command(&spec, GUEST_CAPTURE, "/out,1/VARS.fd");
	both[1] = restore = qemu_command(&spec, GUEST_RESTORE, "/out,1/VARS.fd");
	for (int i = 0; i < 2; i++) {
		const char *memory = list_with(both[i], "-object", "id", "ram"), *size = option_of(both[i], "-m", 0);
		g_autofree char *bytes = g_strconcat(size, "M", NULL);

		assert_part(memory, "", "memory-backend-file");
		assert_part(memory, "mem-path", "/cache,1/ram");
		assert_part(memory, "size", bytes);
		assert_part(memory, "share", i == 0 ? "on" : "off");
		assert_part(option_of(both[i], "-machine", 0), "memory-backend", "ram");
		g_assert_cmpstr(option_of(both[i], "-kernel", 0), ==, "/app/launcher.efi");
		g_assert_false(has_option(both[i], "-append"));
		g_assert_nonnull(list_with(both[i], "-device", "", "pvpanic"));
		g_assert_cmpstr(option_of(both[i], "-action", 0), ==, "panic=pause");
		assert_part(list_with(both[i], "-drive", "id", "payload"), "file", "/out,1/case/payload.img");
		assert_part(list_with(both[i], "-drive", "id", "payload"), "format", "raw");
		assert_part(list_with(both[i], "-device", "", "virtio-blk-pci"), "drive", "payload");
	}
	g_assert_cmpstr(option_of(restore, "-incoming", 0), ==, "defer");
	g_assert_false(has_option(capture, "-incoming"));
	g_assert_true(has_option(restore, "-S"));
	g_assert_false(has_option(capture, "-S"));
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
	g_test_add_func("/machine/memory", test_memory);
	g_test_add_func("/machine/nodes", test_nodes);
	g_test_add_func("/machine/smm", test_smm);
	g_test_add_func("/machine/capture-and-restore", test_capture_and_restore);
	g_test_add_func("/machine/disk", test_disk);
	g_test_add_func("/machine/other", test_other);
	return g_test_run();
}
