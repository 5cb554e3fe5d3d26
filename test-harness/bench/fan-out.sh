#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures the time for each masked CPU model with restored guests on TCG and on KVM, for a single boot, and for all cases.
set -u
build=${KVMLEAF_BUILD:-build}
boot=$build/kvmleaf-boot
models=${MODELS:-40}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

seconds() {
	local start end
	start=$(date +%s%N)
	"$@" >"$scratch/output" 2>&1 || echo "failed: $*" >&2
	end=$(date +%s%N)
	awk -v ns=$((end - start)) 'BEGIN { printf "%.2f", ns / 1e9 }'
}

# per_model FEW MANY COUNT: prints the seconds for each model after the first.
per_model() { awk -v few="$1" -v many="$2" -v count="$3" 'BEGIN { printf "%.3f", (many - few) / (count - 1) }'; }

mkdir "$scratch/cases"
for ((i = 0; i < models; i++)); do
	printf '[model-%d]\nwhy = bench\naccel = tcg\ncpu = qemu64,family=%d\n' "$i" "$((i + 6))"
done >"$scratch/cases/bench.ini"
tcg() { seconds "$boot" cases --cases "$scratch/cases" --jobs 1 --out "$scratch/out" "$1"; }
tcg model-0 >/dev/null # makes the captured guest if the cache has none
few=$(tcg model-0)
many=$(tcg '*')
echo "fan-out, plain TCG, one after the other: $(per_model "$few" "$many" "$models") s a model ($few s for one, $many s for $models)"

# fan_out NAME FIRST GLOB: measures cases that run on KVM, first one and then all that match.
fan_out() {
	local count few many
	count=$("$boot" cases --list "$3" | wc -l)
	few=$(seconds "$boot" cases --jobs 1 --out "$scratch/out" "$2")
	many=$(seconds "$boot" cases --jobs 1 --out "$scratch/out" "$3")
	echo "$1, KVM, one host: $(per_model "$few" "$many" "$count") s a model ($few s for one, $many s for $count)"
}
fan_out "fan-out" only-kvmclock 'only-*'
fan_out "fan-out with --probe" mask-kvmclock 'mask-*'
echo "one boot, report read back: $(seconds "$boot" --out "$scratch/out") s"
echo "whole matrix, $("$boot" cases --list | wc -l) cases: $(seconds "$boot" cases '*' --out "$scratch/out") s"
