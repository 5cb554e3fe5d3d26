#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints the firmware that kvmleaf-boot takes as CODE:VARS, two raw files, for scripts that start QEMU themselves or read
# the variable store. Some distributions describe firmware in qcow2 files: these are converted into FOLDER.
#
#   raw-firmware.sh KVMLEAF-BOOT FOLDER
set -eu
boot=$1
folder=$2
pair=$("$boot" host firmware)

# raw FILE: prints that file, or the raw file that is made of it.
raw() {
	case $1 in
	*.qcow2)
		converted=$folder/$(basename "$1" .qcow2).fd
		qemu-img convert -O raw "$1" "$converted"
		echo "$converted"
		;;
	*) echo "$1" ;;
	esac
}

code=$(raw "${pair%%:*}")
vars=$(raw "${pair#*:}")
echo "$code:$vars"
