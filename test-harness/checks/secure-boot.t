#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `make sign`, and firmware with Secure Boot on that knows the distribution's test key: it refuses unsigned and tampered
# images, and the signed image runs and reports Secure Boot.
. test-harness/checks/lib/lib.sh
boot_answers
clean_up() { rm -rf images/out/signed; }
key=$scratch/snakeoil.key
cert=/usr/share/ovmf/PkKek-1-snakeoil.pem
# Firmware whose descriptor has Secure Boot, with the variable store in which the distribution enrolled its test key.
code=$("$boot" host firmware --features='secure-boot,!enrolled-keys' 2>/dev/null | cut -d : -f 1)
vars=/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd
machine=q35
[ "$("$boot" host firmware --features='secure-boot,requires-smm,!enrolled-keys' 2>/dev/null | cut -d : -f 1)" != "$code" ] || machine='q35,smm=on
qemu = -global driver=cfi.pflash01,property=secure,value=on'

# refuses WORDS KEY CERT: sign.sh ends with status 2 and one line that has these words, and writes nothing.
refuses() {
	rm -rf images/out/signed
	one_line 2 "$1" images/sign.sh "$2" "$3" "$app" "$app_ia32" images/out/signed && [ ! -e images/out/signed ]
	report $? "sign.sh refuses: $1" "status $status: $line"
}
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=one -days 2 -keyout "$scratch/one.key" -out "$scratch/one.pem" 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=two -days 2 -keyout "$scratch/two.key" -out "$scratch/two.pem" 2>/dev/null
refuses "a key and a certificate are needed" "" ""
refuses "not a private key" "$scratch/none.key" "$scratch/one.pem"
refuses "not a private key" "$scratch/one.pem" "$scratch/one.pem"
refuses "not a certificate" "$scratch/one.key" "$scratch/one.key"
refuses "do not belong together" "$scratch/one.key" "$scratch/two.pem"

make -s BUILD="$build" sign KEY="$scratch/one.key" CERT="$scratch/one.pem" >"$scratch/log" 2>&1 &&
	sbverify --cert "$scratch/one.pem" images/out/signed/kvmleaf-x86_64.efi >/dev/null 2>&1 &&
	sbverify --cert "$scratch/one.pem" images/out/signed/kvmleaf-ia32.efi >/dev/null 2>&1
report $? "make sign signs both apps with one's own key" "$(cat "$scratch/log")"
sbattach --remove images/out/signed/kvmleaf-x86_64.efi >/dev/null 2>&1
# unsummed FILE: prints the file without the checksum in its header. A signature does not cover the checksum, and some
# versions of sbattach clear it.
unsummed() {
	local sum=$(($(number_at "$1" 60 4) + 24 + 64))
	head -c "$sum" "$1"
	tail -c +$((sum + 5)) "$1"
}
cmp -s <(unsummed "$app") <(unsummed images/out/signed/kvmleaf-x86_64.efi)
report $? "a signed app without its signature is the unsigned app"

if [ ! -r "$vars" ] || [ -z "$code" ]; then
	skip "Secure Boot" "no $vars, or no firmware that is described with the feature secure-boot"
	plan
	exit 0
fi
# The pass phrase is in the package's README.Debian.
openssl rsa -in /usr/share/ovmf/PkKek-1-snakeoil.key -passin pass:snakeoil -out "$key" 2>/dev/null
make -s BUILD="$build" sign KEY="$key" CERT="$cert" >"$scratch/log" 2>&1
report $? "make sign signs with the firmware's key" "$(cat "$scratch/log")"
cp images/out/signed/kvmleaf.iso "$scratch/signed.iso"
cp images/out/kvmleaf.iso "$scratch/unsigned.iso"
# The tampered image has one letter of the signed app changed.
cp "$scratch/signed.iso" "$scratch/tampered.iso"
offset=$(grep -abo 'Press a key' "$scratch/tampered.iso" | head -n 1 | cut -d : -f 1)
printf 'p' | dd of="$scratch/tampered.iso" bs=1 seek="$offset" conv=notrunc status=none

# Under Secure Boot --exit=qemu is refused, so the app is told to switch the machine off.
mkdir "$scratch/cases"
for image in signed unsigned tampered; do
	printf '[%s]\nwhy = secure-boot.t\naccel = tcg\ncpu = qemu64\nmachine = %s\nfirmware = %s:%s\ndisk = %s/%s.iso\nstore = flash\narguments = --exit=poweroff\nstatus = pass\n' \
		"$image" "$machine" "$code" "$vars" "$scratch" "$image" >>"$scratch/cases/secure.ini"
