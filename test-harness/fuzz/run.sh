#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs fuzz targets, two at a time, each over its seeds and kept finds and then on changed inputs, and prints a table.
# What crashes is kept in build/fuzz/crashes/TARGET/; build/fuzz/results has a line a target, TARGET.finds and
# TARGET.log. SEED chooses the random changes. Fails where there is a find.
#
#   run.sh [--fresh] SECONDS TARGET...      --fresh: without the inputs that earlier runs found
set -u
here=test-harness/fuzz
build=build/fuzz

# Where addresses are random, old sanitizers die of a kernel that spreads them too widely; and runs differ.
fixed=()
setarch -R true 2>/dev/null && fixed=(setarch -R)

if [ "${1:-}" != --one ]; then
	mode=--kept
	[ "${1:-}" != --fresh ] || { mode=$1; shift; }
	[ $# -ge 2 ] || { echo "usage: run.sh [--fresh] SECONDS TARGET..." >&2; exit 2; }
	seconds=$1
	shift
	mkdir -p $build/results
	printf '%s\n' "$@" | xargs -P 2 -I{} "$0" --one "$mode" "$seconds" {}
	{
		echo "target seeds executions exec/s new finds"
		for target; do cat "$build/results/$target" || echo "$target - - - - 1"; done
	} | awk '{ printf "%-12s %6s %12s %9s %6s %6s\n", $1, $2, $3, $4, $5, $6; finds += $6 } END { exit finds > 0 }'
	exit
fi

mode=$2 seconds=$3 target=$4
program=$build/$target
log=$build/results/$target.log
crashes=$build/crashes/$target
scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/kvmleaf-fuzz-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
corpus=$build/corpus/$target
[ "$mode" != --fresh ] || corpus=$scratch/corpus
mkdir -p "$crashes" "$corpus"
: >"$log"
rm -f "$build/results/$target"
seed=${SEED:-$RANDOM}
limits=(-timeout=10 -rss_limit_mb=1024)

# Each file once. One that crashes ends the program: it is named, and the rest is run after it.
replayed=0
failed=()
mapfile -t files < <(find "$here/seeds/$target" "$here/finds/$target" "$build/seeds/$target" "$build/once/$target" -type f 2>/dev/null | sort)
while [ ${#files[@]} -gt 0 ]; do
	if "${fixed[@]}" "$program" "${limits[@]}" "-artifact_prefix=$scratch/" "${files[@]}" >"$scratch/log" 2>&1; then
		replayed=$((replayed + ${#files[@]}))
		break
	fi
	cat "$scratch/log" >>"$log"
	ran=$(grep -c '^Running: ' "$scratch/log")
	[ "$ran" -gt 0 ] || { echo "$target: it does not start" >>"$log"; failed+=("none"); break; }
	failed+=("${files[ran - 1]}")
	replayed=$((replayed + ran))
	files=("${files[@]:ran}")
done

folders=("$corpus")
for folder in "$here/seeds/$target" "$build/seeds/$target"; do [ ! -d "$folder" ] || folders+=("$folder"); done
options=("${limits[@]}" "-max_total_time=$seconds" "-seed=$seed" "-artifact_prefix=$crashes/" -print_final_stats=1)
[ ! -f "$here/dictionaries/$target.dict" ] || options+=("-dict=$here/dictionaries/$target.dict")
start=$(date +%s%N)
"${fixed[@]}" "$program" "${options[@]}" "${folders[@]}" >"$scratch/log" 2>&1
status=$?
took=$((($(date +%s%N) - start) / 1000000 + 1))
cat "$scratch/log" >>"$log"
[ $status -eq 0 ] || failed+=("$(sed -n 's/.*Test unit written to //p; s/^kept: //p' "$scratch/log" | tail -n 1)")

stat() { sed -n "s/^stat::$1: *//p" "$scratch/log" | tail -n 1; }
executed=$(stat number_of_executed_units)
: "${executed:=0}"
printf '%s\n' "${failed[@]}" >"$build/results/$target.finds"
[ ${#failed[@]} -eq 0 ] || { echo "$target: -seed=$seed, log $log, finds:"; printf '   %s\n' "${failed[@]}"; } >&2
echo "$target $replayed $executed $((executed * 1000 / took)) $(stat new_units_added) ${#failed[@]}" >"$build/results/$target"
