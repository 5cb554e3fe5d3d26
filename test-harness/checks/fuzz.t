#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzz target on its seeds and on the inputs that once broke it, then for five seconds on changed inputs, from
# a fixed seed. A target that executed nothing has failed.
. test-harness/checks/lib/lib.sh
results=$build/fuzz/results
targets=()
for file in test-harness/fuzz/fuzz-*.c; do
	target=$(basename "$file" .c)
	targets+=("${target#fuzz-}")
done

rm -rf "$results"
SEED=${SEED:-1} test-harness/fuzz/run.sh --fresh 5 "${targets[@]}" 2>&1 | sed 's/^/# /'

for target in "${targets[@]}"; do
	seeds=0 executed=0 finds=1
	[ ! -f "$results/$target" ] || read -r _ seeds executed _ _ finds <"$results/$target"
	[ "$seeds" -gt 0 ] && [ "$executed" -gt 0 ] && [ "$finds" -eq 0 ]
	report $? "$target" "$seeds seeds, $executed executions, $finds finds: $(cat "$results/$target.finds" 2>&1)
$(grep -hE 'does not hold|runtime error:|ERROR: |SUMMARY: |took more' "$results/$target.log" | sort -u | head -n 10)"
done
plan
