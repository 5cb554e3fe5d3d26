#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The EFI files as a loader sees them: size, sections, subsystem, relocations; and the images. A build in another folder
# gives the same bytes.
. test-harness/checks/lib/lib.sh

# This is the only place where the app's size is limited.
limit=$((88 * 1024))
size=$(stat -c %s "$app")
[ "$size" -le "$limit" ]
report $? "the app has at most $limit bytes" "$size bytes"

# sections FILE: prints a line for each section: its name, its characteristics (0x80000000: writable, 0x20000000:
# executable) and its address.
sections() {
	optional=$(($(number_at "$1" 60 4) + 24))
	count=$(number_at "$1" $((optional - 18)) 2)
	entry=$((optional + $(number_at "$1" $((optional - 4)) 2)))
	while [ "$count" -gt 0 ]; do
		printf '%s %x %x\n' "$(dd if="$1" bs=1 skip="$entry" count=8 status=none | tr -d '\0')" \
			"$(number_at "$1" $((entry + 36)) 4)" "$(number_at "$1" $((entry + 12)) 4)"
		entry=$((entry + 40))
		count=$((count - 1))
	done
}

for efi in "$app" "$app_ia32" "$launcher"; do
	headers=$(objdump -p "$efi")
	echo "$headers" | grep -q 'Subsystem.*0000000a'
	report $? "$efi: subsystem: EFI application"
	echo "$headers" | grep -Eq 'SectionAlignment[[:space:]]+0*1000$'
	report $? "$efi: sections are aligned to 4 KiB" "$(echo "$headers" | grep Alignment)"
	bad=$(sections "$efi" | awk '$2 ~ /^[abef]......./ { print $1, "is writable and executable" } $3 !~ /000$/ { print $1, "is not on a page" }
		END { if (NR == 0) print "no section" }')
	[ -z "$bad" ]
	report $? "$efi: each section begins on a page, none is both writable and executable" "$bad"
	# The EFI file has one relocation for each pointer of the linked file, which has no relocations of other kinds.
	linked=$(readelf -rW "${efi%.efi}.so" | grep -c 'R_[X86_340]*RELATIVE')
	all=$(readelf -rW "${efi%.efi}.so" | grep -c ' R_')
	moved=$(echo "$headers" | grep -cE 'reloc .*(DIR64|HIGHLOW)')
	[ "$linked" -eq "$all" ] && [ "$linked" -eq "$moved" ]
	report $? "$efi: every pointer has a relocation" "the linker has $all, $linked of them relative; the file has $moved"
done
for efi in "$app" "$app_ia32"; do
	list=$(sections "$efi" | cut -d ' ' -f 1,2 | tr '\n' ' ')
	[ "$list" = ".text 60000020 .rodata 40000040 .data c0000040 .sbat 40000040 .reloc 42000040 " ]
	report $? "$efi: the list of sections" "$list"
done

# refuses WORDS ELF: elf-to-efi prints one line with these words, and writes no file.
refuses() {
	rm -f "$scratch/refused.efi"
	! output=$("$build/elf-to-efi" "$2" "$scratch/refused.efi" 2>&1) && [ ! -e "$scratch/refused.efi" ] &&
		[ "$(echo "$output" | wc -l)" -eq 1 ] && echo "$output" | grep -qF "$1"
	report $? "elf-to-efi: $1" "$output"
}
refuses "cannot be read" "$scratch/no-such-file"
refuses "is no ELF file" Makefile
head -c 9000 "${app%.efi}.so" >"$scratch/refused.so"
refuses "is cut off" "$scratch/refused.so"
printf '%s\n' '.section .odd,"a"' '.long 1' '.text' '.globl efi_main' 'efi_main: ret' | as --64 -o "$scratch/refused.o" -
ld -m elf_x86_64 -nostdlib -pie --no-dynamic-linker -T efi/link/efi.lds "$scratch/refused.o" -o "$scratch/refused.so" 2>/dev/null
refuses "has a section .odd, for which efi/link/efi.lds has no place" "$scratch/refused.so"
printf '%s\n' '.data' '.quad nowhere' '.text' '.globl efi_main' '.weak nowhere' 'efi_main: ret' | as --64 -o "$scratch/refused.o" -
ld -m elf_x86_64 -nostdlib -shared -T efi/link/efi.lds "$scratch/refused.o" -o "$scratch/refused.so"
refuses "has a relocation of type 1, which no EFI file can have" "$scratch/refused.so"

objdump -d "$app" | grep -q '%[xy]mm'
[ $? -eq 1 ]
report $? "the app has no SSE instruction" "$(objdump -d "$app" | grep '%[xy]mm' | head -n 3)"

# Some of the APIC's registers may only be written: each access must be one move, whatever the compiler makes smaller.
# Addresses on the stack and relative to RIP are memory of the app's own; btr clears a bit of the word of PV_EOI.
for optimize in -O0 -Os -O2 $(cc -Oz -E - </dev/null >/dev/null 2>&1 && echo -Oz); do
	cc -std=c11 "$optimize" -ffreestanding -mno-red-zone -mgeneral-regs-only -fpie -Iinclude -Iefi -c efi/firmware/x86_64/apic.c \
		-o "$scratch/apic.o" && objdump -d "$scratch/apic.o" >"$scratch/apic.s"
	others=$(grep -E '\(%r' "$scratch/apic.s" | grep -vE '\(%r(ip|sp|bp)\)|[[:space:]](mov[a-z]*|lea|nop[a-z]?|btrl)[[:space:]]')
	[ -s "$scratch/apic.s" ] && [ -z "$others" ] && grep -q 'mov.*(%r[a-d0-9]' "$scratch/apic.s"
	report $? "$optimize: the APIC's registers are accessed by single moves" "$others"
done

for efi in "$app" "$app_ia32"; do
	objdump -p "$efi" | grep -Eq 'DllCharacteristics[[:space:]]+0*100$'
	report $? "$efi: the flag NX_COMPAT is set" "$(objdump -p "$efi" | grep DllCharacteristics)"
	objcopy --dump-section .sbat="$scratch/sbat.csv" "$efi" /dev/null 2>/dev/null
	tr -d '\0' <"$scratch/sbat.csv" | awk -F , '
		NF != 6 { bad = 1 } NR == 1 && $1 != "sbat" { bad = 1 } NR == 2 && ($1 != "kvmleaf" || $2 < 1) { bad = 1 }
		END { exit bad || NR != 2 }'
	report $? "$efi: the SBAT section has two rows"
done

size=$(stat -c %s images/out/kvmleaf.iso)
[ "$size" -le $((1024 * 1024)) ]
report $? "the ISO is at most 1 MiB" "$size bytes"
fsck.fat -n images/out/kvmleaf-esp.img >/dev/null
report $? "the ESP is a sound FAT file system" "$(fsck.fat -n images/out/kvmleaf-esp.img)"
(cd images/out && sha256sum --quiet -c SHA256SUMS)
report $? "SHA256SUMS has the sums of the images"
! output=$(PATH=/nowhere /bin/sh images/make-images.sh "$app" "$app_ia32" "$scratch/no-images" 2>&1) &&
	[ ! -e "$scratch/no-images" ] && echo "$output" | grep -q 'is in the package mtools'
report $? "make-images.sh names the package of a missing tool" "$output"

copy=$scratch/copy
mkdir "$copy"
cp -r Makefile include efi images "$copy"
cp --parents test-harness/*/rules.mk test-harness/unit/*/rules.mk "$copy"
rm -rf "$copy/images/out"
touch -d 2001-01-01 "$copy"/images/*
make -s -C "$copy" BUILD=build images >/dev/null && cmp -s "$app" "$copy/build/x86_64/kvmleaf.efi"
report $? "a build in another folder gives the same app"
cmp -s images/out/SHA256SUMS "$copy/images/out/SHA256SUMS"
report $? "a build in another folder gives the same images" "$(diff images/out/SHA256SUMS "$copy/images/out/SHA256SUMS")"
SOURCE_DATE_EPOCH=1000000000 "$copy/images/make-images.sh" "$app" "$app_ia32" "$copy/old"
! cmp -s images/out/kvmleaf.iso "$copy/old/kvmleaf.iso" && mdir -i "$copy/old/kvmleaf-esp.img" :: | grep -q 2001-09-09
report $? "SOURCE_DATE_EPOCH sets the dates in the images" "$(mdir -i "$copy/old/kvmleaf-esp.img" ::)"
# The app with which the harness tries /dev/kvm, started as the harness starts it. QEMU ends with twice the app's value and
# one: 33 is a pass.
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
cp "${firmware#*:}" "$scratch/VARS.fd"
start_qemu 120 "${firmware%%:*}" "$scratch/VARS.fd" -kernel "$build/x86_64/returns.efi" >"$scratch/returns.log" 2>&1
status=$?
[ "$status" -eq 33 ]
report $? "QEMU starts the app that only returns, which ends it with success" "status $status: $(cat "$scratch/returns.log")"
plan
