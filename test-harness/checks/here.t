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
# The registers themselves, leaf by leaf, as cpuid reads them. Leaf 1 has the CPU's APIC id.
jq -r '.leaves[] | select(.[0] != "0x00000001") | "\(.[0]) \(.[1]) eax=\(.[2]) ebx=\(.[3]) ecx=\(.[4]) edx=\(.[5])"' "$scratch/here.json" >"$scratch/leaves"
while read -r leaf subleaf registers; do
	cpuid -1 -r -l "$leaf" -s "$((subleaf))" | grep -qF "$registers" || echo "$leaf $subleaf $registers"
done <"$scratch/leaves" >"$scratch/wrong"
[ -s "$scratch/leaves" ] && [ ! -s "$scratch/wrong" ]
report $? "each leaf has the registers that cpuid reads" "$(cat "$scratch/wrong")"

# The C library has its own judgement of the CPU, by which it chooses libraries that were built for a level. It lists the
# levels from x86-64-v2 on, and those that the CPU reaches as "supported".
loader=$(find -L /lib64 /lib -maxdepth 2 -name 'ld-linux-x86-64.so.2' 2>/dev/null | head -n 1)
supported=$([ -z "$loader" ] || "$loader" --help | sed -n 's/^ *\(x86-64-v[234]\)\( (supported.*\)\{0,1\}$/\1\2/p')
if [ -z "$supported" ]; then
	skip "the C library sees the same level" "the C library does not say which levels it supports"
else
	highest=$(echo "$supported" | sed -n 's/^\(x86-64-v[234]\) (supported.*/\1/p' | sort | tail -n 1)
	[ "$(jq -r .cpu.level "$scratch/here.json")" = "${highest:-x86-64-v1}" ]
	report $? "the C library sees the same level" "$supported / $(jq -c .cpu "$scratch/here.json")"
fi
# So has the compiler, if it knows the levels.
echo 'int main(void) { return 1 + !!__builtin_cpu_supports("x86-64-v2") + !!__builtin_cpu_supports("x86-64-v3") +
	!!__builtin_cpu_supports("x86-64-v4"); }' >"$scratch/supports.c"
if ${CC:-cc} -o "$scratch/supports" "$scratch/supports.c" 2>"$scratch/errors"; then
	"$scratch/supports"
	level=x86-64-v$?
	[ "$(jq -r .cpu.level "$scratch/here.json")" = "$level" ]
	report $? "the compiler's library sees the same level" "$level / $(jq -c .cpu "$scratch/here.json")"
else
	skip "the compiler's library sees the same level" "this compiler does not know the levels of x86-64"
fi
# The kernel's name for each feature and its width of an address, on Linux. The kernel drops flags of features that
# firmware has switched off or that its own command line forbids, and address bits that encryption takes.
flags=" $(sed -n 's/^flags[[:space:]]*://p' /proc/cpuinfo | head -n 1) "
while read -r feature flag may_lack; do
	[[ $flags == *" $flag "* ]] && seen=true || seen=$may_lack
	[[ " $seen " == *" $(jq ".cpu.features.\"$feature\"" "$scratch/here.json") "* ]] || echo "$feature: $flag $seen"
done >"$scratch/wrong" <<-END
	x2apic x2apic true false
	tsc-deadline tsc_deadline_timer false
	vmx vmx true false
	svm svm true false
	invtsc nonstop_tsc false
END
bits=$(sed -n 's/^address sizes.*: \([0-9]*\) bits physical.*/\1/p' /proc/cpuinfo | head -n 1)
[ "$(jq .cpu.phys_bits "$scratch/here.json")" -ge "$bits" ] || echo "phys_bits: $bits" >>"$scratch/wrong"
[ ! -s "$scratch/wrong" ]
report $? "the kernel sees the same features and the same width of an address" "$(cat "$scratch/wrong"; jq -c .cpu "$scratch/here.json")"

taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')" "$boot" decode --here --json >"$scratch/one.json"
[ "$(jq .vcpus.count "$scratch/one.json")" -eq 1 ]
report $? "a process that is kept on one CPU looks at that one" "$(jq -c .vcpus "$scratch/one.json")"
"$boot" decode --here >"$scratch/table"
grep -q '^KVMLEAF-BEGIN .*source=user' "$scratch/table" && grep -q "^KVMLEAF-END verdict=$(jq -r .verdict "$scratch/here.json") " "$scratch/table"
report $? "without --json it is the table" "$(head -n 3 "$scratch/table")"
plan
