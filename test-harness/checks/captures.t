#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A captured guest or nested host that is damaged or half there is noticed and made anew, never used; a sound one is
# used as it is.
. test-harness/checks/lib/lib.sh
boot_answers
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# passes NAME KIND CASE: the case passes, with the one capture of this kind in this cache, whose inode is left in made.
passes() {
	"$boot" --cache "$scratch/cache" --case "$3" --out "$scratch/out, there" >"$scratch/tap" 2>&1
	local status=$?
	kept=$(echo "$scratch"/cache/"$2"-*)
	made=$(stat -c %i "$kept")
	grep -q "'-incoming' 'defer'" "$scratch/out, there/$3/command" && [ "$status" -eq 0 ] && [ -d "$kept" ]
	report $? "$1" "$(cat "$scratch/tap")"
}

# damaged NAME KIND CASE: the case passes all the same, with another capture than the one before.
damaged() {
	local before=$made
	passes "$1: passes all the same" "$2" "$3"
	[ "$made" != "$before" ]
	report $? "$1: made anew"
}

passes "a captured guest is made" guest tcg
first=$made
passes "a sound one serves again" guest tcg
[ "$made" = "$first" ]
report $? "and is the same one"
cp -p "$kept/ram" "$scratch/ram" && cp -p "$scratch/ram" "$kept/ram"
passes "one that was copied serves too" guest tcg
[ "$made" = "$first" ]
report $? "and is the same one, since its content is"
touch -r "$kept/ram" "$scratch/time"
printf 'x' | dd of="$kept/ram" bs=1 seek=1048576 conv=notrunc status=none
touch -r "$scratch/time" "$kept/ram"
damaged "a byte of memory changed, and the file's time put back" guest tcg
truncate -s 100000 "$kept/stream"
damaged "a stream cut short" guest tcg
rm "$kept/sum"
damaged "a capture that was never finished" guest tcg
rm "$kept/vars"
damaged "a capture without its variable store" guest tcg

# The nested host's own capture, where there is a nested host.
if [ "$("$boot" --best-accel)" = nested ]; then
	passes "a captured nested host is made" host kvm-host
	first=$made
	passes "a sound one serves again" host kvm-host
	[ "$made" = "$first" ]
	report $? "and is the same one"
	printf 'x' | dd of="$kept/ram" bs=1 seek=33554432 conv=notrunc status=none
	damaged "a byte of its memory changed" host kvm-host
else
	skip "a captured nested host" "this machine has KVM of its own"
fi

printf '#!/bin/sh\nexec qemu-system-x86_64 "$@"\n' >"$scratch/other-qemu"
chmod +x "$scratch/other-qemu"
"$boot" --cache "$scratch/cache" --case tcg --out "$scratch/out, there" --qemu "$scratch/other-qemu" >"$scratch/tap" 2>&1 &&
	[ "$(find "$scratch/cache" -maxdepth 1 -name 'guest-*' | wc -l)" -eq 2 ]
report $? "another QEMU gets a capture of its own" "$(cat "$scratch/tap"; ls "$scratch/cache")"
plan
