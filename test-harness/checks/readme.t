#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# README's tables are the program's own.
. test-harness/checks/lib.sh

# Every line of standard input stands in README.md.
all_in_readme() { while IFS= read -r line; do grep -qxF -- "$line" README.md || { echo "$line"; return 1; }; done; }

absent=$("$boot" --features | all_in_readme)
report $? "the feature table" "$absent"
absent=$(sed -n 's/^EXIT_STATUS([A-Z_]*, *\(0x[0-9a-f]*\), *"\([a-z-]*\)", *\(EFI_[A-Z_]*\), *"\(.*\)")$/\1 \2 \3 \4/p' \
	include/kvmleaf/exit_status.def | while read -r value name efi meaning; do
	echo "| \`$name\` | $value | $(((value << 1) | 1)) | $efi | $meaning |"
done | all_in_readme)
report $? "the exit table" "$absent"
plan
