#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The image on machines with a screen, a serial port, both, or neither: what a person sees, and the same report.
. test-harness/checks/lib/lib.sh
boot_answers
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
firmware=$(test-harness/checks/lib/firmware.sh)

# machine NAME ARGUMENTS OPTIONS...: boots the image; leaves its store and status. ARGUMENTS come by fw_cfg.
machine() {
	local name=$1 arguments=$2
	shift 2
	cp "${firmware#*:}" "$scratch/$name.fd"
	timeout 120 qemu-system-x86_64 -accel tcg -machine q35 -cpu qemu64 -m 128 -nodefaults -display none -no-reboot \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=${firmware%%:*}" \
		-drive "if=pflash,unit=1,format=raw,file=$scratch/$name.fd" \
		-drive "if=none,id=disk,format=raw,snapshot=on,file=images/out/kvmleaf.iso" -device virtio-blk-pci,drive=disk \
		-device isa-debug-exit,iobase=0xf4,iosize=4 ${arguments:+-fw_cfg "name=opt/kvmleaf/args,string=$arguments"} "$@"
	status=$?
}

serial=(-serial "file:$scratch/serial")
for name in serial screen both neither; do
	case $name in
	serial) machine $name --exit=qemu "${serial[@]}" ;;
	screen) machine $name --exit=qemu -device VGA ;;
	both) machine $name --exit=qemu -device VGA "${serial[@]}" ;;
	neither) machine $name --exit=qemu ;;
	esac
	[ "$status" -eq 33 ]
	report $? "console: $name: the run passes" "QEMU's status $status, expected 33"
	"$boot" --read "$scratch/$name.fd" >"$scratch/$name.json" 2>"$scratch/errors" &&
		[ -s "$scratch/$name.json" ] && cmp -s "$scratch/serial.json" "$scratch/$name.json"
	report $? "console: $name: the same report" "$(cat "$scratch/errors"; diff "$scratch/serial.json" "$scratch/$name.json")"
done

# wait_for WORDS: on the serial port of the machine that follows.
wait_for() {
	local tenth
	for ((tenth = 0; tenth < 900; tenth++)); do
		grep -q "$1" "$scratch/serial" 2>/dev/null && return
		sleep 0.1
	done
}

# As a person boots it: no arguments from outside, the image's own configuration counts down; a key ends it.
rm -f "$scratch/serial"
watch() {
	wait_for 'Press a key 60\.'
	echo "screendump $scratch/screen.ppm"
	echo 'sendkey ret'
	wait_for 'BdsDxe: starting.*\(UiApp\|BootManagerMenuApp\)'
	echo quit
}
machine person '' -device VGA "${serial[@]}" -monitor stdio < <(watch) >"$scratch/monitor"
[ "$status" -eq 0 ] && ! grep -q 'Press a key 60\.\.\.\.\.\.\.\.\.50' "$scratch/serial"
report $? "a person's key ends the countdown, and the firmware goes on" "status $status; $(tail -n 3 "$scratch/serial")"
# Each line of the serial port stands on the screen, as long as it was sent; the last is still being written.
tr -d '\r' <"$scratch/serial" | sed 's/\x1b\[[0-9;=]*[A-Za-z]//g' | sed -n '/KVMLEAF-BEGIN/,/KVMLEAF-END/p' |
	awk '{ while (length($0) > 100) { print 100; $0 = substr($0, 101) } print length($0) }' >"$scratch/sent"
python3 test-harness/checks/lib/screen-rows.py "$scratch/screen.ppm" >"$scratch/seen"
[ -s "$scratch/sent" ] && tr '\n' ' ' <"$scratch/seen" | grep -qF " $(tr '\n' ' ' <"$scratch/sent")"
report $? "the screen shows what the serial port says, line by line" \
	"sent $(tr '\n' ' ' <"$scratch/sent") seen $(tr '\n' ' ' <"$scratch/seen")"
plan
