#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A captured guest that is damaged or half there is noticed and made anew, never used; a sound one is used as it is.
. test-harness/checks/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# passes NAME: the case passes, restored from the one captured guest of this cache, whose inode is left in made.
passes() {
	"$boot" --cache "$scratch/cache" --case tcg --out "$scratch/out" >"$scratch/tap" 2>&1
	local status=$?
	guest=$(echo "$scratch"/cache/guest-*)
	made=$(stat -c %i "$guest")
	grep -q "'-incoming' 'defer'" "$scratch/out/tcg/command" && [ "$status" -eq 0 ] && [ -d "$guest" ]
	report $? "$1" "$(cat "$scratch/tap")"
}

passes "a capture is made"
first=$made
passes "a sound one serves again"
[ "$made" = "$first" ]
report $? "and is the same one"

# damaged NAME: the case passes all the same, with another capture than the one before.
damaged() {
	local before=$made
	passes "$1: passes all the same"
	[ "$made" != "$before" ]
	report $? "$1: made anew"
}
printf 'x' | dd of="$guest/ram" bs=1 seek=1048576 conv=notrunc status=none
damaged "a byte of memory changed"
truncate -s 100000 "$guest/stream"
damaged "a stream cut short"
rm "$guest/sum"
damaged "a capture that was never finished"
rm "$guest/vars"
damaged "a capture without its variable store"

printf '#!/bin/sh\nexec qemu-system-x86_64 "$@"\n' >"$scratch/other-qemu"
chmod +x "$scratch/other-qemu"
"$boot" --cache "$scratch/cache" --case tcg --out "$scratch/out" --qemu "$scratch/other-qemu" >"$scratch/tap" 2>&1 &&
	[ "$(find "$scratch/cache" -maxdepth 1 -name 'guest-*' | wc -l)" -eq 2 ]
report $? "another QEMU gets a capture of its own" "$(cat "$scratch/tap"; ls "$scratch/cache")"
plan
