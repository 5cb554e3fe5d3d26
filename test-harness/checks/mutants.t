#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The harness can fail: each app with a fault is caught, by its own words, and takes no other case along.
. test-harness/checks/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The one that never ends gets little time, the others as much as a busy machine takes.
mapfile -t cases < <("$boot" --cases test-harness/mutants --list | awk '$1 != "loops" { print "--case=" $1 }')
"$boot" --cases test-harness/mutants "${cases[@]}" --require-kvm --out "$scratch/out" --junit "$scratch/junit.xml" \
	>"$scratch/tap" 2>/dev/null
[ $? -eq 1 ]
report $? "a run with failures ends with 1"
"$boot" --cases test-harness/mutants --case loops --timeout 20 --out "$scratch/out" >>"$scratch/tap" 2>/dev/null

# caught NAME WORDS: that case failed, and the first line of why has these words.
caught() {
	grep -A 1 -E "^not ok [0-9]+ - $1\$" "$scratch/tap" | grep -qF -- "$2"
	report $? "$1 is caught" "expected \"$2\" in: $(grep -A 2 -- "- $1" "$scratch/tap")"
}
caught drops-bit-7 "EAX bit 7 (KVM_FEATURE_PV_UNHALT) is clear in the report, set in QEMU's feature words"
caught shifts-edx "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in QEMU's feature words"
caught lies-on-console "EAX bit 3 (KVM_FEATURE_CLOCKSOURCE2) is set in the report, clear in the console's table"
caught never-stores "the console says report=written, and there is none"
caught never-reports "the console ends without KVMLEAF-END"
caught lies-at-end "eax is"
caught believes 'KVM_FEATURE_NOP_IO_DELAY is probed "works"; by KVM'"'"'s rules it is "advertised, cannot be tested here"'
caught unguarded 'the firmware went elsewhere: "!!!! X64 Exception"'
grep -qE "^ok [0-9]+ - sound-own-table$" "$scratch/tap" && grep -qE "^ok [0-9]+ - sound-own-table-tcg$" "$scratch/tap"
report $? "faults are caught without EFI_CPU_ARCH_PROTOCOL" "$(grep -A 4 -- "- sound-" "$scratch/tap")"
grep -qE "^ok [0-9]+ - sound-read-only-code$" "$scratch/tap"
report $? "hypercalls work from code that KVM cannot write to" "$(grep -A 4 -- "- sound-read" "$scratch/tap")"
caught first-only "the vCPUs differ in EAX by 0x00000000; QEMU's feature words of them by 0x00000040"
grep -qE "^ok [0-9]+ - sound-silent$" "$scratch/tap" &&
	jq -e '.vcpus | .count == 4 and .checked == 3 and .silent == {count: 1, apic_ids: [["0x00000002", "0x00000002"]]}' \
		"$scratch/out/sound-silent/report.json" >/dev/null
report $? "a silent vCPU is named, the rest goes on" "$(grep -A 4 -- "- sound-silent" "$scratch/tap")"
caught loops "no end within 20 s; RIP="
caught triple-faults "the guest ended without a status: guest-reset"
caught resets "the guest ended without a status: guest-reset"
caught floods "the guest floods its console"
caught wrecks-store "the variable store cannot be read: not a variable store: no authenticated variable store"

xmllint --noout "$scratch/junit.xml" && [ "$(xmllint --xpath 'count(//failure)' "$scratch/junit.xml")" = 13 ]
report $? "JUnit XML has the thirteen failures" "$(head -c 2000 "$scratch/junit.xml")"

# left WORDS: the ids of QEMUs with these words in their command line. Not by pgrep, which a small system lacks; this
# script's own processes have no such words there.
left() {
	local folder
	for folder in /proc/[0-9]*; do
		tr '\0' ' ' <"$folder/cmdline" 2>/dev/null | grep -F "$1" | grep -q qemu-system && echo "${folder#/proc/}"
	done
}
[ -z "$(left "$scratch/out")" ]
report $? "no QEMU is left behind" "$(left "$scratch/out")"
# Interrupted in the middle, it takes its guests along.
"$boot" --cases test-harness/mutants --case loops --out "$scratch/interrupted" >/dev/null 2>&1 &
harness=$!
for _ in $(seq 100); do [ -n "$(left "$scratch/interrupted")" ] && break; sleep 0.1; done
[ -n "$(left "$scratch/interrupted")" ]
report $? "a guest runs"
kill -TERM "$harness"
wait "$harness" 2>/dev/null
sleep 0.5
[ -z "$(left "$scratch/interrupted")" ]
report $? "and is gone with the harness" "$(left "$scratch/interrupted")"
plan
