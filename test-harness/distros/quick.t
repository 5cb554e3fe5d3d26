#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every case on TCG; on KVM one of each kind: the first of each file of cases, restored or cold, and one mask. A case
# that fails is run once more, and both are told: in the nested host of Debian unstable (QEMU 11.1, October 2026) about
# one restored guest in a hundred stands still, with a QEMU that answers and says that it runs.
. test-harness/checks/lib/lib.sh
first=build/results-quick.tap
second=build/results-again.tap
junit=build/results-quick.xml
mapfile -t cases < <(
	"$boot" --list | awk '$2 == "tcg" { print $1 }'
	for file in test-harness/cases/*.ini; do
		awk '/^\[/ { name = substr($0, 2, length($0) - 2) } /^accel *= *kvm/ { print name; exit }' "$file"
	done
	"$boot" --list | awk '$2 == "kvm" && $1 ~ /^mask-/ { print $1; exit }'
)
[ "${#cases[@]}" -gt 30 ]
report $? "there are cases" "${cases[*]}"
run_cases "one of each kind" "$first" "${cases[@]/#/--case=}" --require-kvm --junit "$junit" --out build/results-quick
if [ "$status" -eq 1 ]; then
	sed 's/^not ok [0-9]* - /# at first it failed: /; t; /^# /!d' "$first"
	run_cases "those that failed, again" "$second" --rerun "$junit" --require-kvm --out build/results-again
	sed -i '/^not ok /,/^\(not \)\{0,1\}ok /{ /^not ok /d; /^# /d; }' "$first"
	retell "$second"
fi
retell "$first"
plan
