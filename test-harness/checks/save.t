#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# --save on a small FAT volume, by real OVMF: a whole file, the old or the new one, is there whenever the power fails, and
# the old one stays where the new one cannot be written. mtools look at the volume.
. test-harness/checks/lib/lib.sh
boot_answers
disk=$scratch/disk.img
path='\EFI\kvmleaf\report.json'
head -c 3000 /dev/zero | tr '\0' o >"$scratch/old"

# make_disk: makes an ESP with the app and, under the name that --save is given, an old file.
make_disk() {
	rm -f "$disk"
	truncate -s 2M "$disk"
	mformat -i "$disk" -h 2 -s 18 -T 4096 ::
	mmd -i "$disk" ::/EFI ::/EFI/BOOT ::/EFI/kvmleaf
	mcopy -i "$disk" "$app" ::/EFI/BOOT/BOOTX64.EFI
	mcopy -i "$disk" "$scratch/old" ::/EFI/kvmleaf/report.json
}

# fill_disk BYTES: leaves this much room on the disk.
fill_disk() {
	local free
	free=$(mdir -i "$disk" ::/ | sed -n 's/ bytes free//p' | tr -d ' ')
	head -c $((free - $1)) /dev/zero | mcopy -i "$disk" - ::/filler
}

# saves STATUS REASON: the app saves its report, and ends with this status and, where it fails, with this reason. The
# disk is $after then.
after=$scratch/out/boot/disk.img
saves() {
	output=$("$boot" --accel=tcg --cpu=qemu64 --out "$scratch/out" --disk="$disk" -- --quiet --exit=qemu "--save=$path" 2>&1)
	status=$?
	[ "$status" -eq "$1" ] && grep -qF -- "$2" <<<"$output" && cmp -s "$scratch/out/boot/report.json" "$scratch/new"
}

# has IMAGE FILE...: whether the folder has these files and no other. A file is NAME=CONTENT, where CONTENT is a file of
# the scratch folder.
has() {
	local image=$1 file names=
	shift
	for file; do
		names+="${file%=*} "
		rm -f "$scratch/got"
		mcopy -n -i "$image" "::/EFI/kvmleaf/${file%=*}" "$scratch/got" >/dev/null 2>&1 &&
			cmp -s "$scratch/got" "$scratch/${file#*=}" || return 1
	done
	[ "$(mdir -b -i "$image" ::/EFI/kvmleaf | sed 's|.*/||' | sort | tr '\n' ' ')" = "$(tr ' ' '\n' <<<"${names% }" | sort | tr '\n' ' ')" ]
}
listing() { printf '%s\n' "$output"; mdir -i "${1:-$after}" ::/EFI/kvmleaf; }

# The report that is saved in all these boots.
make_disk
"$boot" --accel=tcg --cpu=qemu64 --out "$scratch/out" --disk="$disk" -- --quiet --exit=qemu "--save=$path" >"$scratch/output" 2>&1
cp "$scratch/out/boot/report.json" "$scratch/new" && has "$after" report.json=new
report $? "a longer file is replaced, and nothing else is left" "$(cat "$scratch/output"; listing)"

make_disk
fill_disk 512
saves 1 "--save could not write its file to the boot volume: volume full" && has "$after" report.json=old
report $? "on a full volume the old file stays, and nothing else is left" "$(listing)"

make_disk
mattrib -i "$disk" +r ::/EFI/kvmleaf/report.json
saves 1 "--save could not write its file to the boot volume: " && has "$after" report.json=old
report $? "a file that is marked as read-only stays" "$(listing)"

make_disk
mdel -i "$disk" ::/EFI/kvmleaf/report.json
mmd -i "$disk" ::/EFI/kvmleaf/report.json
saves 1 "--save could not write its file to the boot volume: access denied" &&
	mdir -i "$after" ::/EFI/kvmleaf/report.json >"$scratch/output" 2>&1
report $? "an empty folder of that name stays" "$(listing)"

# What earlier runs left when the power failed.
echo junk >"$scratch/junk"
make_disk
mcopy -i "$disk" "$scratch/junk" ::/EFI/kvmleaf/report.json.new
mcopy -i "$disk" "$scratch/junk" ::/EFI/kvmleaf/report.json.tmp
saves 0 "" && has "$after" report.json=new
report $? "files that were left beside the old one are removed" "$(listing)"

make_disk
mdel -i "$disk" ::/EFI/kvmleaf/report.json
mcopy -i "$disk" "$scratch/old" ::/EFI/kvmleaf/report.json.new
cp "$disk" "$scratch/no-name"
saves 0 "" && has "$after" report.json=new
report $? "a file that has not got its name yet is replaced" "$(listing)"

cp "$scratch/no-name" "$disk"
fill_disk 512
saves 1 "--save could not write its file to the boot volume: volume full" && has "$after" report.json.new=old
report $? "a file that has not got its name yet stays on a full volume" "$(listing)"

# The power fails after any write of the guest, and between two sectors of one write. QEMU logs the writes, and each
# state of the disk is made again.
if ! printf 'quit\n' | qemu-system-x86_64 -machine none -display none -blockdev driver=null-co,node-name=a,size=1048576 \
	-blockdev driver=null-co,node-name=b,size=1048576 -blockdev driver=blklogwrites,node-name=c,file=a,log=b \
	-monitor stdio >/dev/null 2>&1; then
	skip "a whole file whenever the power fails" "this QEMU cannot log the writes to a disk"
	plan
	exit
fi
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
cp "${firmware#*:}" "$scratch/VARS.fd"
make_disk
cp "$disk" "$scratch/before.img"
truncate -s 16M "$scratch/log"
start_qemu 300 "${firmware%%:*}" "$scratch/VARS.fd" -serial "file:$scratch/serial.log" \
	-blockdev "driver=file,node-name=raw,filename=$disk" -blockdev "driver=file,node-name=file,filename=$scratch/log" \
	-blockdev driver=blklogwrites,node-name=disk,file=raw,log=file -device virtio-blk-pci,drive=disk,bootindex=0 \
	-fw_cfg "name=opt/kvmleaf/args,string=--exit=qemu --quiet --save=$path" >"$scratch/output" 2>&1
status=$?
[ "$status" -eq 33 ] && has "$disk" report.json=new
report $? "a boot with logged writes" "status $status: $(cat "$scratch/output"; listing "$disk")"
mkdir "$scratch/states"
python3 test-harness/checks/lib/replay-writes.py "$scratch/log" "$scratch/before.img" "$scratch/states"
states=("$scratch"/states/disk-*)
[ "${#states[@]}" -gt 5 ] && cmp "$disk" "$scratch/states/disk-$((${#states[@]} - 1))"
report $? "the log has the writes of the boot" "${#states[@]} states"
# whole STATE FILE...: whether one of the files is there and whole.
whole() {
	local state=$1 file
	shift
	for file; do
		rm -f "$scratch/got"
		mcopy -n -i "$state" "::/EFI/kvmleaf/${file%=*}" "$scratch/got" >/dev/null 2>&1 &&
			cmp -s "$scratch/got" "$scratch/${file#*=}" && return
	done
	return 1
}
lost=()
for state in "${states[@]}"; do
	whole "$state" report.json=old report.json=new report.json.new=new || lost+=("${state##*/}: $(mdir -b -i "$state" ::/EFI/kvmleaf)")
done
[ "${#lost[@]}" -eq 0 ]
report $? "after each of ${#states[@]} states the old or the new file is whole" "$(printf '%s\n' "${lost[@]}")"
plan
