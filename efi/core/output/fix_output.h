/* SPDX-License-Identifier: BSD-2-Clause */
/* Used only inside core/output: how a guest gets what it lacks, in the spellings of QEMU and what is built on it. */
#ifndef KVMLEAF_CORE_OUTPUT_FIX_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_FIX_OUTPUT_H

#include "core/base/text.h"
#include "core/forecast/forecast.h"

/* Five or six lines. */
void fix_table(struct text *out, const struct kvm_fix *fix);
/* An object of an array. */
void fix_json(struct text *json, const struct kvm_fix *fix);
/* QEMU's property and value, as a string. */
void fix_property_json(struct text *json, const struct kvm_fix *fix);

#endif
