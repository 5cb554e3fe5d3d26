/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds a probe to the made-up guest of judged.h: its part of the report, and of the console. */
#ifndef KVMLEAF_UNIT_FAKE_JUDGED_PROBE_H
#define KVMLEAF_UNIT_FAKE_JUDGED_PROBE_H

#include "unit/fake/judged.h"

/* The guest was given these arguments, among them --probe. */
void sample_probe(struct sample *sample, const char *arguments);

#endif
