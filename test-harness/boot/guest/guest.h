/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest: QEMU with firmware and the app, from start to end, and all that it left. */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_H
#define KVMLEAF_BOOT_GUEST_GUEST_H

#include <glib.h>
#include <stdint.h>

#include "guest/console.h"
#include "qemu/firmware.h"

struct capture; /* capture.h */

struct guest_spec {
	const char *qemu;
	const char *accel;   /* kvm or tcg */
	const char *machine; /* with its options, q35 */
	const char *cpu;     /* QEMU's -cpu */
	unsigned smp;
	const struct firmware *firmware;
	gboolean stores; /* the app is to leave its report there */
	gboolean flash;  /* a variable store in flash, which lasts; else firmware in ROM, several times faster nested */
	const char *rom; /* the ROM image where flash is FALSE */
	const char *app; /* the .efi file, booted directly where disk is NULL */
	const char *disk;         /* a raw disk image to boot instead; the guest gets a copy of its own, disk.img */
	gboolean cdrom;           /* which is a CD's */
	gboolean by_shell;        /* the firmware's shell starts the app */
	gboolean disk_attached;   /* extra has a device for the disk */
	gboolean other;           /* extra brings what to boot: neither app nor disk */
	const char *arguments;    /* for the app; "" leaves it to what the disk says */
	gboolean told_to_exit;    /* they end QEMU by its isa-debug-exit device */
	const char *const *extra; /* further QEMU options, NULL for none */
	/* A captured guest to restore with this CPU, launcher and store instead of a boot; NULL for none. */
	const struct capture *capture;
	const char *launcher;
	const char *folder; /* takes command, serial.log, qemu.log, VARS.fd, report.json; must exist */
	unsigned timeout;   /* seconds */
	void (*on_line)(gpointer context, const char *line); /* the app's console as it comes, or NULL */
	gpointer context;
};

struct guest_result {
	char *failure; /* why the guest did not come to its end, NULL when it did */
	char *refusal; /* why QEMU could not restore the captured guest; NULL where it could, or was not to. To be freed
			*/
	char *note;    /* what a reader of the result should know; NULL for nothing. To be freed */
	gboolean paused;       /* QEMU itself stopped the guest, which it does where it cannot run it any further */
	gboolean returned;     /* the app went back to the firmware instead of ending QEMU */
	gboolean told_to_exit; /* as in the guest's spec */
	int exit_value;        /* what the app wrote to isa-debug-exit, -1 for nothing */
	struct console console;
	gboolean flash;      /* the report is the store's, not the console's */
	char *report;        /* as it was found there, not yet known to be JSON; NULL for none. A NUL follows it */
	gsize report_length; /* bytes */
	uint32_t attributes; /* of the report variable, where flash */
	gboolean unwanted;   /* the store has a report, where none was to be stored */
	gboolean has_words;  /* QEMU's own view of leaf 0x40000001, by enum kvm_register */
	uint32_t words[2];
	uint32_t words_differing[2]; /* the bits that some vCPU has unlike the first */
	unsigned vcpus;              /* as many as QEMU counts */
	gboolean has_supported;      /* what the host's KVM offers for EAX of that leaf: KVM_GET_SUPPORTED_CPUID */
	uint32_t supported;
};

/* Boots the launcher up to its stop, and keeps the machine as spec->capture. */
gboolean guest_capture(const struct guest_spec *spec, GError **error);
/* FALSE only where the guest could not be tried: a file that cannot be written, a QEMU that cannot be started. */
gboolean guest_run(const struct guest_spec *spec, struct guest_result *result, GError **error);
void guest_result_clear(struct guest_result *result);

#endif
