/* SPDX-License-Identifier: BSD-2-Clause */
/* The places that arguments come from, as loaders and firmware fill them. */
#include <string.h>

#include "unit/firmware/failing.h"
#include "unit/firmware/stored.h"

static char *status_of(void)
{
	stored_begin();
	mock_run();
	assert_ended_well();
	return end_word("status");
}

static bool has_note(const char *problem)
{
	return strstr(mock.console->str, problem) != NULL;
}

/* Some loaders put the app's own path in front. A NUL ends the text. */
static void test_program_name(void)
{
	static const char *const lines[] = { "kvmleaf.efi --verdict=none", "\\EFI\\BOOT\\BOOTX64.EFI --verdict=none",
		"--verdict=none", "   --verdict=none  " };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *status = NULL;

		mock_init();
		mock.load_options = lines[i];
		status = status_of();
		g_assert_cmpstr(status, ==, "expectation");
		g_assert_false(has_note("load options are not for kvmleaf"));
	}
}

/* Load options that are not text, or Linux's, are left out with a note. */
static void test_not_for_this(void)
{
	static const CHAR16 binary[] = { 0x1234, 'x', 0 };
	static const CHAR16 odd[] = { '-', '-', 'j', 's', 'o', 'n' };
	static const CHAR16 linux_line[] = u"root=/dev/sda1 quiet";
	static const struct {
		const CHAR16 *bytes;
		UINT32 size;
	} tests[] = { { binary, sizeof(binary) }, { odd, sizeof(odd) - 1 }, { linux_line, sizeof(linux_line) } };

	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *status = NULL;

		mock_init();
		mock.raw_options = tests[i].bytes;
		mock.raw_options_size = tests[i].size;
		status = status_of();
		g_assert_cmpstr(status, ==, "pass");
		g_assert_true(has_note("load options are not for kvmleaf"));
	}
}

/* The shell's first word is the program. What is not ASCII makes a wrong argument. */
static void test_shell(void)
{
	static const struct {
		const char *line, *status;
	} tests[] = {
		{ "kvmleaf.efi", "pass" },
		{ "kvmleaf.efi --verdict=none", "expectation" },
		{ "kvmleaf.efi --quiet --verdict=none", "expectation" },
		{ "kvmleaf.efi --\xe4", "usage" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *status = NULL;

		mock_init();
		mock.shell_arguments = tests[i].line;
		mock.load_options = "--not-read-where-there-is-a-shell";
		status = status_of();
		g_assert_cmpstr(status, ==, tests[i].status);
	}
}

/* The load options come first, then fw_cfg, then kvmleaf.conf. */
static void test_order(void)
{
	static const char conf[] = "\\EFI\\kvmleaf\\kvmleaf.conf";
	static const char fails[] = "--verdict=none", passes[] = "--verdict=kvm";

	for (int places = 0; places < 8; places++) {
		g_autofree char *status = NULL;
		bool options = places & 1, fw_cfg = places & 2, file = places & 4;

		mock_init();
		mock.load_options = options ? fails : " ";
		mock.fw_cfg_arguments = fw_cfg ? (options ? passes : fails) : NULL;
		if (file)
			mock_file_set(conf, options || fw_cfg ? passes : fails);
		status = status_of();
		g_assert_cmpstr(status, ==, places != 0 ? "expectation" : "pass");
	}
}

/* QEMU without the file, and QEMU with a file that is not text. */
static void test_fw_cfg(void)
{
	g_autofree char *status = NULL;

	mock_init();
	mock.fw_cfg_arguments = "--verdict=none";
	mock.fw_cfg_name = "opt/kvmleaf/arg";
	status = status_of();
	g_assert_cmpstr(status, ==, "pass");
	mock_init();
	mock.fw_cfg_arguments = "--verdict=none\1";
	mock_run();
	assert_ended_well();
	g_assert_true(has_note("opt/kvmleaf/args is not text"));
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments-from/program-name", test_program_name);
	g_test_add_func("/arguments-from/not-for-this", test_not_for_this);
	g_test_add_func("/arguments-from/shell", test_shell);
	g_test_add_func("/arguments-from/order", test_order);
	g_test_add_func("/arguments-from/fw-cfg", test_fw_cfg);
	status = g_test_run();
	mock_free();
	return status;
}
