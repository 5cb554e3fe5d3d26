#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures what kvmleaf adds to a cold boot on TCG with a variable store in flash: a boot with kvmleaf and a boot with an
# app that only returns take turns. Prints each pair of times, the median ratio, and the sizes.
set -u
build=${KVMLEAF_BUILD:-build}
boot=$build/kvmleaf-boot
pairs=${PAIRS:-9}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

seconds() {
	local start end
	start=$(date +%s%N)
	"$boot" --accel=tcg --cold --app="$1" --out "$scratch/$2" >/dev/null 2>&1
	end=$(date +%s%N)
	echo $(((end - start) / 1000))
}

echo "cold boot, plain TCG, flash: kvmleaf / an app that only returns (seconds)"
for ((i = 0; i < pairs; i++)); do
	ours=$(seconds "$build/x86_64/kvmleaf.efi" ours)
	theirs=$(seconds "$build/x86_64/returns.efi" theirs)
	awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.3f %.3f %.3f\n", a / 1e6, b / 1e6, a / b }'
done | tee "$scratch/pairs"
sort -n -k 3 "$scratch/pairs" | awk '{ ratio[NR] = $3 } END { printf "median ratio %.3f\n", ratio[int((NR + 1) / 2)] }'
echo "kvmleaf.efi $(stat -c %s "$build/x86_64/kvmleaf.efi") bytes; report $(stat -c %s "$scratch/ours/boot/report.json") bytes"
