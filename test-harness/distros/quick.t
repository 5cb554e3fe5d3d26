#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every case on TCG; on KVM one of each kind: the first of each file of cases, restored or cold, and one mask.
. test-harness/checks/lib.sh
tap=build/results-quick.tap
mapfile -t cases < <(
	"$boot" --list | awk '$2 == "tcg" { print $1 }'
	for file in test-harness/cases/*.ini; do
		awk '/^\[/ { name = substr($0, 2, length($0) - 2) } /^accel *= *kvm/ { print name; exit }' "$file"
	done
	"$boot" --list | awk '$2 == "kvm" && $1 ~ /^mask-/ { print $1; exit }'
)
[ "${#cases[@]}" -gt 30 ]
report $? "there are cases" "${cases[*]}"
run_cases "one of each kind" "$tap" "${cases[@]/#/--case=}" --require-kvm --out build/results-quick
retell "$tap"
plan
