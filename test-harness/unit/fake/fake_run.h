/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs commands of kvmleaf-boot inside the test's own process. QEMU is a program that boots nothing
 * (test-harness/checks/lib/fake-qemu); firmware, app and cases are made up in a temporary folder of the test. What the
 * command prints is kept.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_RUN_H
#define KVMLEAF_UNIT_FAKE_FAKE_RUN_H

#include <glib.h>
#include <jansson.h>

#include "base/error.h"
#include "host.h"
#include "options.h"
#include "run/run.h"

#define FAKE_QEMU "test-harness/checks/lib/fake-qemu"

/* The sizes of CODE and VARS in a 4 MiB OVMF: firmware.c requires that the two add up to 2 or 4 MiB. */
enum { FAKE_VARS_SIZE = 0x84000, FAKE_CODE_SIZE = 0x400000 - FAKE_VARS_SIZE };

struct fake_run {
	char *folder;           /* the test's temporary folder, in which all other files lie */
	char *firmware;         /* CODE:VARS */
	char *log;              /* this file gets a line for each QEMU that is started */
	struct options options; /* of the command that is running */
	struct host host;       /* of the command that is running */
	GString *said, *errors; /* what the last command wrote to standard output and to standard error */
	GError *error;          /* why the last command ended; NULL where it gave no reason */
	int status;             /* that kvmleaf-boot would have ended with */
};

void fake_init(struct fake_run *run);
void fake_clear(struct fake_run *run);

/*
 * Reads a command line without its command, words separated by blanks, and finds the parts; "@" stands for the test's
 * folder. The options that lead to the made-up QEMU, app, firmware and cache come first, so that the line can overrule
 * them. FALSE: run->error says why. Either way fake_release() is to follow.
 */
gboolean fake_parse(struct fake_run *run, const char *command, const char *line);
void fake_release(struct fake_run *run);

/* Each runs one command with its results in the folder "out", and returns its status, which is in run->status too. */
int fake_run_boot(struct fake_run *run, const char *line);
/* Of the case files in the folder "cases". */
int fake_run_cases(struct fake_run *run, const char *line);
int fake_list_cases(struct fake_run *run, const char *line);
/* What kvmleaf-boot does inside a nested host: the program's folder is "job", where cases.json must lie. */
int fake_run_nested_job(struct fake_run *run, const char *line);

/* From here to fake_hush() what is printed goes to run->said and run->errors. */
void fake_listen(struct fake_run *run);
void fake_hush(void);

/* Files of the test's folder, named relative to it. */
char *fake_path(const struct fake_run *run, const char *name);
void fake_write(const struct fake_run *run, const char *name, const char *content, gssize length);
char *fake_read(const struct fake_run *run, const char *name); /* NULL where there is no such file */
gboolean fake_exists(const struct fake_run *run, const char *name);
void fake_copy(const struct fake_run *run, const char *name, const char *to);
void fake_remove(const struct fake_run *run, const char *name);
/* Writes firmware whose variable store has the report of an earlier run, or none where old_report is NULL. */
void fake_write_firmware(const struct fake_run *run, const char *old_report);
/* Writes a case file with one case. lines: its keys apart from why and accel; cpu has a usual value. */
void fake_case(const struct fake_run *run, const char *name, const char *accel, const char *lines);

const char *fake_why(const struct fake_run *run); /* the message of run->error, or "" */
/* Each ends the test where the last command has not done so. */
void fake_assert_status(const struct fake_run *run, int expected);
void fake_assert_said(const struct fake_run *run, const char *text);
void fake_assert_not_said(const struct fake_run *run, const char *text);
void fake_assert_told(const struct fake_run *run, const char *text); /* on standard error */
void fake_assert_why(const struct fake_run *run, const char *text);
void fake_assert_file(const struct fake_run *run, const char *name, const char *text);
/* How many QEMUs were started with that text in their command line; those that only print their version don't count. */
guint fake_started(const struct fake_run *run, const char *text);

/* A file of the job that the nested host of that name was given; the test has set FAKE_JOBS to the folder "jobs". */
char *fake_job_file(const struct fake_run *run, const char *nested_host, const char *name);
/* The names of all files of that job, a line each. */
char *fake_job_list(const struct fake_run *run, const char *nested_host);
/* The cases of that job, as JSON. */
json_t *fake_job_cases(const struct fake_run *run, const char *nested_host);
/* Asserts that the job's cases have these names, which are separated by blanks. */
void fake_assert_job_cases(const struct fake_run *run, const char *nested_host, const char *names);

/*
 * Whether a command that believes to be inside a nested host would change this machine's KVM (space_ticks in
 * run/case_boot.c). Root's access() alone does not tell: sysfs refuses to open a parameter without write permission
 * (kernfs_fop_open in Linux' fs/kernfs/file.c).
 */
gboolean fake_would_space_ticks(void);

#endif
