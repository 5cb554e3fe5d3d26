/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the parts of Bochs that are installed, and writes its configuration. */
#ifndef KVMLEAF_BOOT_NESTED_BOCHS_SETUP_H
#define KVMLEAF_BOOT_NESTED_BOCHS_SETUP_H

#include <glib.h>

struct bochs_setup {
	char *bios, *vga_bios; /* ROM images */
	char *model;           /* a CPU model with VMX */
	char *version;         /* as in "3.0" */
	gboolean has_debugger; /* it was built with its debugger, which waits for a command before it starts the machine
				*/
};

/* The files of one run. */
struct bochs_files {
	const char *folder;  /* Bochs' logs and the serial ports' output go there */
	const char *system;  /* the CD that is booted */
	const char *archive; /* the second CD */
	const char *results; /* the disk */
};

/* FALSE with BOOT_SETUP for what is missing. The setup must be cleared even then. */
gboolean bochs_setup_find(struct bochs_setup *setup, GError **error);
void bochs_setup_clear(struct bochs_setup *setup);
/* The text of Bochs' configuration file, to be freed; NULL with BOOT_SETUP where it cannot express a file's name. */
char *bochs_setup_text(const struct bochs_setup *setup, const struct bochs_files *files, GError **error);

#endif
