#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A check must not pass when kvmleaf-boot does nothing. Each check that uses kvmleaf-boot is run on four programs in its
# place, and must fail on each: one that is killed by SIGSEGV, one that exits with the status of such a death, one that
# prints a plan of three cases and is killed, and one that exits with 0 and prints nothing.
. test-harness/checks/lib/lib.sh

# dead NAME LINES: makes such a program, which also records that it was called.
dead() {
	printf '#!/bin/sh\necho called >>"%s"\n%s\n' "$scratch/calls" "$2" >"$scratch/$1"
	chmod +x "$scratch/$1"
}
# shellcheck disable=SC2016 # the shell that runs the program expands $$
dead segv 'kill -SEGV $$'
dead exit-139 'exit 139'
# shellcheck disable=SC2016
dead plan 'echo TAP version 14; echo 1..3; kill -SEGV $$'
dead silent 'exit 0'
mkdir "$scratch/tmp"

# shellcheck disable=SC2016 # the text to search for
mapfile -t checks < <(grep -lE '"\$boot"|^run_cases' test-harness/checks/*.t | grep -v dead-harness)
[ "${#checks[@]}" -ge 14 ]
report $? "at least 14 checks use kvmleaf-boot" "${checks[*]}"
for check in "${checks[@]}"; do
	green=
	for program in segv exit-139 plan silent; do
		: >"$scratch/calls"
		KVMLEAF_BOOT=$scratch/$program KVMLEAF_FAIL_FAST=1 KVMLEAF_RESULTS=$scratch/results KVMLEAF_KEPT=$scratch/kept \
			TMPDIR=$scratch/tmp timeout 120 bash "$check" >"$scratch/tap" 2>/dev/null
		grep -q '^not ok ' "$scratch/tap" && [ -s "$scratch/calls" ] || green+=" $program ($(tail -n 1 "$scratch/tap"))"
	done
	[ -z "$green" ]
	report $? "${check##*/} fails when kvmleaf-boot is dead" "it passed, or did not call it, with:$green"
done
plan
