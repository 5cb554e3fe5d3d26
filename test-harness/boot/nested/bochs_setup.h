/* SPDX-License-Identifier: BSD-2-Clause */
/* What there is of Bochs on this machine, and how it is told what to emulate. */
#ifndef KVMLEAF_BOOT_NESTED_BOCHS_SETUP_H
#define KVMLEAF_BOOT_NESTED_BOCHS_SETUP_H

#include <glib.h>

struct bochs_setup {
	char *bios, *vga_bios; /* ROM images */
	char *model;           /* a CPU model with VMX */
	gboolean has_debugger; /* then it waits for a command before it starts */
};

/* The files of one run. */
struct bochs_files {
	const char *folder;  /* takes Bochs' logs and what the serial ports send */
	const char *system;  /* the CD that is booted */
	const char *archive; /* the second CD */
	const char *results; /* the disk */
};

/* FALSE, and one line, for what is missing. Clear the setup either way. */
gboolean bochs_setup_find(struct bochs_setup *setup, GError **error);
void bochs_setup_clear(struct bochs_setup *setup);
/* The text of Bochs' configuration file; NULL and one line where a file's name cannot stand in it. */
char *bochs_setup_text(const struct bochs_setup *setup, const struct bochs_files *files, GError **error);

#endif
