#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Wherever the firmware keeps its variables, in flash or in RAM, and whether the guest is booted or restored, the same CPU
# model gives the same report, byte for byte, and the same variable.
. test-harness/checks/lib/lib.sh
boot_answers

mkdir "$scratch/cases"
# one_case NAME LINES: a case that may be restored.
one_case() { printf '[%s]\nwhy = places.t\ncpu = %s\n%b\n' "$1" "$cpu" "$2" >>"$scratch/cases/all.ini"; }

# same NAME FIRST OTHER...: these cases gave the same report. Where there is a store, its variable is that report.
same() {
	local name=$1 first=$2 other wrong=
	shift
	for other; do
		cmp "$scratch/out/$first/report.json" "$scratch/out/$other/report.json" >>"$scratch/wrong" 2>&1 || wrong="$wrong $other"
		[[ $other = *none* ]] && continue
		"$boot" read "$scratch/out/$other/VARS.fd" 2>>"$scratch/wrong" | cmp - "$scratch/out/$other/report.json" >>"$scratch/wrong" 2>&1 ||
			wrong="$wrong $other/VARS.fd"
	done
	[ -z "$wrong" ]
	report $? "$name" "not the same:$wrong" "$(cat "$scratch/wrong")"
}

cpu=EPYC,-x2apic
for place in flash memory none; do one_case "tcg-$place-cold" "accel = tcg\nstore = $place\nstart = cold\nverdict = other"; done
for place in flash memory; do one_case "tcg-$place" "accel = tcg\nstore = $place\nverdict = other"; done
one_case tcg-memory-differs "accel = tcg\ncpu = qemu64\nverdict = other"
sed -i '/^\[tcg-memory-differs\]/,$ { /^cpu = EPYC/d }' "$scratch/cases/all.ini"
cpu=host,-kvm-pv-eoi
for place in memory flash; do one_case "kvm-$place" "accel = kvm\nstore = $place\nverdict = kvm"; done
for place in memory none; do one_case "kvm-$place-cold" "accel = kvm\nstore = $place\nstart = cold\nverdict = kvm"; done
"$boot" cases --cases "$scratch/cases" 'tcg-*' 'kvm-*' --out "$scratch/out" >"$scratch/tap" 2>&1
report $? "all guests pass" "$(cat "$scratch/tap")"

grep -q pflash,unit=1 "$scratch/out/tcg-flash-cold/command" && grep -q pflash,unit=1 "$scratch/out/tcg-flash/command" &&
	! grep -q pflash,unit=1 "$scratch/out/tcg-memory-cold/command" && ! grep -q pflash,unit=1 "$scratch/out/tcg-memory/command"
report $? "flash and RAM are what the cases say"
same "the same report on TCG" tcg-flash-cold tcg-memory-cold tcg-none-cold tcg-flash tcg-memory
! cmp -s "$scratch/out/tcg-memory-differs/report.json" "$scratch/out/tcg-memory/report.json"
report $? "another model gives another report"
same "the same report on KVM" kvm-memory kvm-flash kvm-memory-cold kvm-none-cold
plan
