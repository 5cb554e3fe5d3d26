#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every case, and then has independent programs judge each report that the cases left.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/judge-report.sh
results=${KVMLEAF_RESULTS:-$build/results}
tap=$results.tap
rm -rf "$results" "$tap"

run_cases "all cases" "$tap" '*' --random 12 --seed 1 --require-kvm --out "$results"
retell "$tap"

mapfile -t names < <(names_in "$tap")
for name in "${names[@]}"; do
	[ "$(result_of "$tap" "$name")" != skip ] || continue
	[ -r "$results/$name/report.json" ]
	report $? "$name: the case left its report"
	[ -r "$results/$name/report.json" ] && judge_report "$name" "$results/$name/report.json"
done
plan
