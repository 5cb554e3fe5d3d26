/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/timing.h"

#include "firmware/console.h"
#include "firmware/cpu.h"

void timing_begin(const struct firmware *firmware)
{
	firmware->work->timing = (struct timing){ .since = cpu_tsc() };
}

void timing_end(const struct firmware *firmware, enum phase phase)
{
	struct timing *timing = &firmware->work->timing;
	uint64_t now = cpu_tsc();

	timing->ticks[phase] += now - timing->since;
	timing->since = now;
}

void timing_line(const struct firmware *firmware, struct text *out)
{
	static const char *const names[PHASE_COUNT] = {
		[PHASE_ARGUMENTS] = " arguments=",
		[PHASE_VCPU] = " vcpu=",
		[PHASE_OTHERS] = " others=",
		[PHASE_PROBE] = " probe=",
		[PHASE_STORE] = " store=",
		[PHASE_SAVE] = " save=",
		[PHASE_TABLE] = " table=",
	};
	const struct timing *timing = &firmware->work->timing;

	if (!firmware->work->arguments.timing)
		return;
	/* What is still in the buffer belongs to the table. */
	console_print(firmware, out);
	timing_end(firmware, PHASE_TABLE);
	text_string(out, "KVMLEAF-TIMING");
	for (int phase = 0; phase < PHASE_COUNT; phase++) {
		text_string(out, names[phase]);
		text_decimal(out, timing->ticks[phase]);
	}
	text_string(out, " cpuid=");
	text_decimal(out, timing->queries);
	text_string(out, "\r\n");
}
