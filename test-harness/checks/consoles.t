#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The image boots on machines with a screen, a serial port, both, or neither. The report is the same on all, and the
# screen shows a person what the serial port prints.
. test-harness/checks/lib/lib.sh
boot_answers
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")

# machine NAME ARGUMENTS OPTIONS...: boots the image, with the arguments of the app in fw_cfg. Leaves the variable store
# in NAME.fd and the status of QEMU in $status.
machine() {
	local name=$1 arguments=$2
	shift 2
	cp "${firmware#*:}" "$scratch/$name.fd"
	start_qemu 120 "${firmware%%:*}" "$scratch/$name.fd" -m 128 \
		-drive "if=none,id=disk,format=raw,snapshot=on,file=images/out/kvmleaf.iso" -device virtio-blk-pci,drive=disk \
		${arguments:+-fw_cfg "name=opt/kvmleaf/args,string=$arguments"} "$@"
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
	report $? "console $name: the run passes" "QEMU's status $status, expected 33"
	"$boot" read "$scratch/$name.fd" >"$scratch/$name.json" 2>"$scratch/errors" &&
		[ -s "$scratch/$name.json" ] && cmp -s "$scratch/serial.json" "$scratch/$name.json"
	report $? "console $name: the report is the same" "$(cat "$scratch/errors"; diff "$scratch/serial.json" "$scratch/$name.json")"
done

# wait_for WORDS: waits for these words on the serial port.
wait_for() { wait_until 90 grep -qs "$1" "$scratch/serial"; }

# A person boots the image without arguments: the configuration file in the image makes the app count down from 60
# seconds, and a key ends the countdown.
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
report $? "a key ends the countdown, and the firmware continues" "status $status; $(tail -n 3 "$scratch/serial")"
# The lines on the screen have the lengths of the lines on the serial port. The screen was taken during the countdown.
tr -d '\r' <"$scratch/serial" | sed 's/\x1b\[[0-9;=]*[A-Za-z]//g' | sed -n '/KVMLEAF-BEGIN/,/KVMLEAF-END/p' |
	awk '{ while (length($0) > 100) { print 100; $0 = substr($0, 101) } print length($0) }' >"$scratch/sent"
python3 test-harness/checks/lib/screen-rows.py "$scratch/screen.ppm" >"$scratch/seen"
[ -s "$scratch/sent" ] && tr '\n' ' ' <"$scratch/seen" | grep -qF " $(tr '\n' ' ' <"$scratch/sent")"
report $? "the screen shows the lines of the serial port" \
	"sent $(tr '\n' ' ' <"$scratch/sent") seen $(tr '\n' ' ' <"$scratch/seen")"
plan
