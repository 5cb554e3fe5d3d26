#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The app and the launcher run on firmware that enforces the permissions of the sections of an EFI file, where the
# distribution has such firmware. The firmware protects only the programs that it contains. shim protects the sections of
# the programs that it starts.
. test-harness/checks/lib/lib.sh
code=$(find /usr/share/OVMF /usr/share/edk2 -name 'OVMF_CODE*strictnx*.fd' 2>/dev/null | sort | head -n 1)
vars=${code/_CODE/_VARS}
vars=${vars/.secboot.strictnx/}
shim=$(find /usr/lib/shim /usr/share/shim -name 'shimx64.efi' 2>/dev/null | sort | head -n 1)
arguments='--exit=qemu --quiet --no-variable'

# strict SECONDS OPTIONS...: runs a guest with that firmware. Leaves its status in $status and its console in a file.
strict() {
	local seconds=$1
	shift
	cp "$vars" "$scratch/VARS.fd"
	start_qemu "$seconds" "$code" "$scratch/VARS.fd" -machine q35,smm=on \
		-global driver=cfi.pflash01,property=secure,value=on -device pvpanic -action panic=none -serial "file:$scratch/log" "$@" \
		2>"$scratch/errors"
	status=$?
}

# passes NAME: in the last guest the app ended with a pass, and neither firmware nor shim complained about its sections.
passes() {
	[ "$status" -eq 33 ] && grep -aq 'KVMLEAF-END.*status=pass' "$scratch/log" && ! grep -aq 'not page aligned' "$scratch/log"
	report $? "$1" "status $status; $(tail -n 8 "$scratch/log" "$scratch/errors")"
}

# by_shim APP SECONDS: runs a guest that boots from a disk on which shim starts the app.
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
# The launcher's disk, in the layout of test-harness/launcher/payload.h.
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
# The app that the launcher starts prints to that disk.
tail -c +$((768 * 1024 + 1)) "$scratch/payload" | tr -d '\0' >>"$scratch/log"
passes "the launcher and the app that it starts run on firmware that enforces NX"

if [ -z "$shim" ]; then
	skip "shim protects the sections" "shim is not here (package shim-unsigned)"
	plan
	exit 0
fi
by_shim "$app" 120
passes "the app runs with its sections protected by shim"
# A copy of the app whose .data (section 2) is marked as not writable shows that shim protects the sections: it faults when
# the probe writes there.
cp "$app" "$scratch/read-only.efi"
optional=$(($(number_at "$app" 60 4) + 24))
entry=$((optional + $(number_at "$app" $((optional - 4)) 2) + 2 * 40))
printf '\x40' | dd of="$scratch/read-only.efi" bs=1 seek=$((entry + 39)) conv=notrunc status=none
arguments="$arguments --probe"
by_shim "$scratch/read-only.efi" 20
[ "$status" -ne 33 ] && grep -aq 'X64 Exception Type - 0E' "$scratch/log"
report $? "an app that writes to a section marked as not writable faults" "status $status; $(tail -n 8 "$scratch/log")"
plan
