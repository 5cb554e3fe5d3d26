#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The levels x86-64-v1 to v4 of QEMU's CPU models are those that QEMU's documentation gives them
# (docs/system/cpu-models-x86-abi.csv; lib/cpu-levels.tsv has the facts): of each model by the registers that it would
# have, and on TCG in a guest if TCG emulates all that the model's level needs. --require and --forbid agree.
. test-harness/checks/lib/lib.sh
boot_answers
levels=test-harness/checks/lib/cpu-levels.tsv

# next_level LEVEL: the level above it; nothing above the highest.
next_level() {
	case $1 in
	none) echo x86-64-v1 ;;
	*[123]) echo "x86-64-v$((${1##*v} + 1))" ;;
	esac
}

# case_of MODEL: the name of its case.
case_of() { tr 'A-Z_' 'a-z-' <<<"$1"; }

mkdir -p "$scratch/dumps" "$scratch/cases"
# shellcheck disable=SC2046 # a list of words
test-harness/checks/lib/model-dumps "$scratch/dumps" $(cut -f 1 $levels) >"$scratch/emulated" 2>"$scratch/errors"
report $? "QEMU says what its models have" "$(cat "$scratch/errors")"

while IFS=$'\t' read -r model level; do
	"$boot" decode "$scratch/dumps/$model.txt" --json >"$scratch/json" 2>&1
	[ "$(jq -r .cpu.level "$scratch/json")" = "$level" ] &&
		[ "$(jq '.cpu.missing == []' "$scratch/json")" = "$([ "$level" = x86-64-v4 ] && echo true || echo false)" ] &&
		[ "$(jq -S .cpu.features "$scratch/json")" = "$(jq -S . "$scratch/dumps/$model.json")" ]
	report $? "$model by its registers: $level" "$(jq -c .cpu "$scratch/json"; cat "$scratch/dumps/$model.json")"
done <$levels
[ "$(wc -l <$levels)" -ge 20 ]
report $? "20 models or more were looked at"

# Live, on TCG. A CPU below x86-64-v1 cannot run 64-bit firmware.
while IFS=$'\t' read -r model level; do
	[ "$level" != none ] || continue
	grep -qx "$model" "$scratch/emulated" || continue
	printf '%s\n' "[$(case_of "$model")]" "why = its level" "accel = tcg" "cpu = $model" "verdict = other" "set = $level"
	[ -z "$(next_level "$level")" ] || echo "clear = $(next_level "$level")"
done <$levels >"$scratch/cases/levels.ini"
live=$(grep -c '^why' "$scratch/cases/levels.ini")
"$boot" cases --cases "$scratch/cases" --out "$scratch/out" >"$scratch/tap" 2>"$scratch/errors" && [ "$live" -ge 10 ]
report $? "$live models boot on TCG, and each has its level" "$(grep '^not ok' "$scratch/tap"; tail -n 5 "$scratch/errors")"
while IFS=$'\t' read -r model level; do
	left=$scratch/out/$(case_of "$model")/report.json
	[ -e "$left" ] || continue
	[ "$(jq -r .cpu.level "$left")" = "$level" ] || echo "$model: $level / $(jq -c .cpu "$left")"
	# A guest on TCG has addresses of 40 bits (TCG_PHYS_ADDR_BITS of QEMU's target/i386/cpu.h).
	[ "$(jq .cpu.phys_bits "$left")" = 40 ] || echo "$model: $(jq .cpu.phys_bits "$left") bits"
	[ "$(wc -c <"$left")" -lt 4096 ] || echo "$model: the report has 4 KiB or more"
done <$levels >"$scratch/wrong"
[ "$(find "$scratch/out" -name report.json | wc -l)" -eq "$live" ] && [ ! -s "$scratch/wrong" ]
report $? "so say their reports, which take less than 4 KiB" "$(cat "$scratch/wrong")"

# answers NAME STATUS WORDS ARGUMENTS...: a guest on TCG ends with this status of kvmleaf-boot and prints these words.
answers() {
	local name=$1 expected=$2 words=$3
	shift 3
	"$boot" --accel tcg "$@" >"$scratch/answer" 2>&1
	[ $? -eq "$expected" ] && tr -d '\r' <"$scratch/answer" | grep -qxE -- "$words"
	report $? "$name" "$(grep -v '^ \[' "$scratch/answer" | tail -n 12)"
}
answers "a level that the CPU reaches may be required" 0 "Holds: require x86-64-v2" --cpu Nehalem-v1 --require=x86-64-v2
answers "a level that it does not reach fails, and what it lacks is named" 1 \
	"    lacks: FMA MOVBE XSAVE AVX F16C BMI1 AVX2 BMI2 XCR0-AVX LZCNT" --cpu Nehalem-v1 --require=x86-64-v3
answers "a level that it reaches may be forbidden" 1 "FAILS: forbid x86-64-v2" --cpu Nehalem-v1 --forbid=X86-64-V2
answers "a level that it does not reach may be forbidden" 0 "Holds: forbid x86-64-v3" --cpu Nehalem-v1 --forbid=x86-64-v3
answers "one feature less is a level less" 1 "    lacks: AVX2" --cpu Haswell-v1,-avx2 --require=x86-64-v3
answers "so it is where the operating system could not save the registers of AVX" 1 "    lacks: XSAVE (AVX .*|)XCR0-AVX" \
	--cpu Haswell-v1,-xsave --require=x86-64-v3
answers "nested virtualization by QEMU's name" 0 "Holds: require svm" --cpu qemu64,+svm --require=svm --forbid=vmx,invtsc
answers "which is absent where it is masked" 1 "FAILS: require svm" --cpu qemu64,-svm --require=svm
answers "a feature of a level by its own name and by QEMU's" 0 "Holds: require abm" --cpu Haswell-v1 --require=abm,LZCNT
answers "a name of KVM's beside one of the CPU's" 1 "FAILS: require kvm-pv-eoi" --cpu Haswell-v1 --require=avx2,kvm-pv-eoi
one_line 2 "expected KVM_FEATURE_..., KVM_HINTS_..., a property of QEMU, or x86-64-v1 to v4" \
	"$boot" --accel tcg --require=x86-64-v5
report $? "there is no x86-64-v5" "status $status: $line"
plan
