/* SPDX-License-Identifier: BSD-2-Clause */
/* Used only inside core/probe: what the host offers without any feature bit, and what the CPU's own MSRs say. */
#ifndef KVMLEAF_CORE_PROBE_PROBE_FACTS_H
#define KVMLEAF_CORE_PROBE_PROBE_FACTS_H

#include "core/probe/probe_steps.h"

/* Fills the members of session->probe that belong to no feature. Not for TDX guests, where an MSR may end the machine.
 */
void probe_facts(struct probe_session *session);

#endif
