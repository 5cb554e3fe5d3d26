#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs fuzz targets, two at a time, each on its seeds and on the inputs that once broke it, and then for SECONDS on changed
# inputs. Prints a table, and ends with status 1 if an input broke a target (a find).
#
#   run.sh [--fresh] SECONDS TARGET...      --fresh: without the inputs that earlier runs collected
#
# In the environment, SEED chooses the random changes, and KVMLEAF_BUILD is the build folder. In its folder fuzz/,
# crashes/TARGET/ gets the inputs that break a target, and results/ gets for each target a line of the table (TARGET), the
# list of finds (TARGET.finds) and what the target printed (TARGET.log).
set -u
here=test-harness/fuzz
build=${KVMLEAF_BUILD:-build}/fuzz

# Without random addresses, because old sanitizers fail on kernels that randomize more bits, and because runs would differ.
fixed=()
setarch -R true 2>/dev/null && fixed=(setarch -R)

if [ "${1:-}" != --one ]; then
	mode=--kept
	[ "${1:-}" != --fresh ] || { mode=$1; shift; }
	[ $# -ge 2 ] || { echo "usage: run.sh [--fresh] SECONDS TARGET..." >&2; exit 2; }
	seconds=$1
	shift
	mkdir -p "$build/results"
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

# Runs each file once. A file that crashes the program is recorded, and the files after it are run in a new process.
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
