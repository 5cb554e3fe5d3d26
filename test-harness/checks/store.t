#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The report variable in real OVMF's variable store, with less and more room: the second boot of the same machine
# leaves, byte for byte, the store that a boot leaves in which the app writes nothing. (The firmware itself writes at each
# boot.) LEVELS="600 1000 ..." tries other amounts of room, in bytes.
. test-harness/checks/lib/lib.sh
boot_answers

# The smaller store, of a 2 MiB flash, since the firmware writes a full store again at each boot.
code=/usr/share/OVMF/OVMF_CODE.fd
vars=/usr/share/OVMF/OVMF_VARS.fd
if ! [ -r "$code" ] || ! [ -r "$vars" ]; then
	skip "a variable store with little room" "no 2 MiB OVMF here"
	plan
	exit
fi

# run STORE ARGUMENTS...: boots the app on this store. Leaves in $stored what became of the report.
run() {
	local store=$1
	shift
	start_qemu 300 "$code" "$store" -serial "file:$scratch/serial.log" -kernel "$app" -append "--exit=qemu --quiet $*" \
		>"$scratch/qemu.log" 2>&1
	stored=$(sed -n 's/^KVMLEAF-END .*report=\([a-z]*\) .*/\1/p' "$scratch/serial.log")
}

# repeat NAME STORE EXPECTED: boots twice; the first boot must end as expected, and the second must write nothing.
repeat() {
	local name=$1 store=$2 expected=$3 again=$3 first
	run "$store"
	first=$stored
	[ "$first" = "$expected" ]
	report $? "$name: the first boot" "report=$first, expected $expected"
	cp "$store" "$scratch/second"
	cp "$store" "$scratch/without"
	run "$scratch/second"
	[ "$expected" != written ] || again=unchanged
	[ "$stored" = "$again" ]
	report $? "$name: the second boot" "report=$stored, expected $again"
	run "$scratch/without" --no-variable
	[ "$stored" = off ] && cmp "$scratch/second" "$scratch/without"
	report $? "$name: the second boot wrote nothing" "with --no-variable: report=$stored"
	: >"$scratch/reports"
	[ "$expected" != written ] || { "$boot" read "$store" && "$boot" read "$scratch/second"; } >"$scratch/reports" &&
		[ "$(sort "$scratch/reports" | uniq -u | wc -l)" -eq 0 ]
	report $? "$name: the report is the same" "$(cat "$scratch/reports")"
}

cp "$vars" "$scratch/own"
run "$scratch/own" --no-variable
for left in ${LEVELS:-350 1000}; do
	expected=written
	[ "$left" -ge 600 ] || expected=failed
	python3 test-harness/checks/lib/fill-store.py "$scratch/own" "$left" >"$scratch/filled"
	repeat "$left bytes left" "$scratch/filled" "$expected"
done

# A variable of kvmleaf's name that has other attributes cannot be overwritten: it is deleted first.
python3 test-harness/checks/lib/fill-store.py "$scratch/own" 20000 3 7000 >"$scratch/foreign"
run "$scratch/foreign"
[ "$stored" = written ] && "$boot" read "$scratch/foreign" | grep -q '^"verdict":"other"'
report $? "another variable of kvmleaf's name is replaced" "report=$stored"
plan
