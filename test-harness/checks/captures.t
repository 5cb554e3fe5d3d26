#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kvmleaf-boot keeps the memory of a booted guest or nested host (a capture) in its cache. A damaged or incomplete
# capture is noticed and made again, never used; an intact one is used as it is.
. test-harness/checks/lib/lib.sh
boot_answers

# passes NAME KIND CASE: the case passes, restored from the only capture of this kind in the cache. Leaves the folder of
# the capture in $capture and its inode in $made.
passes() {
	"$boot" cases --cache "$scratch/cache" "$3" --out "$scratch/out, there" >"$scratch/tap" 2>&1
	local status=$?
	capture=$(echo "$scratch"/cache/"$2"-*)
	made=$(stat -c %i "$capture")
	grep -q "'-incoming' 'defer'" "$scratch/out, there/$3/command" && [ "$status" -eq 0 ] && [ -d "$capture" ]
	report $? "$1" "$(cat "$scratch/tap")"
}

# damaged NAME KIND CASE: the case still passes, with another capture than the one before.
damaged() {
	local before=$made
	passes "$1: the case still passes" "$2" "$3"
	[ "$made" != "$before" ]
	report $? "$1: the capture is made again"
}

passes "a captured guest is made" guest tcg
first=$made
passes "an intact capture is used again" guest tcg
[ "$made" = "$first" ]
report $? "and the cache still has the same folder"
cp -p "$capture/ram" "$scratch/ram" && cp -p "$scratch/ram" "$capture/ram"
passes "a capture whose memory file was copied is used too" guest tcg
[ "$made" = "$first" ]
report $? "and the cache still has the same folder, since the content is the same"
touch -r "$capture/ram" "$scratch/time"
printf 'x' | dd of="$capture/ram" bs=1 seek=1048576 conv=notrunc status=none
touch -r "$scratch/time" "$capture/ram"
damaged "a changed byte of memory, with the file's old time" guest tcg
truncate -s 100000 "$capture/stream"
damaged "a truncated migration stream" guest tcg
rm "$capture/sum"
damaged "a capture that was never finished" guest tcg
rm "$capture/store"
damaged "a capture without its variable store" guest tcg

# The capture of the nested host, on machines that use one.
if [ "$("$boot" host accelerator)" = nested ]; then
	passes "a captured nested host is made" host kvm-host
	first=$made
	passes "an intact capture is used again" host kvm-host
	[ "$made" = "$first" ]
	report $? "and the cache still has the same folder"
	printf 'x' | dd of="$capture/ram" bs=1 seek=33554432 conv=notrunc status=none
	damaged "a changed byte of the host's memory" host kvm-host
else
	skip "a captured nested host" "this machine has KVM of its own"
fi

printf '#!/bin/sh\nexec qemu-system-x86_64 "$@"\n' >"$scratch/other-qemu"
chmod +x "$scratch/other-qemu"
"$boot" cases --cache "$scratch/cache" tcg --out "$scratch/out, there" --qemu "$scratch/other-qemu" >"$scratch/tap" 2>&1 &&
	[ "$(find "$scratch/cache" -maxdepth 1 -name 'guest-*' | wc -l)" -eq 2 ]
report $? "another QEMU gets a capture of its own" "$(cat "$scratch/tap"; ls "$scratch/cache")"
plan
