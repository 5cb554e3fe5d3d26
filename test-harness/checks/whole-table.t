#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A table that is much longer than the app's console buffer is printed whole on real firmware, and the last line comes.
. test-harness/checks/lib/lib.sh
boot_answers
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
disk=$scratch/disk.img
vcpus=33

# line LEAF EAX EBX ECX EDX: a line of a dump.
line() { printf '   0x%08x 0x00: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n' "$@"; }

# A recorded machine whose first vCPU has no KVM feature. Each other one has nearly all of them, and no two have the same.
for ((id = 0; id < vcpus; id++)); do
	echo "CPU $id:"
	line 0 0x1 0x68747541 0x444d4163 0x69746e65
	line 1 0x00800f12 $((id << 24)) 0xfffa3203 0x1f8bfbff
	line 0x40000000 0x40000001 0x4b4d564b 0x564b4d56 0x4d
	line 0x40000001 $((id == 0 ? 0 : 0x0103feff & ~id)) 0 0 $((id > 0))
done >"$scratch/crowd.txt"
truncate -s 2M "$disk"
mformat -i "$disk" -h 2 -s 18 -T 4096 ::
mmd -i "$disk" ::/EFI ::/EFI/BOOT
mcopy -i "$disk" "$app" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$disk" "$scratch/crowd.txt" ::/crowd.txt

# The host decodes the dump by the same core, into a buffer that holds all of it.
"$boot" decode "$scratch/crowd.txt" >"$scratch/decoded" 2>/dev/null
[ "$(wc -c <"$scratch/decoded")" -gt $((16 * 1024)) ] && [ "$(grep -c '^DIFFERS:' "$scratch/decoded")" -eq 33 ]
report $? "the machine's table has more than 16 KiB" "$(wc "$scratch/decoded")"

# The app is started without kvmleaf-boot, which adds --json where nothing is stored.
for way in "" "--json"; do
	cp "${firmware#*:}" "$scratch/VARS.fd"
	start_qemu 120 "${firmware%%:*}" "$scratch/VARS.fd" -drive "if=none,id=disk,format=raw,file=$disk" \
		-device virtio-blk-pci,drive=disk,bootindex=0 -serial "file:$scratch/log" \
		-fw_cfg "name=opt/kvmleaf/args,string=--exit=qemu --replay=\\crowd.txt $way"
	status=$?
	tr -d '\r' <"$scratch/log" | sed 's/\x1b\[[0-9;=]*[A-Za-z]//g' >"$scratch/serial"
	[ "$status" -eq 39 ] && tail -n 1 "$scratch/serial" |
		grep -q "^KVMLEAF-END .* vcpus=$vcpus differing=$((vcpus - 1)) report=off status=vcpus$"
	report $? "${way:-no argument}: the last line comes" "QEMU's status $status; $(tail -n 3 "$scratch/serial")"
	sed '1,/^KVMLEAF-BEGIN /{/^KVMLEAF-BEGIN /!d}; /^KVMLEAF-JSON-BEGIN/,/^KVMLEAF-JSON-END/d' "$scratch/serial" >"$scratch/shown"
	[ -s "$scratch/shown" ] && cmp -s "$scratch/decoded" "$scratch/shown"
	report $? "${way:-no argument}: no line of the table is missing" "$(diff "$scratch/decoded" "$scratch/shown" | head -n 5)"
done
sed 1d "$scratch/decoded" >"$scratch/body"
[ -s "$scratch/body" ] && tail -n "$(wc -l <"$scratch/body")" "$scratch/serial" | cmp -s "$scratch/body"
report $? "--json: the table and the last line are what stays on a screen" "$(tail -n 5 "$scratch/serial")"
sed -n '/^KVMLEAF-JSON-BEGIN/,/^KVMLEAF-JSON-END/p' "$scratch/serial" | sed '1d;$d' >"$scratch/report.json"
"$boot" decode --json "$scratch/crowd.txt" >"$scratch/decoded.json" 2>/dev/null
[ -s "$scratch/report.json" ] && cmp -s "$scratch/decoded.json" "$scratch/report.json"
report $? "--json: the report is whole" "$(diff "$scratch/decoded.json" "$scratch/report.json" | head -n 5)"
plan
