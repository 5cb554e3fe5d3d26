#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A mistake in the call, or something that the machine lacks, gives one line that names it and a documented status.
# Nothing is run.
. test-harness/checks/lib/lib.sh

# refuses STATUS WORDS ARGUMENTS...: kvmleaf-boot ends with this status and one line that has these words.
refuses() {
	local expected=$1 words=$2
	shift 2
	one_line "$expected" "$words" "$boot" "$@"
	report $? "refused: $*" "status $status: $line"
}

refuses 2 "expected auto, kvm, nested, nested-intel or tcg" --accel=xen
refuses 2 'boot has no option --frob' --frob
refuses 2 'the nearest is --accel' --acel=tcg
refuses 2 'there is no command "casse"; the nearest is "cases"' casse
refuses 2 'there is no command "word"' word
refuses 2 'unexpected "word"' boot word
refuses 2 "--timeout=0: expected 1 to 3600" --timeout=0
refuses 2 "no case matches" cases nothing-of-that-name
refuses 3 "cannot be run" --accel=tcg --qemu="$scratch/no-qemu"
printf '#!/bin/sh\necho QEMU emulator version 2.11.1\n' >"$scratch/old-qemu"
chmod +x "$scratch/old-qemu"
refuses 3 "is too old" --accel=tcg --qemu="$scratch/old-qemu"
refuses 3 "'make all' builds it" --accel=tcg --app="$scratch/no.efi"
refuses 2 "expected CODE:VARS" --accel=tcg --firmware=one-file
refuses 3 "No such file" --accel=tcg --firmware="$scratch/CODE:$scratch/VARS"
refuses 3 "the folder cannot be made" --accel=tcg --out=/proc/nothing/here

# A file of code whose size does not belong to the variable store, which is the machine's own.
vars=$(test-harness/raw-firmware.sh "$boot" "$scratch" | cut -d : -f 2)
head -c 1000000 /dev/zero >"$scratch/CODE.fd"
refuses 3 "do not belong together" --accel=tcg --firmware="$scratch/CODE.fd:$vars"
refuses 3 "is not a variable store" --accel=tcg --firmware="$scratch/CODE.fd:$scratch/CODE.fd"

# read takes a variable store, a file of efivarfs and a saved report, and refuses anything else.
"$boot" cases tcg --out "$scratch/out" >/dev/null 2>&1
report=$scratch/out/tcg/report.json
{ printf '\7\0\0\0'; cat "$report"; } >"$scratch/efivarfs"
for file in "$scratch/out/tcg/VARS.fd" "$scratch/efivarfs" "$report"; do
	"$boot" read "$file" | cmp -s - "$report"
	report $? "read takes ${file##*/}"
done
refuses 2 "No such file" read "$scratch/nothing"
printf '{"schema":"other/1"}' >"$scratch/wrong"
refuses 2 'not a report (its schema is "other/1", not kvmleaf/1), not an efivarfs file (its first four bytes are' read "$scratch/wrong"
{ printf '\7\0\0\0'; head -c 100 "$report"; } >"$scratch/wrong"
refuses 2 "not an efivarfs file (after its attributes: line" read "$scratch/wrong"
refuses 2 "not a variable store with a report (it has no variable KvmLeafReport)" read "$vars"
: >"$scratch/wrong"
refuses 2 "not a variable store with a report (not a variable store" read "$scratch/wrong"

mkdir "$scratch/cases"
case_file() { printf '%b' "$1" >"$scratch/cases/wrong.ini"; }
case_file '[a]\nwhy = x\naccel = tcg\ncpu = max\nverdict = maybe\n'
refuses 2 "wrong.ini:5: verdict = maybe: expected none masked other kvm-behind kvm" cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\ncolour = red\n'
refuses 2 'wrong.ini:3: unknown key "colour"' cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\naccel = tcg\ncpu = max\n[a]\n'
refuses 2 'wrong.ini:5: [a] is given twice' cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\n'
refuses 2 '[a] lacks a key: accel' cases --cases="$scratch/cases" a

case_file '[a]\nwhy = x\naccel = tcg\ncpu = max,+frobnicate\n'
refuses 2 'wrong.ini:1: [a] cpu =: QEMU' cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\naccel = tcg\ncpu = NoSuchModel\n'
refuses 2 'has no "NoSuchModel"' cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\naccel = tcg\nmachine = zx81\ncpu = max\n'
refuses 2 'has no "zx81"' cases --cases="$scratch/cases" a
case_file '[a]\nwhy = x\naccel = tcg\ncpu = max\n'
refuses 2 'expected K/N' cases --cases="$scratch/cases" a --shard=3/2
refuses 2 'expected K/N' cases --shard=0/2 --list
refuses 2 'expected 1 to 256' cases tcg --jobs=0
refuses 2 'expected 1 to 4096' --smp=0
refuses 2 'not with --cpu' --libvirt=x.xml --cpu=host
refuses 2 'No such file' --libvirt="$scratch/no.xml"
: >"$scratch/empty.xml"
refuses 2 'not XML' --libvirt="$scratch/empty.xml"
refuses 2 'KVM_FEATURE_' --accel=tcg --require=no-such-feature
refuses 2 'has no "NoSuchModel"' --accel=tcg --cpu=NoSuchModel

# asks STATUS WORDS ARGUMENTS...: a boot on TCG ends with this status and prints these words.
asks() {
	local expected=$1 words=$2 output actual
	shift 2
	output=$("$boot" --accel=tcg --cpu=qemu64 "$@" 2>&1)
	actual=$?
	[ "$actual" -eq "$expected" ] && grep -qF -- "$words" <<<"$output"
	report $? "a boot with $* ends with status $expected" "status $actual: $(tail -n 5 <<<"$output")"
}
asks 1 "EAX bit 0 (KVM_FEATURE_CLOCKSOURCE) is clear in the report" --require=kvmclock
asks 0 "status=pass" --forbid=kvmclock
asks 1 "status=expectation" -- --require=kvmclock
asks 0 "status=pass" -- --verdict=other

# An image whose own configuration says no-variable leaves no report, and no report is a failure.
cp images/out/kvmleaf-esp.img "$scratch/silent.img"
printf 'exit=qemu\nno-variable\n' >"$scratch/conf"
mcopy -o -i "$scratch/silent.img" "$scratch/conf" ::/EFI/kvmleaf/kvmleaf.conf
# --require is told to the app, in place of the image's own configuration.
asks 1 "(KVM_FEATURE_CLOCKSOURCE) is clear in the report" --disk="$scratch/silent.img" --require=kvmclock
asks 1 "there is no report" --disk="$scratch/silent.img"

# Two parts of the cases together have each case once.
[ "$({ "$boot" cases --list --shard=1/2; "$boot" cases --list --shard=2/2; } | sort)" = "$("$boot" cases --list | sort)" ]
report $? "--shard takes each case once"

if [ "$("$boot" host accelerator)" = kvm ]; then
	skip "--accel=kvm without usable KVM" "this machine has one"
else
	refuses 3 "KVM cannot be used here" --accel=kvm
fi
plan
