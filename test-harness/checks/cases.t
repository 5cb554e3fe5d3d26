#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every case, then every report that they left before independent judges.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/judge-report.sh
results=${KVMLEAF_RESULTS:-build/results}
tap=$results.tap
rm -rf "$results" "$tap"

run_cases "all cases" "$tap" --case '*' --random 12 --seed 1 --require-kvm --out "$results"
retell "$tap"

mapfile -t names < <(sed -nE 's/^(not )?ok [0-9]+ - ([^ ]*).*/\2/p' "$tap")
for name in "${names[@]}"; do
	[ "$(result_of "$tap" "$name")" != skip ] || continue
	[ -r "$results/$name/report.json" ]
	report $? "$name: left its report"
	[ -r "$results/$name/report.json" ] && judge_report "$name" "$results/$name/report.json"
done
plan
