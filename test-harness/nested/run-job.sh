#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs a job in the nested host, booted afresh:
#
#   run-job.sh FOLDER SECONDS
#
# FOLDER/run is executed in a copy of FOLDER; what it leaves in out/ comes back to FOLDER/out.
set -eu
folder=$1
seconds=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

port() { echo "-chardev file,id=$1,path=$scratch/$1 -device virtserialport,chardev=$1,name=$1"; }

tar -cf "$scratch/job.tar" -C "$folder" .
# shellcheck disable=SC2046 # several words each
timeout "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu EPYC,+svm,+npt -machine q35 -m 1024 -nodefaults \
	-display none -no-reboot -kernel build/nested/vmlinux -initrd build/nested/initrd.cpio \
	-append "console=ttyS0 panic=-1 mitigations=off nokaslr quiet rcupdate.rcu_expedited=1" \
	-drive "if=none,id=job,format=raw,readonly=on,file=$scratch/job.tar" -device virtio-blk-pci,drive=job \
	-device virtio-serial-pci $(port stdout) $(port stderr) $(port results) -serial "file:$scratch/log" 2>/dev/null || {
	echo "the nested host did not end in time; its last words:"
	tail -n 5 "$scratch/log" "$scratch/stderr"
	exit 1
} >&2
cat "$scratch/stderr" >&2
mkdir -p "$folder/out"
tar -xf "$scratch/results" -C "$folder/out"
exit "$(cat "$folder/out/status")"
