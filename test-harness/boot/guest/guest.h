/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one guest, which is QEMU with firmware and the app, and returns all that it left. */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_H
#define KVMLEAF_BOOT_GUEST_GUEST_H

#include <glib.h>
#include <stdint.h>

#include "guest/console.h"
#include "qemu/firmware.h"

struct capture; /* capture.h */

/* Where the firmware keeps its variables. With STORE_NONE that is memory too, but nobody looks there. */
enum store_kind { STORE_MEMORY, STORE_FLASH, STORE_NONE };

struct guest_spec {
	const char *qemu;
	const char *accel;   /* kvm or tcg */
	const char *machine; /* QEMU machine type with its options, such as q35 */
	const char *cpu;     /* QEMU's -cpu */
	unsigned smp;
	const struct firmware *firmware;
	gboolean stores; /* the app is expected to store its report in the variable store */
	enum store_kind store;
	const char *rom;   /* path of the firmware's ROM image; NULL with STORE_FLASH, and where a guest is captured */
	const char *app;   /* path of the .efi file, which is booted directly where disk is NULL */
	const char *disk;  /* a raw disk image to boot instead; the guest uses a copy, disk.img in its folder */
	gboolean cdrom;    /* the disk is a CD */
	gboolean by_shell; /* the firmware's shell starts the app */
	gboolean disk_attached;     /* extra has the device for the disk; else it is a virtio-blk disk */
	gboolean other;             /* extra has what to boot; app and disk are not used */
	const char *arguments;      /* for the app; "" for none, so that the disk's own configuration counts */
	gboolean told_to_exit;      /* the arguments end QEMU: by its isa-debug-exit device, or as the next line says */
	gboolean told_to_power_off; /* the arguments switch the machine off, so that QEMU's status says nothing */
	const char *const *extra;   /* further QEMU options, NULL for none */
	/* A captured guest to restore with this cpu instead of a boot, or (guest_capture) to make; NULL for none. */
	const struct capture *capture;
	const char *launcher;
	const char *folder; /* must exist; command, serial.log, qemu.log, VARS.fd and report.json are written there */
	unsigned timeout;   /* seconds */
	void (*on_line)(gpointer context, const char *line); /* gets the app's console line by line; NULL for none */
	gpointer context;
};

struct guest_result {
	char *failure;     /* why the guest did not end as it should; NULL where it did */
	char *refusal;     /* why QEMU could not restore the captured guest; NULL where it could, or was not asked to */
	char *note;        /* a remark for the result's line; NULL for none */
	gboolean paused;   /* QEMU stopped the guest by itself, as it does when KVM cannot run it any further */
	gboolean returned; /* the app went back to the firmware instead of ending QEMU */
	gboolean powered_off;                     /* the app switched the machine off, as it was told to */
	gboolean told_to_exit, told_to_power_off; /* as in struct guest_spec */
	int exit_value;                           /* what the app wrote to isa-debug-exit, -1 for nothing */
	struct console console;
	gboolean from_store;         /* the report comes from the variable store, not from the console */
	char *report;                /* the report's bytes, not checked yet, and a NUL after them; NULL for none */
	gsize report_length;         /* bytes */
	uint32_t attributes;         /* of the report variable, where from_store */
	gboolean unwanted;           /* the variable store has a report although the app was told not to store one */
	gboolean has_words;          /* QEMU gave the three below: its own view of leaf 0x40000001 */
	uint32_t words[2];           /* of the first vCPU, by enum kvm_register */
	uint32_t words_differing[2]; /* the bits in which some other vCPU differs from the first */
	unsigned vcpus;              /* the number of vCPUs, by QEMU */
	gboolean has_supported;      /* supported is known */
	gboolean own_apic;           /* see oracle_own_apic() */
	uint32_t supported;          /* EAX of leaf 0x40000001 in the host's KVM_GET_SUPPORTED_CPUID */
};

/* Boots the launcher until it stops the guest, and saves the guest to the paths of spec->capture. FALSE with an error.
 */
gboolean guest_capture(const struct guest_spec *spec, GError **error);
/*
 * Runs the guest to its end. A guest that fails is a result. FALSE with an error only where the guest could not be
 * tried, as when a file cannot be written or QEMU cannot be started; *result needs no clearing then.
 */
gboolean guest_run(const struct guest_spec *spec, struct guest_result *result, GError **error);
void guest_result_clear(struct guest_result *result);

#endif
