/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory in a guest's command: which part of it is a file, and who shares it. */
#include <stdlib.h>

#include "guest/capture.h"
#include "unit/fake/commanded.h"

static const struct capture captured = { .ram = (char *)"/cache,1/ram" };

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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/shared", test_memory);
	g_test_add_func("/memory/nodes", test_nodes);
	g_test_add_func("/memory/capture-and-restore", test_capture_and_restore);
	return g_test_run();
}
