/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's last messages on kernels whose KVM refuses something, for cases that ask for it and for cases that do not. */
#include "cases/kvm_limits.h"

#include <string.h>

/* QEMU 7.2's target/i386/kvm/kvm.c, kvm_buf_set_msrs and kvm_init of accel/kvm/kvm-all.c in QEMU 9. */
#define MSR_12                                                                                                         \
	"QEMU was killed by signal 6: qemu-system-x86_64: error: failed to set MSR 0x12 to 0x0\nqemu-system-x86_64: "  \
	"kvm_buf_set_msrs: failed"
#define MSR_11 "QEMU was killed by signal 6: qemu-system-x86_64: error: failed to set MSR 0x11 to 0x0"
#define MSR_OTHER "QEMU was killed by signal 6: qemu-system-x86_64: error: failed to set MSR 0x123 to 0x0"
#define NO_APIC                                                                                                        \
	"QEMU did not start: QEMU closed its QMP socket: qemu-system-x86_64: KVM does not support userspace APIC"
#define NO_ENTRY "QEMU stopped the guest: internal-error (KVM: entry failed, hardware error 0x7)"
#define ENFORCED ",kvm-pv-enforce-cpuid=on"

static const struct {
	const char *cpu, *machine, *failure, *words;
} rows[] = {
	{ "host,-kvmclock" ENFORCED, "q35", MSR_12, "enforce" },
	{ "host,-kvmclock" ENFORCED, "q35", MSR_11, "enforce" },
	{ "host,kvmclock=off,+kvm-pv-enforce-cpuid", "q35", MSR_12, "enforce" },
	{ "host" ENFORCED ",kvmclock=off", "q35", MSR_11, "enforce" },
	/* It is a failure where the MSR is another one, the mask is not enforced, or the clock is not masked. */
	{ "host,-kvmclock" ENFORCED, "q35", MSR_OTHER, NULL },
	{ "host,-kvmclock", "q35", MSR_12, NULL },
	{ "host" ENFORCED, "q35", MSR_12, NULL },
	{ "host,kvmclock=on" ENFORCED, "q35", MSR_11, NULL },
	{ "host,-kvmclock-stable-bit" ENFORCED, "q35", MSR_12, NULL },
	{ "host,-kvmclock" ENFORCED, "q35", "QEMU closed its QMP socket", NULL },
	{ "host,-kvmclock" ENFORCED, "q35", "", NULL },
	/* The same words printed by the guest do not count. */
	{ "host,-kvmclock" ENFORCED, "q35", "no end within 9 s; RIP unknown; last on the console: \"" MSR_12 "\"",
		NULL },
	{ "host,-kvmclock" ENFORCED, "q35", NULL, NULL },
	{ "host,-kvmclock" ENFORCED, "q35", NO_APIC, NULL },
	{ "host", "q35,kernel-irqchip=off", NO_APIC, "APIC" },
	{ "host", "q35,kernel-irqchip=split", NO_APIC, NULL },
	{ "host", "q35", NO_APIC, NULL },
	{ "host", "q35,kernel-irqchip=off", MSR_12, NULL },
	{ "host", "q35,kernel-irqchip=off", NULL, NULL },
};

/* kvm-parameters, failure, and words of the reason. */
static const char *const entries[][3] = {
	{ "kvm_intel.enable_apicv=1", NO_ENTRY, "APICv" },
	{ "kvm_intel.ept=1 kvm_intel.enable_apicv=1", NO_ENTRY, "APICv" },
	{ "kvm_intel.enable_apicv=0", NO_ENTRY, NULL },
	{ "kvm_intel.enable_apicv=1", "QEMU stopped the guest: internal-error", NULL },
	{ NULL, NO_ENTRY, NULL },
};

static void test_entries(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
		struct boot_case *boot_case = case_new("made-up");
		const char *reason;

		boot_case->cpu = g_strdup("host");
		boot_case->kvm_parameters = g_strdup(entries[i][0]);
		reason = kvm_limit_of(boot_case, entries[i][1]);
		g_assert_cmpint(reason != NULL, ==, entries[i][2] != NULL);
		g_assert_true(reason == NULL || strstr(reason, entries[i][2]) != NULL);
		case_free(boot_case);
	}
}

static void test_limits(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct boot_case *boot_case = case_new("made-up");
		const char *reason;

		g_test_message("%s, %s: %s", rows[i].cpu, rows[i].machine, rows[i].failure);
		boot_case->cpu = g_strdup(rows[i].cpu);
		g_free(boot_case->machine);
		boot_case->machine = g_strdup(rows[i].machine);
		reason = kvm_limit_of(boot_case, rows[i].failure);
		if (rows[i].words == NULL)
			g_assert_null(reason);
		else
			g_assert_true(reason != NULL && strstr(reason, rows[i].words) != NULL);
		case_free(boot_case);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kvm-limits/limits", test_limits);
	g_test_add_func("/kvm-limits/entries", test_entries);
	return g_test_run();
}
