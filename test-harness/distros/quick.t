#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every case on TCG, and on KVM one case of each kind: the first of each file of cases, and one mask. A case that
# fails is run once more, and both results are printed: in the nested host of Debian unstable (QEMU 11.1, October 2026)
# about one restored guest in a hundred hangs, although QEMU answers and says that the guest runs.
. test-harness/checks/lib/lib.sh
first=$build/results-quick.tap
second=$build/results-again.tap
junit=$build/results-quick.xml
mapfile -t cases < <(
	"$boot" cases --list | awk '$2 == "tcg" { print $1 }'
	for file in test-harness/cases/*.ini; do
		awk '/^\[/ { name = substr($0, 2, length($0) - 2) } /^accel *= *kvm/ { print name; exit }' "$file"
	done
	"$boot" cases --list | awk '$2 == "kvm" && $1 ~ /^mask-/ { print $1; exit }'
)
[ "${#cases[@]}" -gt 30 ]
report $? "more than 30 cases are chosen" "${cases[*]}"
run_cases "one of each kind" "$first" "${cases[@]}" --require-kvm --junit "$junit" --out "$build/results-quick"
if [ "$status" -eq 1 ]; then
	sed 's/^not ok [0-9]* - /# at first it failed: /; t; /^# /!d' "$first"
	run_cases "those that failed, again" "$second" --rerun "$junit" --require-kvm --out "$build/results-again"
	sed -i '/^not ok /,/^\(not \)\{0,1\}ok /{ /^not ok /d; /^# /d; }' "$first"
	retell "$second"
fi
retell "$first"
plan
