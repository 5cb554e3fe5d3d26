#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Firmware that enforces what the sections of the EFI file say, where the distribution has it: the app and the launcher
# run there. The firmware itself protects only what it brings along; what it starts by shim, shim protects.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
code=$(find /usr/share/OVMF /usr/share/edk2 -name 'OVMF_CODE*strictnx*.fd' 2>/dev/null | sort | head -n 1)
vars=${code/_CODE/_VARS}
vars=${vars/.secboot.strictnx/}
shim=$(find /usr/lib/shim /usr/share/shim -name 'shimx64.efi' 2>/dev/null | sort | head -n 1)
launcher=build/x86_64/launcher.efi
arguments='--exit=qemu --quiet --no-variable'

# strict SECONDS OPTIONS...: the machine with that firmware; leaves status and what it printed.
strict() {
	local seconds=$1
	shift
	cp "$vars" "$scratch/VARS.fd"
	timeout "$seconds" qemu-system-x86_64 -accel tcg -machine q35,smm=on -cpu qemu64 -m 256 -nodefaults -display none -no-reboot \
		-global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$code" -drive "if=pflash,unit=1,format=raw,file=$scratch/VARS.fd" \
		-device isa-debug-exit,iobase=0xf4,iosize=4 -device pvpanic -action panic=none -serial "file:$scratch/log" "$@" \
		2>"$scratch/errors"
	status=$?
}

# passes NAME: the app of the machine before came to its end, and nobody complained of its layout.
passes() {
	[ "$status" -eq 33 ] && grep -aq 'KVMLEAF-END.*status=pass' "$scratch/log" && ! grep -aq 'not page aligned' "$scratch/log"
	report $? "$1" "status $status; $(tail -n 8 "$scratch/log" "$scratch/errors")"
}

# by_shim APP: a disk on which shim starts it.
by_shim() {
	rm -f "$scratch/disk"
	truncate -s 8M "$scratch/disk"
	mformat -i "$scratch/disk" -T 16384 -h 2 -s 32 ::
	mmd -i "$scratch/disk" ::/EFI ::/EFI/BOOT
	mcopy -i "$scratch/disk" "$shim" ::/EFI/BOOT/BOOTX64.EFI
	mcopy -i "$scratch/disk" "$1" ::/EFI/BOOT/grubx64.efi
	strict "$2" -drive "if=none,id=disk,format=raw,file=$scratch/disk" -device virtio-blk-pci,drive=disk,bootindex=0 \
		-fw_cfg "name=opt/kvmleaf/args,string=$arguments"
}

if [ -z "$code" ] || [ ! -r "$vars" ]; then
	skip "strict firmware" "no firmware here that enforces NX (OVMF_CODE*strictnx.fd)"
	plan
	exit 0
fi
strict 120 -kernel "$app" -append "$arguments"
passes "the app runs on firmware that enforces NX"
# The launcher's disk, as test-harness/launcher/payload.h has it.
{
	printf 'kvmleaf\0'
	for word in "$(stat -c %s "$app")" ${#arguments}; do
		printf '%b' "$(printf '%08x' "$word" | sed 's/\(..\)\(..\)\(..\)\(..\)/\\x\4\\x\3\\x\2\\x\1/')"
	done
	printf '%s' "$arguments"
} >"$scratch/payload"
truncate -s 4096 "$scratch/payload"
cat "$app" >>"$scratch/payload"
truncate -s 1M "$scratch/payload"
strict 120 -kernel "$launcher" -drive "if=none,id=payload,format=raw,file=$scratch/payload" -device virtio-blk-pci,drive=payload
passes "the launcher runs there, and the app that it starts"

if [ -z "$shim" ]; then
	skip "shim protects the sections" "shim is not here (package shim-unsigned)"
	plan
	exit 0
fi
by_shim "$app" 120
passes "the app runs with its sections protected"
# That they are protected is seen by an app that says of its .data, section 2, what is not true: that no one writes to it.
cp "$app" "$scratch/read-only.efi"
optional=$(($(od -An -t u4 -j 60 -N 4 "$app") + 24))
entry=$((optional + $(od -An -t u2 -j $((optional - 4)) -N 2 "$app") + 2 * 40))
printf '\x40' | dd of="$scratch/read-only.efi" bs=1 seek=$((entry + 39)) conv=notrunc status=none
by_shim "$scratch/read-only.efi" 20
[ "$status" -ne 33 ] && grep -aq 'X64 Exception Type - 0E' "$scratch/log"
report $? "one that writes where its sections do not say so faults there" "status $status; $(tail -n 8 "$scratch/log")"
plan
