#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Boots the nested host and runs a job in it:
#
#   run-job.sh FOLDER SECONDS
#
# FOLDER/run is executed in a copy of FOLDER. What it leaves in out/ is copied to FOLDER/out, and its status is the status
# of this script. Up to four attempts are made, since a busy guest can crash QEMU (nested/init says why) or hang.
set -eu
folder=$1
seconds=$2
attempts=4
nested=${KVMLEAF_BUILD:-build}/nested
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

port() { echo "-chardev file,id=$1,path=$scratch/$1 -device virtserialport,chardev=$1,name=$1"; }

attempt() {
	# shellcheck disable=SC2046 # several words each
	timeout "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu EPYC,+svm,+npt -machine q35 -m 1024 -nodefaults \
		-display none -no-reboot -kernel "$nested/vmlinux" -initrd "$nested/initrd.cpio" \
		-append "console=ttyS0 panic=-1 mitigations=off nokaslr quiet rcupdate.rcu_expedited=1" \
		-drive "if=none,id=job,format=raw,readonly=on,file=$scratch/job.tar" -device virtio-blk-pci,drive=job \
		-device virtio-serial-pci $(port stdout) $(port stderr) $(port results) -serial "file:$scratch/log" \
		>"$scratch/qemu" 2>&1
}

tar -cf "$scratch/job.tar" -C "$folder" .
until attempt; do
	echo "the nested host did not come to its end; its last words:" >&2
	tail -n 3 "$scratch/qemu" "$scratch/log" "$scratch/stderr" | sed 's/^/  /' >&2
	attempts=$((attempts - 1))
	[ "$attempts" -gt 0 ] || exit 1
done
cat "$scratch/stderr" >&2
mkdir -p "$folder/out"
tar -xf "$scratch/results" -C "$folder/out"
exit "$(cat "$folder/out/status")"
