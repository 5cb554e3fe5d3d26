#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Ways in that need a disk of their own: U-Boot, the shell, a boot entry, GRUB, systemd-boot. The same report each time.
. test-harness/checks/lib/lib.sh
boot_answers
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cases=$scratch/cases
mkdir "$cases"
app=build/x86_64/kvmleaf.efi
options='--exit=qemu --json --verdict=other'

# disk NAME FILE=PATH...: a FAT image with these files.
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

# case_file NAME LINES: a case that boots that disk on TCG.
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
arguments = --no-variable
problem = no-mp-services"
else
	skip "u-boot" "no $u_boot"
fi

# The shell as a program where the distribution has it so; newer firmware brings none of its own along.
shell=$(find /usr/share/efi-shell-x64 /usr/share/edk2-shell/x64 /usr/share/edk2/ovmf -iname 'shell*.efi' 2>/dev/null | sort | head -n 1)
own_shell=()
[ -z "$shell" ] || own_shell=("/EFI/BOOT/BOOTX64.EFI=$shell")
printf 'fs0:\\kvmleaf.efi %s\r\n' "$options" >"$scratch/startup.nsh"
disk shell "${own_shell[@]}" "/kvmleaf.efi=$app" "/startup.nsh=$scratch/startup.nsh"
case_file shell 'started-by = shell
store = flash
status = pass'

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

# A boot entry with options, made by the shell; the store that it made is the firmware's for the case.
firmware=$(test-harness/checks/lib/firmware.sh)
code=${firmware%%:*}
vars=${firmware#*:}
printf 'bcfg boot add 0 fs0:\\kvmleaf.efi kvmleaf\r\nbcfg boot -opt 0x0 fs0:\\options\r\nreset -s\r\n' >"$scratch/make.nsh"
printf '%s\0' "$options" | iconv -t UTF-16LE >"$scratch/options"
disk make-entry "${own_shell[@]}" "/kvmleaf.efi=$app" "/startup.nsh=$scratch/make.nsh" "/options=$scratch/options"
cp "$vars" "$scratch/VARS.fd"
timeout 120 qemu-system-x86_64 -accel tcg -machine q35 -m 128 -nodefaults -display none -no-reboot \
	-drive "if=pflash,unit=0,format=raw,readonly=on,file=$code" -drive "if=pflash,unit=1,format=raw,file=$scratch/VARS.fd" \
	-drive "if=none,id=disk,format=raw,file=$scratch/make-entry.img" -device virtio-blk-pci,drive=disk \
	-serial "file:$scratch/make-entry.log"
report $? "the shell makes a boot entry" "$(tail -n 5 "$scratch/make-entry.log")"
mdel -i "$scratch/make-entry.img" ::/startup.nsh
mv "$scratch/make-entry.img" "$scratch/entry.img"
case_file entry "firmware = $code:$scratch/VARS.fd
qemu = -device virtio-blk-pci,drive=disk
store = flash
status = pass"

run_cases "the ways" "$scratch/tap" --cases "$cases" --case '*' --timeout 60 --out "$scratch/out"
mapfile -t names < <(sed -nE 's/^(not )?ok [0-9]+ - ([^ ]*).*/\2/p' "$scratch/tap")
[ "${#names[@]}" -eq "$(grep -c '^\[' "$cases/ways.ini")" ]
report $? "each way was tried" "${names[*]}"
for name in "${names[@]}"; do
	[ "$(result_of "$scratch/tap" "$name")" = ok ]
	report $? "by $name" "$(complaints "$scratch/tap" "$name"; tail -n 8 "$scratch/out/$name/serial.log" 2>/dev/null)"
	[ "$name" = u-boot ] || jq -e '.expectations[0].holds' "$scratch/out/$name/report.json" >/dev/null
	report $? "by $name: its own arguments arrive"
	# What the firmware may lack is no difference between machines.
	jq -S 'del(.vcpus, .problems, .expectations, .secure_boot)' "$scratch/out/$name/report.json" >"$scratch/this.json"
	[ -e "$scratch/first.json" ] || cp "$scratch/this.json" "$scratch/first.json"
	[ -s "$scratch/this.json" ] && cmp -s "$scratch/first.json" "$scratch/this.json"
	report $? "by $name: the same report" "$(diff "$scratch/first.json" "$scratch/this.json" | head -n 5)"
done
plan
