/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/confidential.h"

#include "core/base/text.h"

/* Bits of EAX of leaf 0x8000001f. */
enum { HAS_SEV = 1 << 1, HAS_SEV_ES = 1 << 3, HAS_SNP = 1 << 4 };

bool confidential_is_tdx(const struct cpuid_regs *tdx)
{
	/* Text in the order of leaf 0's vendor: EBX, EDX, ECX. Hypervisors' signatures are in EBX, ECX, EDX. */
	const uint32_t words[] = { tdx->ebx, tdx->edx, tdx->ecx };

	return bytes_equal(words, "IntelTDX    ", sizeof(words));
}

bool confidential_has_sev(const struct cpuid_regs *sev)
{
	return (sev->eax & (HAS_SEV | HAS_SEV_ES | HAS_SNP)) != 0;
}

/*
 * Hyper-V tells a guest how it is isolated from its host: leaf 0x4000000c EBX[3:0], where leaf 0x40000003 EBX[22] is
 * set (Microsoft's Hypervisor TLFS, 2.4; Linux ms_hyperv_init_platform()). Where a paravisor stands between the two,
 * which handles what only a confidential guest must do, an SNP or TDX guest shows nothing else.
 */
static enum confidential isolation_of(const struct report *report)
{
	enum { FEATURES = 0x03, HAS_ISOLATION = 1 << 22, ISOLATION = 0x0c, TYPE = 0xf };
	static const enum confidential kinds[TYPE + 1] = {
		[1] = CONFIDENTIAL_VBS, [2] = CONFIDENTIAL_SNP, [3] = CONFIDENTIAL_TDX
	};

	for (size_t i = 0; i < report->block_count; i++) {
		const struct block *block = &report->blocks[i];
		const struct leaf *features = report_leaf(report, block->base + FEATURES);
		const struct leaf *isolation = report_leaf(report, block->base + ISOLATION);

		if (block->hyperv_interface && features != NULL && (features->regs.ebx & HAS_ISOLATION) &&
			isolation != NULL)
			return kinds[isolation->regs.ebx & TYPE];
	}
	return CONFIDENTIAL_NONE;
}

void confidential_decode(struct report *report)
{
	const struct leaf *tdx = report_leaf(report, LEAF_TDX);
	const struct leaf *sev = report_leaf(report, (uint32_t)LEAF_SEV);
	struct confidential_state *state = &report->confidential;
	enum confidential isolation = isolation_of(report);

	if (isolation != CONFIDENTIAL_NONE)
		*state = (struct confidential_state){
			.supported = (uint8_t)(1 << isolation), .knows_active = true, .active = isolation
		};
	if (tdx != NULL && confidential_is_tdx(&tdx->regs))
		*state = (struct confidential_state){
			.supported = 1 << CONFIDENTIAL_TDX, .knows_active = true, .active = CONFIDENTIAL_TDX
		};
	if (sev == NULL)
		return;
	if (sev->regs.eax & HAS_SEV)
		state->supported |= 1 << CONFIDENTIAL_SEV;
	if (sev->regs.eax & HAS_SEV_ES)
		state->supported |= 1 << CONFIDENTIAL_SEV_ES;
	if (sev->regs.eax & HAS_SNP)
		state->supported |= 1 << CONFIDENTIAL_SNP;
}
