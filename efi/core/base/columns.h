/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The widths of the console table, in characters. Each column's width includes the space that separates it from the
 * next. A line has at most 79 characters: many 80-column terminals wrap a line that fills the last column.
 */
#ifndef KVMLEAF_CORE_BASE_COLUMNS_H
#define KVMLEAF_CORE_BASE_COLUMNS_H

enum {
	LINE_COLUMNS = 79,

	/* A row of the feature table: register, bit number, "yes" or "-", name, QEMU's property, meaning. */
	COLUMN_REGISTER = 4,
	COLUMN_BIT = 3,
	COLUMN_STATE = 4,
	COLUMN_NAME = 23,
	COLUMN_QEMU = 20,
	COLUMN_MEANING = LINE_COLUMNS - COLUMN_REGISTER - COLUMN_BIT - COLUMN_STATE - COLUMN_NAME - COLUMN_QEMU,

	/* A row of the probe's table: register, bit number, name, result with its reason in parentheses. */
	COLUMN_RESULT = LINE_COLUMNS - COLUMN_REGISTER - COLUMN_BIT - COLUMN_NAME,

	/* A block's line: base, signature in quotation marks, hypervisor, maximum leaf. */
	COLUMN_BASE = 12,
	COLUMN_SIGNATURE = 16,
	COLUMN_HYPERVISOR = 24,
};

#endif
