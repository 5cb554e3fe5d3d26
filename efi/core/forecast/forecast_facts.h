/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rules of the forecast depend on, as one set of bits. */
#ifndef KVMLEAF_CORE_FORECAST_FORECAST_FACTS_H
#define KVMLEAF_CORE_FORECAST_FORECAST_FACTS_H

#include <stdint.h>

#include "core/report/report.h"

/* The low half of a set has the feature bits of EAX, at the positions of kvm_abi.def. */
enum forecast_fact {
	FORECAST_FACTS_FIRST = 31,
#define FORECAST_FACT(name) FORECAST_FACT_##name,
#include "core/forecast/forecast_facts.def"
	FORECAST_FACTS_END
};

/* The feature bits are those that a Linux guest finds: none where it does not find KVM. */
uint64_t forecast_facts(const struct report *report);

#endif
