#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A kvmleaf-boot that does nothing makes every check fail that uses it: one that dies of SIGSEGV, one that ends as if it
# had, one that plans three cases and dies, and one that says that all is well and prints nothing.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# dead NAME LINES: such a program, which also notes that it was called.
dead() {
	printf '#!/bin/sh\necho called >>"%s"\n%s\n' "$scratch/calls" "$2" >"$scratch/$1"
	chmod +x "$scratch/$1"
}
# shellcheck disable=SC2016 # for the shell that runs it
dead segv 'kill -SEGV $$'
dead exit-139 'exit 139'
# shellcheck disable=SC2016
dead plan 'echo TAP version 14; echo 1..3; kill -SEGV $$'
dead silent 'exit 0'

# shellcheck disable=SC2016 # for grep
mapfile -t checks < <(grep -lE '"\$boot"|^run_cases' test-harness/checks/*.t | grep -v dead-harness)
[ "${#checks[@]}" -ge 14 ]
report $? "there are checks that use kvmleaf-boot" "${checks[*]}"
for check in "${checks[@]}"; do
	green=
	for program in segv exit-139 plan silent; do
		: >"$scratch/calls"
		KVMLEAF_BOOT=$scratch/$program KVMLEAF_FAIL_FAST=1 KVMLEAF_RESULTS=$scratch/results timeout 120 bash "$check" >"$scratch/tap" 2>/dev/null
		grep -q '^not ok ' "$scratch/tap" && [ -s "$scratch/calls" ] || green+=" $program ($(tail -n 1 "$scratch/tap"))"
	done
	[ -z "$green" ]
	report $? "${check##*/} fails on a dead kvmleaf-boot" "not with:$green"
done
plan
