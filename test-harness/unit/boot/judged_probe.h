/* SPDX-License-Identifier: BSD-2-Clause */
/* A probe for the made-up guest of judged.h: its part of the report, and of the console. */
#ifndef KVMLEAF_UNIT_BOOT_JUDGED_PROBE_H
#define KVMLEAF_UNIT_BOOT_JUDGED_PROBE_H

#include "unit/boot/judged.h"

/* Every feature's result by hand, from KVM's documentation, for a guest that sees what KVM
 * offers and has nothing of it enforced: what is masked works all the same, unless KVM does not offer it. */
static const char probe_text[] =
	"\"listening\":{\"kvm_answers\":true},\n\"probe\":["
	"{\"feature\":\"KVM_FEATURE_CLOCKSOURCE\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_NOP_IO_DELAY\",\"result\":\"advertised, cannot be tested here\"},"
	"{\"feature\":\"KVM_FEATURE_MMU_OP\",\"result\":\"masked and refused\"},"
	"{\"feature\":\"KVM_FEATURE_CLOCKSOURCE2\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_ASYNC_PF\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_STEAL_TIME\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_PV_EOI\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_PV_UNHALT\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_PV_TLB_FLUSH\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_ASYNC_PF_VMEXIT\",\"result\":\"masked and refused\"},"
	"{\"feature\":\"KVM_FEATURE_PV_SEND_IPI\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_POLL_CONTROL\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_PV_SCHED_YIELD\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_ASYNC_PF_INT\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_FEATURE_MSI_EXT_DEST_ID\",\"result\":\"absent\"},"
	"{\"feature\":\"KVM_FEATURE_HC_MAP_GPA_RANGE\",\"result\":\"masked and refused\"},"
	"{\"feature\":\"KVM_FEATURE_MIGRATION_CONTROL\",\"result\":\"masked and refused\"},"
	"{\"feature\":\"KVM_FEATURE_CLOCKSOURCE_STABLE_BIT\",\"result\":\"works\"},"
	"{\"feature\":\"KVM_HINTS_REALTIME\",\"result\":\"absent\"}],\n\"problems\"";

static const char probe_table[] = "Probed: KVM answers hypercalls.\n"
				  " 0  CLOCKSOURCE            works\n"
				  " 1  NOP_IO_DELAY           advertised, cannot be tested here\n"
				  " 2  MMU_OP                 masked and refused\n"
				  " 3  CLOCKSOURCE2           works\n"
				  " 4  ASYNC_PF               works\n"
				  " 5  STEAL_TIME             works\n"
				  " 6  PV_EOI                 works\n"
				  " 7  PV_UNHALT              works\n"
				  " 9  PV_TLB_FLUSH           works\n"
				  "10  ASYNC_PF_VMEXIT        masked and refused\n"
				  "11  PV_SEND_IPI            works\n"
				  "12  POLL_CONTROL           works\n"
				  "13  PV_SCHED_YIELD         works\n"
				  "14  ASYNC_PF_INT           works\n"
				  "15  MSI_EXT_DEST_ID        absent\n"
				  "16  HC_MAP_GPA_RANGE       masked and refused\n"
				  "17  MIGRATION_CONTROL      masked and refused\n"
				  "24  CLOCKSOURCE_STABLE_BIT works\n"
				  " 0  REALTIME               absent\n"
				  "KVMLEAF-END";

/* The guest was told these arguments, and probed. */
static inline void sample_probe(struct sample *sample, const char *arguments)
{
	replace(sample->report, "\"problems\"", probe_text);
	replace(sample->console, "KVMLEAF-END", probe_table);
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup(arguments);
}

#endif
