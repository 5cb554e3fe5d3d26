/* SPDX-License-Identifier: BSD-2-Clause */
/* Each call fails in runs with arguments from every place, with files, and with every way to end. */
#include "unit/firmware/failing.h"

static void from_conf(void)
{
	mock_file_set("\\EFI\\kvmleaf\\kvmleaf.conf", "# a comment\r\nrequire=kvm-pv-ipi\r\n--json\r\n");
}

static void from_wrong_conf(void)
{
	mock_file_set("\\EFI\\kvmleaf\\kvmleaf.conf", "json\nrequire=kvm-nothing\n");
}

static void from_fw_cfg(void)
{
	mock.fw_cfg_arguments = "--forbid=KVM_FEATURE_PV_SEND_IPI --exit=qemu";
}

static void from_shell(void)
{
	mock.shell_arguments = "FS0:\\kvmleaf.efi --verdict=none --no-variable --json";
}

static void wrong_argument(void)
{
	mock.load_options = "--jsn";
}

static void asked_for_help(void)
{
	mock.load_options = "--help --wait=1";
}

static void replayed(void)
{
	mock.load_options = "--replay=dump.txt --verdict=kvm";
	mock_file_set("\\dump.txt",
		"CPU 0:\n"
		"   0x00000000 0x00: eax=0x00000001 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n"
		"   0x00000001 0x00: eax=0x00800f12 ebx=0x00010800 ecx=0xfffa3203 edx=0x1f8bfbff\n"
		"   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n"
		"   0x40000001 0x00: eax=0x01007afb ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n");
}

static void replayed_from_nowhere(void)
{
	mock.load_options = "--replay=dump.txt";
}

static void reset(void)
{
	mock.load_options = "--exit=reset --quiet";
}

static void powered_off(void)
{
	mock.load_options = "--exit=poweroff --quiet";
}

static void reset_without_effect(void)
{
	mock.load_options = "--exit=reset --quiet";
	mock.reset_returns = true;
}

static void qemu(void)
{
	mock.load_options = "--exit=qemu --require=kvm-pv-unhalt --wait=1";
}

static void qemu_without_effect(void)
{
	mock.load_options = "--exit=qemu --quiet";
	mock.reset_returns = true;
}

static const struct scenario scenarios[] = {
	{ "conf", from_conf, STATUS_PASS, MOCK_RETURNED },
	{ "wrong-conf", from_wrong_conf, STATUS_USAGE, MOCK_RETURNED },
	{ "fw-cfg", from_fw_cfg, STATUS_EXPECTATION, MOCK_QEMU_ENDED },
	{ "shell", from_shell, STATUS_EXPECTATION, MOCK_RETURNED },
	{ "wrong-argument", wrong_argument, STATUS_USAGE, MOCK_RETURNED },
	{ "help", asked_for_help, STATUS_PASS, MOCK_RETURNED },
	{ "replay", replayed, STATUS_PASS, MOCK_RETURNED },
	{ "replay-from-nowhere", replayed_from_nowhere, STATUS_USAGE, MOCK_RETURNED },
	{ "reset", reset, STATUS_PASS, MOCK_RESET },
	{ "poweroff", powered_off, STATUS_PASS, MOCK_POWERED_OFF },
	{ "reset-without-effect", reset_without_effect, STATUS_PASS, MOCK_RETURNED },
	{ "qemu", qemu, STATUS_EXPECTATION, MOCK_QEMU_ENDED },
	{ "qemu-without-effect", qemu_without_effect, STATUS_PASS, MOCK_RETURNED },
};

static void test_scenario(gconstpointer data)
{
	scenario_fail(data);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		g_autofree char *path = g_strdup_printf("/failing-arguments/%s", scenarios[i].name);

		g_test_add_data_func(path, &scenarios[i], test_scenario);
	}
	return g_test_run();
}