done
run_cases "images" "$scratch/tap" --cases "$scratch/cases" '*' --timeout 60 --out "$scratch/out"
[ "$(result_of "$scratch/tap" signed)" = ok ] && [ "$(jq .secure_boot "$scratch/out/signed/report.json")" = true ]
report $? "the signed image runs, and reports Secure Boot" "$(complaints "$scratch/tap" signed)"
for image in unsigned tampered; do
	[ "$(result_of "$scratch/tap" "$image")" = "not ok" ] && [ ! -e "$scratch/out/$image/report.json" ] &&
		grep -aqE 'BdsDxe: failed to load|Security Violation' "$scratch/out/$image/serial.log" &&
		! grep -aq KVMLEAF-BEGIN "$scratch/out/$image/serial.log"
	report $? "the firmware refuses the $image image" "$(tail -n 5 "$scratch/out/$image/serial.log")"
done

# What is not signed, which is every source of arguments, makes the signed app write to no port and to no file, and does
# not force the probe. This is refused by one line and by rows under "problems", and the status is usage; the machine is
# switched off instead of ending by the port.
# refused NAME OPTIONS...: boots the signed image with these options of QEMU. QEMU must not end by isa-debug-exit, the
# report must be stored, and the console must say what was refused.
refused() {
	local name=$1
	shift
	cp "$vars" "$scratch/refused.fd"
	rm -f "$scratch/serial"
	start_qemu 120 "$code" "$scratch/refused.fd" -machine "${machine%%$'\n'*}" "${secure[@]}" \
		-serial "file:$scratch/serial" "$@"
	status=$?
	[ "$status" -eq 0 ] && grep -aqF "KVMLEAF-END verdict=none vcpus=1 probe=none report=written status=usage" "$scratch/serial" &&
		grep -aqF "refused: --exit=qemu (power off instead), --save, --probe=force (--probe instead)" "$scratch/serial" &&
		"$boot" read "$scratch/refused.fd" >"$scratch/refused.json" &&
		[ "$(jq -c '[.problems[].problem] - ["no-mp-services"]' "$scratch/refused.json")" = \
			'["exit-refused","save-refused","force-refused","no-hypervisor"]' ]
	report $? "Secure Boot refuses arguments from $name" "QEMU's status $status
$(tail -n 8 "$scratch/serial"; cat "$scratch/refused.json")"
}
secure=(-cpu 'qemu64,tcg-cpuid=off,-hypervisor')
[ "$machine" = q35 ] || secure+=(-global "driver=cfi.pflash01,property=secure,value=on")
asked='--exit=qemu:0xf4 --save=/EFI/BOOT/BOOTX64.EFI --probe=force'
# image NAME [TEXT]: an ESP with the signed app and, with this text, kvmleaf.conf.
image() {
	cp images/out/signed/kvmleaf-esp.img "$scratch/$1.img"
	mdel -i "$scratch/$1.img" ::/EFI/kvmleaf/kvmleaf.conf
	[ $# -eq 1 ] || printf '%b' "$2" | mcopy -i "$scratch/$1.img" - ::/EFI/kvmleaf/kvmleaf.conf
	attached=(-drive "if=none,id=disk,format=raw,file=$scratch/$1.img" -device "virtio-blk-pci,drive=disk")
}
# The app on the disk, which --save named, is as it was.
untouched() {
	mcopy -o -i "$scratch/$1.img" ::/EFI/BOOT/BOOTX64.EFI "$scratch/after.efi" &&
		cmp -s images/out/signed/kvmleaf-x86_64.efi "$scratch/after.efi"
	report $? "Secure Boot: arguments from $1 write no file"
}
image fw_cfg
refused fw_cfg "${attached[@]}" -fw_cfg "name=opt/kvmleaf/args,string=$asked"
untouched fw_cfg
image kvmleaf.conf "${asked// /\\n}\n"
refused kvmleaf.conf "${attached[@]}"
untouched kvmleaf.conf
refused "load options" -kernel images/out/signed/kvmleaf-x86_64.efi -append "$asked"

# The same arguments do all this without Secure Boot.
plain=$(test-harness/raw-firmware.sh "$boot" "$scratch")
cp "${plain#*:}" "$scratch/plain.fd"
image plain
rm -f "$scratch/serial"
start_qemu 120 "${plain%%:*}" "$scratch/plain.fd" "${attached[@]}" -serial "file:$scratch/serial" \
	-cpu 'qemu64,tcg-cpuid=off,-hypervisor' -fw_cfg "name=opt/kvmleaf/args,string=${asked/BOOTX64.EFI/REPORT.JSN}"
status=$?
[ "$status" -eq 33 ] && grep -aqF "probe=agrees report=written status=pass" "$scratch/serial" &&
	mtype -i "$scratch/plain.img" ::/EFI/BOOT/REPORT.JSN | jq -e '.probe and .problems[0].problem' >/dev/null
report $? "without Secure Boot the same arguments are applied" "QEMU's status $status: $(tail -n 5 "$scratch/serial")"
plan
