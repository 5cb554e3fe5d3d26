/* SPDX-License-Identifier: BSD-2-Clause */
/* The running system's own CPUs, decoded as the firmware application would: CPUID may be executed in user space. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/error.h"
#include "core/judge/examine.h"
#include "core/leaves/vcpu_compare.h"
#include "report/decode.h"

#if defined(__x86_64__) || defined(__i386__)

enum { CPUS_MAX = 8192, ARCH_GET_CPUID = 0x1011 }; /* Linux: NR_CPUS_RANGE_END for x86; asm/prctl.h */

static struct cpuid_regs query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs regs = { 0 };

	(void)context;
	__cpuid_count(leaf, subleaf, regs.eax, regs.ebx, regs.ecx, regs.edx);
	return regs;
}

/* Linux can let CPUID fault for a process (arch_prctl(2)): it would end by SIGSEGV. */
static gboolean may_execute_cpuid(GError **error)
{
	if (syscall(SYS_arch_prctl, ARCH_GET_CPUID, 0) != 0)
		return TRUE; /* on, or a kernel that cannot switch it off */
	g_set_error(
		error, BOOT_ERROR, BOOT_SETUP, "CPUID is switched off for this process (arch_prctl ARCH_SET_CPUID)");
	return FALSE;
}

/* Goes to one CPU; FALSE for a CPU that went offline meanwhile, or that this process may not use. */
static gboolean run_on(int cpu)
{
	cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
	size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
	gboolean good;

	CPU_ZERO_S(size, set);
	CPU_SET_S((size_t)cpu, size, set);
	good = sched_setaffinity(0, size, set) == 0;
	CPU_FREE(set);
	return good;
}

static const struct cpuid_source this_cpu = { .query = query };

struct cpus {
	const cpu_set_t *set; /* those that this process may run on */
	size_t size;          /* of the set, in bytes */
	int first;            /* the one that is examined; the others are compared with it */
};

/* A CPU that cannot be run on is told as silent; its APIC id is not known then, its number stands for it. */
static bool compare_others(void *context, struct report *report)
{
	const struct cpus *cpus = context;

	for (int cpu = cpus->first + 1; cpu < CPUS_MAX; cpu++) {
		struct vcpu_slot slot = { .apic_id = (uint32_t)cpu };

		if (!CPU_ISSET_S((size_t)cpu, cpus->size, cpus->set))
			continue;
		report->vcpu_count++;
		if (run_on(cpu)) {
			slot.apic_id = cpuid_apic_id(&this_cpu);
			vcpus_compare(&this_cpu, report, &slot);
		}
		vcpus_collect(report, &slot);
	}
	return true;
}

/* Goes to the first of the CPUs; FALSE where there is none. */
static gboolean run_on_first(struct cpus *cpus)
{
	for (cpus->first = 0; cpus->first < CPUS_MAX; cpus->first++)
		if (CPU_ISSET_S((size_t)cpus->first, cpus->size, cpus->set) && run_on(cpus->first))
			return TRUE;
	return FALSE;
}

static struct report *examine_cpus(const cpu_set_t *set, size_t size, GError **error)
{
	struct cpus cpus = { .set = set, .size = size };
	const struct examination examination = { .cpu = &this_cpu, .compare_vcpus = compare_others, .context = &cpus };
	struct report *report;

	if (!run_on_first(&cpus)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "this process cannot be moved to any CPU: %s",
			g_strerror(errno));
		return NULL;
	}
	report = g_new0(struct report, 1);
	report->source = SOURCE_USER;
	(void)examine(&examination, report);
	(void)sched_setaffinity(0, size, set);
	return report;
}

struct report *decode_here(GError **error)
{
	cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
	size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
	struct report *report = NULL;

	CPU_ZERO_S(size, set);
	if (sched_getaffinity(0, size, set) != 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "the CPUs of this process cannot be read: %s",
			g_strerror(errno));
	else if (may_execute_cpuid(error))
		report = examine_cpus(set, size, error);
	CPU_FREE(set);
	return report;
}

#else

struct report *decode_here(GError **error)
{
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "this computer's CPU has no CPUID instruction");
	return NULL;
}

#endif
