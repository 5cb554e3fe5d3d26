/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of confidential guest this is or could be, for the report's outputs; nothing where no leaf tells of any. */
#ifndef KVMLEAF_CORE_OUTPUT_CONFIDENTIAL_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_CONFIDENTIAL_OUTPUT_H

#include "core/report/report.h"
#include "core/base/text.h"

/* The document's "confidential". */
void confidential_json(struct text *json, const struct report *report);
/* One line, with what it means for the probe. */
void confidential_table(struct text *out, const struct report *report);

#endif
