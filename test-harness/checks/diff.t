#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# diff prints what differs between two machines, each given by any kind of file that can describe one. For a file that
# describes none it says so in one line.
. test-harness/checks/lib/lib.sh
corpus=test-harness/corpus
generated=$scratch/generated
$corpus/generate "$generated"

# differ NAME A B LINES...: the comparison prints exactly these lines, and ends with status 1.
differ() {
	local name=$1 a=$2 b=$3 output
	shift 3
	output=$("$boot" diff "$a" "$b" 2>&1)
	[ $? -eq 1 ] && [ "$output" = "$(printf '%s\n' "$@")" ]
	report $? "$name" "$output"
}

# same NAME A B: the comparison prints nothing, and ends with status 0.
same() {
	local output
	output=$("$boot" diff "$2" "$3" 2>&1) && [ -z "$output" ]
	report $? "$1" "$output"
}

# refused NAME WORDS ARGUMENTS...: kvmleaf-boot refuses the call with status 2 and one line that has these words.
refused() {
	local name=$1 words=$2
	shift 2
	one_line 2 "$words" "$boot" "$@"
	report $? "$name" "status $status: $line"
}

differ "a feature" "$generated/kvm-bit-06.txt" "$generated/kvm-bit-07.json" \
	'KVM_FEATURE_PV_EOI (EAX bit 6, kvm-pv-eoi): on -> off' \
	'KVM_FEATURE_PV_UNHALT (EAX bit 7, kvm-pv-unhalt): off -> on'
differ "a hint" $corpus/kvm-no-bit.txt "$generated/kvm-hint-realtime.txt" \
	'KVM_HINTS_REALTIME (EDX bit 0, kvm-hint-dedicated): off -> on'
differ "the timing leaf" $corpus/signature-kvm.txt $corpus/kvm-timing.txt \
	'block 0x40000000 max_leaf: 0x40000001 -> 0x40000010' "KVM's TSC kHz: absent -> 2394454" \
	"KVM's APIC bus kHz: absent -> 1000000"
differ "KVM's block moves behind a Hyper-V block" $corpus/signature-kvm.txt $corpus/stack-hyperv-kvm.txt \
	'verdict: kvm -> kvm-behind' 'block 0x40000000: KVM -> Hyper-V interface' 'block 0x40000100: absent -> KVM' \
	"KVM's base: 0x40000000 -> 0x40000100"
differ "the hypervisor bit" $corpus/signature-kvm.txt $corpus/quirk-hypervisor-bit-off.txt 'hypervisor bit: true -> false'
differ "KVM's block is gone" "$generated/kvm-bit-03.txt" $corpus/quirk-no-hypervisor.txt 'verdict: kvm -> none' 'hypervisor bit: true -> false' \
	'block 0x40000000: KVM -> absent' 'KVM_FEATURE_CLOCKSOURCE2 (EAX bit 3, kvmclock): on -> off'
differ "a confidential guest" $corpus/confidential-sev.txt $corpus/confidential-snp.txt \
	'confidential guests supported: ["SEV"] -> ["SEV","SEV-ES","SEV-SNP"]' \
	'leaf 0x8000001f eax: 0x00000002 -> 0x0000001a, bits +3 +4'
sed '/^CPU 1:/,$d' $corpus/vcpus-differ-in-level.txt >"$scratch/v3"
sed 's/ebx=0x209c01a9/ebx=0x209c0189/; s/eax=0x0000000f/eax=0x00000007/; s/edx=0x1f8bfbff/edx=0x1f8bf9ff/' "$scratch/v3" >"$scratch/v2"
differ "the level, and a subleaf; whether the APIC is on is left out" "$scratch/v3" "$scratch/v2" 'x86-64 level: x86-64-v3 -> x86-64-v2' \
	'leaf 0x00000007 ebx: 0x209c01a9 -> 0x209c0189, bits -5' 'leaf 0x0000000d subleaf 1 eax: 0x0000000f -> 0x00000007, bits -3'
sed '/^ *0x00000007/d' "$scratch/v3" >"$scratch/unknown"
same "a level that is not known is not compared" "$scratch/v3" "$scratch/unknown"
sed 's/ecx=0xfffa3203/ecx=0xfffa3202/; s/ebx=0x00010800/ebx=0x07010800/' $corpus/signature-kvm.txt >"$scratch/moved"
differ "a register of leaf 1 differs; the APIC id, which is in it too, is left out" $corpus/signature-kvm.txt "$scratch/moved" \
	'leaf 0x00000001 ecx: 0xfffa3203 -> 0xfffa3202, bits -0'
