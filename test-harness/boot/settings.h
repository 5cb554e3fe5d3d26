/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command line asked for, and the paths that follow from it. */
#ifndef KVMLEAF_BOOT_SETTINGS_H
#define KVMLEAF_BOOT_SETTINGS_H

#include <glib.h>

#include "qemu/firmware.h"

struct settings {
	char *accel; /* auto, kvm, nested or tcg */
	char *qemu, *firmware_option, *app, *launcher, *trial, *disk, *cpu, *cases, *cache, *nested, *images, *captured,
		*unknown, *junit, *rerun, *shard, *machine, *require, *forbid, *libvirt, *out, *read, *decode, *diff,
		*diff_with;
	char **globs;     /* --case */
	char **arguments; /* what follows --, for the app */
	int jobs, smp;
	int random, seed;                  /* so many random masks, drawn from that seed */
	unsigned shard_index, shard_count; /* from 0 */
	int timeout;                       /* seconds for one guest */
	int nested_silence;                /* seconds that a nested host may say nothing */
	int deadline;                      /* and for the whole run; 0: as many as its guests may take together */
	gboolean list, keep, cold, require_kvm, no_skip, fail_fast, best_accel, features, version, json, raw;

	gboolean one_boot;  /* no cases, and nothing but a boot */
	gboolean own_cases; /* --cases: the user's files alone, none made from the feature table */
	gboolean inside;    /* this program runs in the nested host, which another has prepared */
	char *home;         /* the folder of this program */
	char *own_cache;    /* a cache that goes with the run, NULL where one lasts */
	struct firmware *firmware;
};

/* Reads the command line; FALSE and one line for what is wrong with it. */
gboolean settings_parse(struct settings *settings, int argc, char **argv, GError **error);
/* Finds QEMU, firmware and the app. */
gboolean settings_find_parts(struct settings *settings, GError **error);
void settings_clear(struct settings *settings);

#endif
