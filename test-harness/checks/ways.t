#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kvmleaf started by U-Boot, by the UEFI shell, by a boot entry, by GRUB and by systemd-boot, each from a disk made for
# it. The report is the same each time.
. test-harness/checks/lib/lib.sh
boot_answers
cases=$scratch/cases
mkdir "$cases"
options='--exit=qemu --json --verdict=other'

# disk NAME FILE=PATH...: makes a FAT image with these files.
disk() {
	local image=$scratch/$1.img name
	shift
	truncate -s 8M "$image"
	mformat -i "$image" -T 16384 -h 2 -s 32 ::
	for file in "$@"; do
		name=${file%%=*}
		for ((i = 1; i < ${#name}; i++)); do
			[ "${name:i:1}" != / ] || mmd -D s -i "$image" "::${name:0:i}" 2>/dev/null
		done
		mcopy -i "$image" "${file#*=}" "::$name"
	done
}

# case_file NAME LINES: adds a case that boots that disk on TCG.
case_file() {
	printf '[%s]\nwhy = ways.t\naccel = tcg\ncpu = qemu64\ndisk = %s\nverdict = other\n%s\n' \
		"$1" "$scratch/$1.img" "$2" >>"$cases/ways.ini"
}

printf 'exit=qemu\njson\nno-variable\n' >"$scratch/conf"
cp images/out/kvmleaf-esp.img "$scratch/u-boot.img"
mcopy -o -i "$scratch/u-boot.img" "$scratch/conf" ::/EFI/kvmleaf/kvmleaf.conf
u_boot=/usr/lib/u-boot/qemu-x86_64/u-boot.rom
if [ -r "$u_boot" ]; then
	case_file u-boot "machine = q35,sata=on
qemu = -device ide-hd,drive=disk,bus=ide.0
firmware = $u_boot
store = none
arguments = --no-variable
problem = no-mp-services"
else
	skip "u-boot" "no $u_boot"
fi

# Some distributions package the UEFI shell as a program. Newer firmware does not contain it any more.
shell=$(find /usr/share/efi-shell-x64 /usr/share/edk2-shell/x64 /usr/share/edk2/ovmf -iname 'shell*.efi' 2>/dev/null | sort | head -n 1)
own_shell=()
[ -z "$shell" ] || own_shell=("/EFI/BOOT/BOOTX64.EFI=$shell")
printf 'fs0:\\kvmleaf.efi %s\r\n' "$options" >"$scratch/startup.nsh"
disk shell "${own_shell[@]}" "/kvmleaf.efi=$app" "/startup.nsh=$scratch/startup.nsh"
case_file shell 'started-by = shell
store = flash
status = pass'
# A wrong argument of the shell: kvmleaf ends QEMU as it was told to behind it, and does not go back to the shell.
printf 'fs0:\\kvmleaf.efi --require=kvmclok --exit=qemu\r\n' >"$scratch/wrong.nsh"
disk shell-wrong "${own_shell[@]}" "/kvmleaf.efi=$app" "/startup.nsh=$scratch/wrong.nsh"
mkdir "$cases/wrong"
printf '[shell-wrong]\nwhy = ways.t\naccel = tcg\ncpu = qemu64\ndisk = %s\n%s\n' "$scratch/shell-wrong.img" \
	'started-by = shell
report = none
status = usage' >"$cases/wrong/wrong.ini"

printf 'set root=hd0\nchainloader /kvmleaf.efi %s\nboot\n' "$options" >"$scratch/grub.cfg"
if grub-mkimage -O x86_64-efi -o "$scratch/grub.efi" -p / -c "$scratch/grub.cfg" boot chain fat normal part_msdos \
	>"$scratch/grub.log" 2>&1; then
	disk grub "/EFI/BOOT/BOOTX64.EFI=$scratch/grub.efi" "/kvmleaf.efi=$app"
	case_file grub 'store = flash
status = pass'
else
	skip "grub" "$(tail -n 1 "$scratch/grub.log")"
fi

loader=/usr/lib/systemd/boot/efi/systemd-bootx64.efi
if [ -r "$loader" ]; then
	printf 'timeout 0\ndefault kvmleaf.conf\n' >"$scratch/loader.conf"
	printf 'title kvmleaf\nefi /kvmleaf.efi\noptions %s\n' "$options" >"$scratch/entry.conf"
	disk systemd-boot "/EFI/BOOT/BOOTX64.EFI=$loader" "/loader/loader.conf=$scratch/loader.conf" \
		"/loader/entries/kvmleaf.conf=$scratch/entry.conf" "/kvmleaf.efi=$app"
	case_file systemd-boot 'store = flash
status = pass'
else
	skip "systemd-boot" "no $loader"
fi

# The shell makes a boot entry with options. The case then boots with the variable store that has this entry.
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
code=${firmware%%:*}
printf 'bcfg boot add 0 fs0:\\kvmleaf.efi kvmleaf\r\nbcfg boot -opt 0x0 fs0:\\options\r\nreset -s\r\n' >"$scratch/make.nsh"
printf '%s\0' "$options" | iconv -t UTF-16LE >"$scratch/options"
disk make-entry "${own_shell[@]}" "/kvmleaf.efi=$app" "/startup.nsh=$scratch/make.nsh" "/options=$scratch/options"
cp "${firmware#*:}" "$scratch/VARS.fd"
start_qemu 120 "$code" "$scratch/VARS.fd" \
	-drive "if=none,id=disk,format=raw,file=$scratch/make-entry.img" -device virtio-blk-pci,drive=disk \
	-serial "file:$scratch/make-entry.log"
report $? "the shell makes a boot entry" "$(tail -n 5 "$scratch/make-entry.log")"

# The shell does not switch the watchdog off after a program, so the app does. This app's watchdog would fire after five
# seconds; the shell waits for eight, and then starts the usual app, which ends QEMU.
make -s BUILD="$build" "$build/x86_64/mutants/fast-watchdog.efi" >"$scratch/make.log" 2>&1
report $? "the app with a fast watchdog is built" "$(cat "$scratch/make.log")"
printf 'fs0:\\fast.efi --no-variable\r\nstall 8000000\r\nfs0:\\kvmleaf.efi --exit=qemu\r\n' >"$scratch/return.nsh"
disk return "${own_shell[@]}" "/kvmleaf.efi=$app" "/fast.efi=$build/x86_64/mutants/fast-watchdog.efi" \
	"/startup.nsh=$scratch/return.nsh"
cp "${firmware#*:}" "$scratch/return.fd"
start_qemu 120 "$code" "$scratch/return.fd" -drive "if=none,id=disk,format=raw,file=$scratch/return.img" \
	-device virtio-blk-pci,drive=disk -serial "file:$scratch/return.log"
status=$?
[ "$status" -eq 33 ] && [ "$(grep -ac KVMLEAF-END "$scratch/return.log")" -eq 2 ]
report $? "the watchdog is off after a return to the shell" "QEMU's status $status
$(tail -n 5 "$scratch/return.log")"

mdel -i "$scratch/make-entry.img" ::/startup.nsh
mv "$scratch/make-entry.img" "$scratch/entry.img"
case_file entry "firmware = $code:$scratch/VARS.fd
qemu = -device virtio-blk-pci,drive=disk
store = flash
status = pass"

run_cases "a wrong argument" "$scratch/wrong" --cases "$cases/wrong" '*' --timeout 60 --out "$scratch/out"
[ "$(result_of "$scratch/wrong" shell-wrong)" = ok ]
report $? "the shell: --exit is applied behind a wrong argument" \
	"$(complaints "$scratch/wrong" shell-wrong; tail -n 8 "$scratch/out/shell-wrong/serial.log" 2>/dev/null)"

run_cases "all ways to start kvmleaf" "$scratch/tap" --cases "$cases" '*' --timeout 60 --out "$scratch/out"
mapfile -t names < <(names_in "$scratch/tap")
[ "${#names[@]}" -eq "$(grep -c '^\[' "$cases/ways.ini")" ]
report $? "each way to start kvmleaf was tried" "${names[*]}"
for name in "${names[@]}"; do
	[ "$(result_of "$scratch/tap" "$name")" = ok ]
	report $? "started by $name: the case passes" "$(complaints "$scratch/tap" "$name"; tail -n 8 "$scratch/out/$name/serial.log" 2>/dev/null)"
	[ "$name" = u-boot ] || jq -e '.expectations[0].holds' "$scratch/out/$name/report.json" >/dev/null
	report $? "started by $name: the app gets its arguments"
	# Parts of the report that depend on what the firmware offers are left out of the comparison.
	jq -S 'del(.vcpus, .problems, .expectations, .secure_boot)' "$scratch/out/$name/report.json" >"$scratch/this.json"
	[ -e "$scratch/first.json" ] || cp "$scratch/this.json" "$scratch/first.json"
	[ -s "$scratch/this.json" ] && cmp -s "$scratch/first.json" "$scratch/this.json"
	report $? "started by $name: the report is the same" "$(diff "$scratch/first.json" "$scratch/this.json" | head -n 5)"
done
plan