sed 's/eax=0x00040011/eax=0x00040012/; s/ebx=0x00000003/ebx=0x00000009/' $corpus/signature-xen.txt >"$scratch/xen"
differ "another Xen version; the vCPU id is left out" $corpus/signature-xen.txt "$scratch/xen" 'block 0x40000000 version_minor: 17 -> 18' \
	'leaf 0x40000001 eax: 0x00040011 -> 0x00040012, bits -0 +1'
sed '/0x40000101/s/eax=0x01007afb/eax=0x01007afa/' $corpus/stack-kvm-kvm.txt >"$scratch/second"
differ "a second KVM block" $corpus/stack-kvm-kvm.txt "$scratch/second" \
	'leaf 0x40000101 eax: 0x01007afb -> 0x01007afa, bits -0'
sed '/0x40000001/s/ebx=0x00000000/ebx=0x00000010/; /0x00000000 0x00/s/eax=0x0000000d/eax=0x0000000e/' \
	$corpus/signature-kvm.txt >"$scratch/other"
differ "the highest basic leaf, and a register that KVM does not use" $corpus/signature-kvm.txt "$scratch/other" \
	'leaf 0x00000000 eax: 0x0000000d -> 0x0000000e, bits -0 +1' \
	'leaf 0x40000001 ebx: 0x00000000 -> 0x00000010, bits +4'
jq '.blocks = [] | .leaves = [] | .missing = ["leaves", "blocks"]' $corpus/kvm-amd.json >"$scratch/short"
same "leaves that a report left out for lack of room are no difference" $corpus/kvm-amd.txt "$scratch/short"
"$boot" decode $corpus/kvm-amd.txt >/dev/full 2>"$scratch/full"
[ $? -eq 3 ] && grep -q 'standard output cannot be written' "$scratch/full"
report $? "standard output on a full disk is a failure" "$(cat "$scratch/full")"
same "a machine and itself" $corpus/stack-hyperv-xen-kvm.txt $corpus/stack-hyperv-xen-kvm.json

# The same guest as a variable store, as a file of efivarfs, as a saved report and as a dump; and a guest with masked
# features.
"$boot" --accel="$("$boot" host accelerator)" --cpu=host --smp 2 --out "$scratch/all" -- --probe >/dev/null 2>&1
"$boot" --accel="$("$boot" host accelerator)" --cpu=host,-kvm-pv-eoi,-kvmclock --smp 2 --out "$scratch/masked" >/dev/null 2>&1
store=$scratch/all/boot/VARS.fd
saved=$scratch/all/boot/report.json
printf '\007\000\000\000' | cat - "$saved" >"$scratch/efivarfs"
"$boot" read "$saved" --raw >"$scratch/raw"
same "a store and an efivarfs file" "$store" "$scratch/efivarfs"
same "a saved report and a dump" "$saved" "$scratch/raw"
differ "two hosts" "$scratch/masked/boot/VARS.fd" "$scratch/raw" \
	'KVM_FEATURE_CLOCKSOURCE (EAX bit 0, kvmclock): off -> on' 'KVM_FEATURE_CLOCKSOURCE2 (EAX bit 3, kvmclock): off -> on' \
	'KVM_FEATURE_PV_EOI (EAX bit 6, kvm-pv-eoi): off -> on'
[ "$(cpuid -f "$scratch/raw" | grep -c 'KVMKVMKVM')" -eq 1 ]
report $? "cpuid reads what --raw writes" "$(cpuid -f "$scratch/raw" | head -n 5)"
[ "$("$boot" read "$store" | cpuid -f - 2>&1 | grep -c 'unexpected input')" -eq 1 ]
report $? "cpuid does not read the report itself, so the dump was needed"

refused "a file that is not there" "$scratch/none" diff "$saved" "$scratch/none"
refused "one file only" "diff $saved: expected two files" diff "$saved"
refused "three files" 'unexpected "' diff "$saved" "$saved" "$saved"
refused "no machine at all" 'not a dump of cpuid -r (line 1, column 1: expected "CPU 0:"' diff Makefile "$saved"
refused "a broken dump" 'Makefile: line 1, column 1: expected "CPU 0:", as cpuid -r begins' decode Makefile
refused "an empty dump" '-: line 1, column 1: expected "CPU 0:"' decode - </dev/null
refused "--raw without read" "--raw goes with read, not with boot" --raw
refused "--json without decode" "--json goes with cases and decode and explain, not with boot" --json
jq 'del(.leaves[])' "$saved" >"$scratch/bare"
jq '.kvm.eax = 16' "$saved" >"$scratch/typed"
refused "a register that is a number" 'its "kvm.eax" is of another type, expected a string' diff "$saved" "$scratch/typed"
refused "a dump that was cut off" "expected leaves 0x0 and 0x1 of this CPU" decode <(head -n 9 $corpus/vcpus-agree.txt)
refused "--raw of a report without leaves" "the report has no leaves" read "$scratch/bare" --raw
plan
