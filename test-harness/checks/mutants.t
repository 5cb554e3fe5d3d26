#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Apps with one fault each (test-harness/mutants) must fail their case, with a complaint that names the fault, and must
# not disturb the cases beside it.
. test-harness/checks/lib/lib.sh

# "loops" never ends, so it is run apart with a short time limit. The others get the usual one, for a busy machine.
mapfile -t cases < <("$boot" cases --cases test-harness/mutants --list | awk '$1 != "loops" { print $1 }')
run_cases "apps with a fault" "$scratch/tap" --cases test-harness/mutants "${cases[@]}" --require-kvm --out "$scratch/out" \
	--junit "$scratch/junit.xml"
[ "$status" -eq 1 ]
report $? "a run with failures ends with status 1" "status $status"
run_cases "the app that never ends" "$scratch/loops" --cases test-harness/mutants loops --timeout 20 --out "$scratch/out"
cat "$scratch/loops" >>"$scratch/tap"

# caught NAME WORDS: that case failed, and its first complaint has these words.
caught() {
	[ "$(result_of "$scratch/tap" "$1")" = "not ok" ] && complaints "$scratch/tap" "$1" | head -n 1 | grep -qF -- "$2"
	report $? "$1 is caught" "expected \"$2\" in: $(complaints "$scratch/tap" "$1")"
}

# sound NAME DESCRIPTION: that case passed, which shows what the description says.
sound() {
	[ "$(result_of "$scratch/tap" "$1")" = ok ]
	report $? "$2" "$(complaints "$scratch/tap" "$1")"
}
caught drops-bit-7 "EAX bit 7 (KVM_FEATURE_PV_UNHALT) is clear in the report, set in QEMU's feature words"
caught shifts-edx "EDX bit 0 (KVM_HINTS_REALTIME) is clear in the report, set in QEMU's feature words"
caught lies-on-console "EAX bit 3 (KVM_FEATURE_CLOCKSOURCE2) is set in the report, clear in the console's table"
caught never-stores "the console says report=written, and there is none"
caught says-off "there is no report"
caught ends-internal "the status is internal; the case expects pass"
caught never-probes "a probe was asked for, and the report has none"
caught hides-kvm "EAX bit 0 (KVM_FEATURE_CLOCKSOURCE) is clear in the report, set in QEMU's feature words"
caught never-reports "the console ends without KVMLEAF-END"
caught lies-at-end "eax= on the console is"
caught believes 'KVM_FEATURE_NOP_IO_DELAY is probed "works"; by KVM'"'"'s rules it is "advertised, cannot be tested here"'
caught unguarded 'the firmware gave up or started something else: "!!!! X64 Exception"'
sound sound-own-table "CPU faults are handled without EFI_CPU_ARCH_PROTOCOL on KVM"
sound sound-own-table-tcg "CPU faults are handled without EFI_CPU_ARCH_PROTOCOL on TCG"
sound sound-read-only-code "hypercalls work from code that KVM cannot write to"
caught first-only "the vCPUs differ in EAX by 0x00000000; QEMU's feature words of them by 0x00000040"
sound sound-silent "the other vCPUs are read although one does not answer"
jq -e '.vcpus | .count == 4 and .checked == 3 and .silent == {count: 1, apic_ids: [["0x00000002", "0x00000002"]]}' \
	"$scratch/out/sound-silent/report.json" >/dev/null
report $? "the report names the vCPU that does not answer" "$(jq -c .vcpus "$scratch/out/sound-silent/report.json")"
caught loops "no end within 20 s; RIP="
caught hangs "the guest ended without a status: guest-reset"
sound sound-fast-watchdog "the watchdog does not end the wait for a key"
caught triple-faults "the guest ended without a status: guest-reset"
caught resets "the guest ended without a status: guest-reset"
caught floods "the guest floods its console"
caught wrecks-store "the variable store cannot be read: not a variable store: no authenticated variable store"

xmllint --noout "$scratch/junit.xml" && [ "$(xmllint --xpath 'count(//failure)' "$scratch/junit.xml")" = 18 ]
report $? "JUnit XML has the eighteen failures" "$(head -c 2000 "$scratch/junit.xml")"
[ -z "$(processes_with "$scratch/out")" ]
report $? "no QEMU is left behind" "$(processes_with "$scratch/out")"
plan
