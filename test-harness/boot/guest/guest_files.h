/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest gets in its folder before it runs, and what is read from there when it has ended. */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_FILES_H
#define KVMLEAF_BOOT_GUEST_GUEST_FILES_H

#include "guest/guest.h"
#include "guest/qemu_command.h"

/* Removes what an earlier run left in that folder, so that nothing of it is taken for this run's. */
gboolean guest_files_forget(const char *folder, GError **error);
/* Its own variable store without any report, whose path is in *ret_vars (NULL without flash), disk image and payload.
 */
gboolean guest_files_prepare(const struct guest_spec *spec, enum guest_mode mode, char **ret_vars, GError **error);
/* Whether there is room for what a guest writes: QEMU says nothing when its files take no more. */
gboolean guest_files_has_room(const char *folder, GError **error);
/*
 * Takes the report out of the variable store, or without one from the console, and keeps it as report.json. A store
 * that cannot be read is the guest's failure, unless it has one already. FALSE: the report could not be kept.
 */
gboolean guest_files_collect(
	const struct guest_spec *spec, const char *vars, struct guest_result *result, GError **error);

#endif
