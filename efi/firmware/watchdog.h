/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's watchdog, which resets the machine when it is not armed again in time. It ends a hang on a machine
 * that nobody watches. It cannot end one with interrupts off where the firmware counts its timer interrupts (EDK2,
 * MdeModulePkg/Universal/WatchdogTimerDxe), nor one in U-Boot, which looks at its watchdog only when it is called.
 */
#ifndef KVMLEAF_FIRMWARE_WATCHDOG_H
#define KVMLEAF_FIRMWARE_WATCHDOG_H

#include "firmware/firmware.h"

/*
 * The bound for each part of a run: five minutes, which is what the UEFI specification (3.1.2) has a boot manager give
 * a boot option. The slowest part known, a probe in a nested guest, takes seconds, and a silent vCPU is awaited for
 * ten.
 */
enum { WATCHDOG_SECONDS = 300 };

/*
 * Arms the watchdog anew, before each part of a run and each second while a key is awaited. A firmware without one is a
 * problem in the report.
 */
void watchdog_arm(const struct firmware *firmware);

/*
 * Switches the watchdog off, for the return to what started the app. A boot manager does so itself then (UEFI
 * specification, 3.1.2; EDK2's EfiBootManagerBoot()), and arms it for the next boot option. The UEFI shell does not: it
 * switches the watchdog off when it starts (EDK2, ShellPkg/Application/Shell/Shell.c), and would be reset by one that a
 * program has left armed.
 */
void watchdog_disarm(const struct firmware *firmware);

#endif
