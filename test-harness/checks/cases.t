#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every case, then every report that they left before independent judges.
. test-harness/checks/lib.sh
. test-harness/checks/judge-report.sh
results=build/results
rm -rf "$results"
names=()

while IFS= read -r line; do
	case $line in
	"TAP version"* | 1..*) continue ;;
	*" # SKIP "*) number=$((number + 1)) ;;
	"ok "* | "not ok "*)
		number=$((number + 1))
		names+=("${line#* - }")
		;;
	esac
	printf '%s\n' "$line"
done < <("$boot" --case '*' --random 12 --seed 1 --require-kvm --out "$results")

for name in "${names[@]}"; do
	[ -r "$results/$name/report.json" ]
	report $? "$name: left its report"
	[ -r "$results/$name/report.json" ] && judge_report "$name" "$results/$name/report.json"
done
plan
