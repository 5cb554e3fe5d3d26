/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of made-up machines, a run of the app's variable_store(), and what is in the store afterwards. */
#ifndef KVMLEAF_UNIT_STORE_STORED_H
#define KVMLEAF_UNIT_STORE_STORED_H

#include <glib.h>
#include <string.h>

/* limits.h has a macro of this name, and firmware.h a constant. */
#undef LINE_MAX
#include "firmware/variable.h"
#include "unit/store/edk2_store.h"

enum { LEVELS_MAX = 8 };

/* A report as it is stored, with less or more detail. */
struct level {
	char *json;
	size_t length;
};

/* A machine's report, with all its detail first. */
struct reports {
	struct report report;
	struct level levels[LEVELS_MAX];
	size_t count;
};

/* A machine with KVM and as many blocks of other hypervisors as that. */
void reports_init(struct reports *reports, unsigned blocks);
/* Fills the levels from the report. */
void reports_levels(struct reports *reports);

/* Runs variable_store() as one boot of that machine does. */
struct variable_result stored_run(struct edk2_store *edk2, const struct reports *reports);

/* The longest level that SetVariable() takes on a copy of the store: each is tried. NULL where it takes none. */
const struct level *stored_best(const struct edk2_store *edk2, const struct reports *reports);

/* Whether the harness's reader of variable stores finds these bytes, with the attributes of a report. */
gboolean stored_is(const struct edk2_store *edk2, const struct level *level);
void assert_stored(const struct edk2_store *edk2, const struct level *level);

#endif
