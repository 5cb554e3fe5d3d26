#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The app booted from a disk: where its arguments come from, what it writes to the disk, and what it does when the
# variable store is full.
. test-harness/checks/lib/lib.sh
disk=$scratch/disk.img

# make_disk [TEXT]: makes an ESP with the app and, with this text, kvmleaf.conf.
make_disk() {
	rm -f "$disk"
	truncate -s 2M "$disk"
	mformat -i "$disk" -h 2 -s 18 -T 4096 ::
	mmd -i "$disk" ::/EFI ::/EFI/BOOT ::/EFI/kvmleaf
	mcopy -i "$disk" "$app" ::/EFI/BOOT/BOOTX64.EFI
	[ $# -eq 0 ] || printf '%b' "$1" | mcopy -i "$disk" - ::/EFI/kvmleaf/kvmleaf.conf
}

# boot ARGUMENTS...: boots the disk. Leaves the output in $output and the status in $status.
boot() {
	output=$("$boot" --accel=tcg --out "$scratch/out" --disk="$disk" "$@" 2>&1)
	status=$?
}

# ends STATUS NAME WORDS...: the last boot ended with this status, and its output has each of the words.
ends() {
	local expected=$1 name=$2 good=0 word
	shift 2
	[ "$status" -eq "$expected" ] || good=1
	for word; do grep -qF -- "$word" <<<"$output" || good=1; done
	report "$good" "$name" "status $status, expected $expected with: $*
$output"
}

make_disk '# a comment\n\nexit=qemu\nverdict=other\n'
boot
ends 0 "the arguments of kvmleaf.conf are applied" "Holds: verdict other" "status=pass"

make_disk 'exit=qemu\nverdict=kvm\n'
boot
ends 1 "an expectation of kvmleaf.conf fails" "FAILS: verdict kvm" "status=expectation"

make_disk 'colour=red\nverdict=kvm\nexit=qemu\n'
boot
ends 1 "a mistake in kvmleaf.conf is named by its line, and the report is still written" \
	'kvmleaf.conf line 1: argument "colour=red": unknown' "only exit and wait are applied" \
	"report=written status=usage" '"verdict":"other"'
grep -q FAILS <<<"$output"
[ $? -eq 1 ]
report $? "what else a wrong kvmleaf.conf says is not applied" "$output"

# Where arguments are wrong, the run still ends as --exit says, wherever it stands.
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
# ends_qemu STATUS NAME WORDS [OPTIONS...]: the disk, with these options of QEMU, ends QEMU with this value of the app
# and prints these words.
ends_qemu() {
	local expected=$(($1 * 2 + 1)) name=$2 words=$3
	shift 3
	cp "${firmware#*:}" "$scratch/VARS.fd"
	rm -f "$scratch/serial"
	start_qemu 60 "${firmware%%:*}" "$scratch/VARS.fd" -drive "if=none,id=disk,format=raw,file=$disk" \
		-device virtio-blk-pci,drive=disk -serial "file:$scratch/serial" "$@"
	status=$?
	[ "$status" -eq "$expected" ] && grep -aqF -- "$words" "$scratch/serial"
	report $? "$name" "QEMU's status $status, expected $expected
$(tail -n 5 "$scratch/serial")"
}
# args WORDS: what fw_cfg has as opt/kvmleaf/args.
args() { printf '%b' "$1" >"$scratch/args"; }
by_fw_cfg=(-fw_cfg "name=opt/kvmleaf/args,file=$scratch/args")
long=$(head -c 40000 /dev/zero | tr '\0' x)

ends_qemu 0x14 "kvmleaf.conf: exit is applied behind a wrong line" 'argument "colour=red": unknown'
make_disk "exit=qemu\n#$long\n"
ends_qemu 0x14 "kvmleaf.conf: exit is applied in a file that is too long" \
	"kvmleaf.conf is longer than 32768 characters; of its arguments only exit and wait are applied"
make_disk
args '--require=kvmclok --exit=qemu'
ends_qemu 0x14 "fw_cfg: --exit is applied behind a wrong argument" \
	'argument "--require=kvmclok": names no feature' "${by_fw_cfg[@]}"
args '--save=\0377\0376 --exit=qemu'
ends_qemu 0x14 "fw_cfg: --exit is applied in a file that is not text" "opt/kvmleaf/args is not text" "${by_fw_cfg[@]}"
args "--exit=qemu $long"
ends_qemu 0x14 "fw_cfg: --exit is applied in a file that is too long" \
	"opt/kvmleaf/args is longer than 32768 characters" "${by_fw_cfg[@]}"
args "$(printf '%30000s' '') --exit=qemu"
ends_qemu 0x10 "fw_cfg: a long file is read to its end" "status=pass" "${by_fw_cfg[@]}"
ends_qemu 0x14 "load options: --exit is applied behind a wrong argument" 'argument "--verdict=maybe": expected kvm' \
	-kernel "$app" -append '--verdict=maybe --exit=qemu'
ends_qemu 0x14 "load options: --exit is applied in a line that is too long" "arguments are longer than 32768 characters" \
	-kernel "$app" -append "--exit=qemu $long"

make_disk 'exit=qemu\nverdict=kvm\n'
boot -- '--save=\EFI\kvmleaf\report.json' --verdict=other
ends 0 "fw_cfg comes before kvmleaf.conf" "Holds: verdict other" "status=pass"
mcopy -i "$scratch/out/boot/disk.img" ::/EFI/kvmleaf/report.json "$scratch/saved.json" &&
	cmp -s "$scratch/saved.json" "$scratch/out/boot/report.json"
report $? "--save writes what the variable holds"

boot -- '--save=\no\such\folder\report.json'
ends 1 "--save into a missing folder" "--save could not write its file to the boot volume: not found" "status=not-stored" \
	'"verdict":"other"'

# An image that expects arguments from elsewhere says so where there are none. Its kvmleaf.conf is applied all the same.
make_disk 'exit=qemu\nexpect-arguments\nverdict=other\n'
boot
ends 1 "arguments that were expected and are not there are named" \
	"kvmleaf.conf expects arguments from elsewhere, and there are none" "Holds: verdict other" \
	"report=written status=usage" '"problem":"no-arguments"'
boot -- --verdict=other
ends 0 "arguments that were expected come by fw_cfg" "Holds: verdict other" "report=written status=pass"

# On a machine that shows no sign of a virtual one the ports of fw_cfg may belong to any device. They are not touched, so
# that the arguments there are not found.
make_disk 'exit=qemu\nverdict=none\n'
args '--exit=qemu --verdict=kvm'
ends_qemu 0x10 "a real machine is not searched for fw_cfg" "Holds: verdict none" "${by_fw_cfg[@]}" \
	-cpu qemu64,tcg-cpuid=off,-hypervisor -smbios 'type=1,manufacturer=Maker of Boards'

# --replay decodes a recorded machine as kvmleaf-boot does on the host. The output says that it is a replay, and the
# report variable, which is about the running machine, is not written.
mmd -i "$disk" ::/dumps
mcopy -i "$disk" test-harness/corpus/vcpus-differ-in-features.txt ::/dumps/differ.txt
mcopy -i "$disk" test-harness/corpus/stack-hyperv-xen-kvm.txt ::/dumps/stack.txt
sed '5s/ecx=/ecx /' test-harness/corpus/stack-hyperv-xen-kvm.txt | mcopy -i "$disk" - ::/dumps/broken.txt
boot -- '--replay=\dumps\differ.txt' '--save=\EFI\kvmleaf\report.json'
ends 1 "--replay decodes a dump of several CPUs" "source=replay" "clear: KVM_FEATURE_PV_EOI" \
	"vcpus=4 differing=1 report=off status=vcpus"
mcopy -o -i "$scratch/out/boot/disk.img" ::/EFI/kvmleaf/report.json "$scratch/saved.json" &&
	cmp -s "$scratch/saved.json" test-harness/corpus/vcpus-differ-in-features.json
report $? "--replay gives the report that the host decodes"
! "$boot" read "$scratch/out/boot/VARS.fd" >/dev/null 2>&1
report $? "--replay does not write the report variable"
boot -- --replay=/dumps/stack.txt --require=kvmclock --verdict=kvm-behind
ends 0 "expectations are applied to a dump too" "source=replay" "Holds: require kvmclock" "base=0x40000200" "status=pass"
boot -- '--replay=\dumps\broken.txt'
ends 1 "a mistake in a dump is named by line and column" \
	'--replay=\dumps\broken.txt: line 5, column 51: expected "ecx="' "report=off status=usage"
boot -- '--replay=\dumps\none.txt'
ends 1 "a missing dump is named" '--replay=\dumps\none.txt: not found' "status=usage"

# Variable stores with little room and with none. A boot makes the firmware's own variables; the rest of the store is
# filled with another vendor's. The store is that of a 2 MiB flash, the smaller one, since the firmware rewrites a full
# store again and again.
code=/usr/share/OVMF/OVMF_CODE.fd
vars=/usr/share/OVMF/OVMF_VARS.fd
if [ -r "$code" ] && [ -r "$vars" ]; then
	boot --firmware="$code:$vars" -- --no-variable
	ends 0 "with --no-variable no report is stored" "report=off status=pass"
	python3 test-harness/checks/lib/fill-store.py "$scratch/out/boot/VARS.fd" 900 >"$scratch/full.fd"
	python3 test-harness/checks/lib/fill-store.py "$scratch/out/boot/VARS.fd" 350 >"$scratch/fuller.fd"
	boot --firmware="$code:$scratch/full.fd" -- --quiet
	ends 0 "a store with little room gets a report without details" "report=written status=pass" \
		'"verdict":"other"' '"missing":["leaves-outside-kvm","leaves","problems"]'
	boot --firmware="$code:$scratch/fuller.fd" -- --quiet
	ends 1 "a full store is named" "the report variable could not be stored; make room in the variable store, or use --no-variable:" \
		"verdict=other vcpus=1 report=failed status=not-stored"
else
	skip "a full variable store" "no 2 MiB OVMF here"
fi
plan
