/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which kind of confidential guest this is, or the CPU could make. Nothing is written where no leaf speaks of any kind.
 */
#ifndef KVMLEAF_CORE_OUTPUT_CONFIDENTIAL_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_CONFIDENTIAL_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds the key "confidential" to the object that is open. */
void confidential_json(struct text *json, const struct report *report);
/* One line, which also says how it limits the probe. */
void confidential_table(struct text *out, const struct report *report);

#endif
