#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The tables in README are those that the program and the headers define.
. test-harness/checks/lib/lib.sh

# in_readme NAME FILE: the file is not empty, and README.md has each of its lines.
in_readme() {
	local absent
	absent=$(grep -vxFf README.md "$2")
	[ -s "$2" ] && [ -z "$absent" ]
	report $? "$1" "$absent"
}

"$boot" --features >"$scratch/features"
report $? "--features prints the feature table"
in_readme "README has the feature table" "$scratch/features"
sed -n 's/^EXIT_STATUS([A-Z_]*, *\(0x[0-9a-f]*\), *"\([a-z-]*\)", *\(EFI_[A-Z_]*\), *"\(.*\)")$/\1 \2 \3 \4/p' \
	include/kvmleaf/exit_status.def | while read -r value name efi meaning; do
	echo "| \`$name\` | $value | $(((value << 1) | 1)) | $efi | $meaning |"
done >"$scratch/statuses"
in_readme "README has the table of exit statuses" "$scratch/statuses"
# cases/README.md describes every key of a case file, and no other.
sed -nE 's/^CASE_(KEY|EXPECTATION)\([a-z_]*, *"([a-z-]*)".*/\2/p' test-harness/boot/cases/case_keys.def | sort >"$scratch/keys"
sed -n '/^| key | value |/,/^$/p' test-harness/cases/README.md | sed '1,2d' | cut -d '|' -f 2 | grep -o '[a-z-]*' |
	sort >"$scratch/described"
[ -s "$scratch/keys" ] && cmp -s "$scratch/keys" "$scratch/described"
report $? "cases/README.md describes the keys of a case" "$(diff "$scratch/keys" "$scratch/described")"
plan
