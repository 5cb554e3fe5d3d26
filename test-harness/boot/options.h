/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: each option, its values, and the commands that it goes with. None is ever ignored. */
#ifndef KVMLEAF_BOOT_OPTIONS_H
#define KVMLEAF_BOOT_OPTIONS_H

#include "settings.h"

/* Reads the command line into settings, all of which is unset; FALSE and one line for what is wrong with it. */
gboolean options_parse(struct settings *settings, int argc, char **argv, GError **error);

#endif
