#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# README's tables are the program's own.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# in_readme NAME FILE: the file has lines, and each of them stands in README.md.
in_readme() {
	local absent
	absent=$(grep -vxFf README.md "$2")
	[ -s "$2" ] && [ -z "$absent" ]
	report $? "$1" "$absent"
}

"$boot" --features >"$scratch/features"
report $? "--features prints the feature table"
in_readme "the feature table stands in README" "$scratch/features"
sed -n 's/^EXIT_STATUS([A-Z_]*, *\(0x[0-9a-f]*\), *"\([a-z-]*\)", *\(EFI_[A-Z_]*\), *"\(.*\)")$/\1 \2 \3 \4/p' \
	include/kvmleaf/exit_status.def | while read -r value name efi meaning; do
	echo "| \`$name\` | $value | $(((value << 1) | 1)) | $efi | $meaning |"
done >"$scratch/statuses"
in_readme "the exit table stands in README" "$scratch/statuses"
# Every key of a case file is described, and no other.
sed -nE 's/^CASE_(KEY|EXPECTATION)\([a-z_]*, *"([a-z-]*)".*/\2/p' test-harness/boot/cases/case_keys.def | sort >"$scratch/keys"
sed -n '/^| key | value |/,/^$/p' test-harness/cases/README.md | sed '1,2d' | cut -d '|' -f 2 | grep -o '[a-z-]*' |
	sort >"$scratch/described"
[ -s "$scratch/keys" ] && cmp -s "$scratch/keys" "$scratch/described"
report $? "cases/README.md describes the keys of a case" "$(diff "$scratch/keys" "$scratch/described")"
plan
