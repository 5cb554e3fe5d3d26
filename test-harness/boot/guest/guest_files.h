/* SPDX-License-Identifier: BSD-2-Clause */
/* The files in a guest's folder: those it is given before it runs, and those that are read after its end. */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_FILES_H
#define KVMLEAF_BOOT_GUEST_GUEST_FILES_H

#include "guest/guest.h"
#include "guest/qemu_command.h"

/* Inside a nested host: the parameters that KVM's modules had for the guest. Other files are named in guest_files.c. */
#define GUEST_KVM_PARAMETERS "kvm-parameters"

/* Removes the files of an earlier run from the folder, so that none is mistaken for this run's. FALSE with BOOT_SETUP.
 */
gboolean guest_files_forget(const char *folder, GError **error);
/*
 * Makes the guest's copies of the variable store, without any report, and of the disk image, and the payload disk.
 * *ret_vars is the path of the store, to be freed, and is left alone with STORE_NONE. FALSE with an error.
 */
gboolean guest_files_prepare(const struct guest_spec *spec, enum guest_mode mode, char **ret_vars, GError **error);
/* Whether the folder's file system has space left: QEMU gives no error when it cannot write its files. */
gboolean guest_files_has_room(const char *folder, GError **error);
/*
 * Sets the result's report from the variable store vars, or from the console where result->from_store is FALSE, and
 * writes it to report.json. A store that cannot be read becomes the guest's failure, unless it has one. FALSE with an
 * error where report.json cannot be written.
 */
gboolean guest_files_collect(
	const struct guest_spec *spec, const char *vars, struct guest_result *result, GError **error);

#endif
