#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `decode --here`: the running system's CPUs as a program in user space sees them, held against Todd Allen's cpuid.
. test-harness/checks/lib/lib.sh

if ! grep -qw -m 1 "cpuid level" /proc/cpuinfo; then
	skip "decode --here" "this CPU has no CPUID instruction"
	plan
	exit
fi
"$boot" decode --here --json >"$scratch/here.json" 2>"$scratch/errors"
report $? "the running system is decoded" "$(cat "$scratch/errors")"
python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open("include/kvmleaf/report.schema.json")))' "$scratch/here.json" 2>"$scratch/errors"
report $? "its report is as the schema says" "$(tail -n 1 "$scratch/errors")"
[ "$(jq -r '[.source, (.vcpus.count | tostring), (.vcpus.checked | tostring)] | join(" ")' "$scratch/here.json")" = "user $(nproc) $(nproc)" ]
report $? "its source is \"user\", and every CPU was looked at" "$(jq -c '[.source, .vcpus]' "$scratch/here.json")"

cpuid -r >"$scratch/here.txt"
difference=$("$boot" diff "$scratch/here.json" "$scratch/here.txt" 2>&1) && [ -z "$difference" ]
report $? "cpuid -r says the same" "$difference"
# The registers themselves, leaf by leaf, as cpuid reads them on the first CPU. Leaf 1 has its APIC id.
jq -r '.leaves[] | select(.[0] != "0x00000001") | "\(.[0]) eax=\(.[2]) ebx=\(.[3]) ecx=\(.[4]) edx=\(.[5])"' "$scratch/here.json" >"$scratch/leaves"
while read -r leaf registers; do
	cpuid -1 -r -l "$leaf" | grep -qF "$registers" || echo "$leaf $registers"
done <"$scratch/leaves" >"$scratch/wrong"
[ -s "$scratch/leaves" ] && [ ! -s "$scratch/wrong" ]
report $? "each leaf has the registers that cpuid reads" "$(cat "$scratch/wrong")"

taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')" "$boot" decode --here --json >"$scratch/one.json"
[ "$(jq .vcpus.count "$scratch/one.json")" -eq 1 ]
report $? "a process that is kept on one CPU looks at that one" "$(jq -c .vcpus "$scratch/one.json")"
"$boot" decode --here >"$scratch/table"
grep -q '^KVMLEAF-BEGIN .*source=user' "$scratch/table" && grep -q "^KVMLEAF-END verdict=$(jq -r .verdict "$scratch/here.json") " "$scratch/table"
report $? "without --json it is the table" "$(head -n 3 "$scratch/table")"
plan
