#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The EFI file as a loader sees it: size, section layout, subsystem, and the same bytes from another folder.
. test-harness/checks/lib/lib.sh

# The one place where the app's size is bounded.
limit=$((64 * 1024))
size=$(stat -c %s "$app")
[ "$size" -le "$limit" ]
report $? "at most $limit bytes" "$size bytes"

# number FILE OFFSET BYTES: of the little-endian number there.
number() { od -An -t u"$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

# sections FILE: a line for each, of its name, its characteristics (0x80000000 write, 0x20000000 execute) and its address.
sections() {
	optional=$(($(number "$1" 60 4) + 24))
	count=$(number "$1" $((optional - 18)) 2)
	entry=$((optional + $(number "$1" $((optional - 4)) 2)))
	while [ "$count" -gt 0 ]; do
		printf '%s %x %x\n' "$(dd if="$1" bs=1 skip="$entry" count=8 status=none | tr -d '\0')" \
			"$(number "$1" $((entry + 36)) 4)" "$(number "$1" $((entry + 12)) 4)"
		entry=$((entry + 40))
		count=$((count - 1))
	done
}

ia32=build/ia32/kvmleaf.efi
launcher=build/x86_64/launcher.efi
for efi in "$app" "$ia32" "$launcher"; do
	headers=$(objdump -p "$efi")
	echo "$headers" | grep -q 'Subsystem.*0000000a'
	report $? "$efi: subsystem: EFI application"
	echo "$headers" | grep -Eq 'SectionAlignment[[:space:]]+0*1000$'
	report $? "$efi: sections are aligned to 4 KiB" "$(echo "$headers" | grep Alignment)"
	bad=$(sections "$efi" | awk '$2 ~ /^[abef]......./ { print $1, "is writable and executable" } $3 !~ /000$/ { print $1, "is not on a page" }
		END { if (NR == 0) print "no section" }')
	[ -z "$bad" ]
	report $? "$efi: each section on a page, none writable and executable" "$bad"
	# One entry in the EFI file for each pointer that the linker would have moved, and nothing else of its.
	linked=$(readelf -rW "${efi%.efi}.so" | grep -c 'R_[X86_340]*RELATIVE')
	all=$(readelf -rW "${efi%.efi}.so" | grep -c ' R_')
	moved=$(echo "$headers" | grep -cE 'reloc .*(DIR64|HIGHLOW)')
	[ "$linked" -eq "$all" ] && [ "$linked" -eq "$moved" ]
	report $? "$efi: the firmware moves every pointer" "the linker has $all, $linked of them relative; the file has $moved"
done
for efi in "$app" "$ia32"; do
	list=$(sections "$efi" | cut -d ' ' -f 1,2 | tr '\n' ' ')
	[ "$list" = ".text 60000020 .rodata 40000040 .data c0000040 .sbat 40000040 .reloc 42000040 " ]
	report $? "$efi: its sections, the same wherever it is built" "$list"
done

# refuses WORDS ELF: one line with these words, and no file.
refuses() {
	rm -f build/refused.efi
	! output=$(build/elf-to-efi "$2" build/refused.efi 2>&1) && [ ! -e build/refused.efi ] &&
		[ "$(echo "$output" | wc -l)" -eq 1 ] && echo "$output" | grep -qF "$1"
	report $? "elf-to-efi: $1" "$output"
}
refuses "cannot be read" build/no-such-file
refuses "is no ELF file" Makefile
head -c 9000 "${app%.efi}.so" >build/refused.so
refuses "is cut off" build/refused.so
printf '%s\n' '.section .odd,"a"' '.long 1' '.text' '.globl efi_main' 'efi_main: ret' | as --64 -o build/refused.o -
ld -m elf_x86_64 -nostdlib -pie --no-dynamic-linker -T efi/link/efi.lds build/refused.o -o build/refused.so 2>/dev/null
refuses "has a section .odd, for which efi/link/efi.lds has no place" build/refused.so
printf '%s\n' '.data' '.quad nowhere' '.text' '.globl efi_main' '.weak nowhere' 'efi_main: ret' | as --64 -o build/refused.o -
ld -m elf_x86_64 -nostdlib -shared -T efi/link/efi.lds build/refused.o -o build/refused.so
refuses "has a relocation of type 1, which no EFI file can have" build/refused.so

objdump -d "$app" | grep -q '%[xy]mm'
[ $? -eq 1 ]
report $? "no SSE instruction" "$(objdump -d "$app" | grep '%[xy]mm' | head -n 3)"

for efi in "$app" "$ia32"; do
	objdump -p "$efi" | grep -Eq 'DllCharacteristics[[:space:]]+0*100$'
	report $? "$efi: NX_COMPAT" "$(objdump -p "$efi" | grep DllCharacteristics)"
	objcopy --dump-section .sbat=build/sbat.csv "$efi" /dev/null 2>/dev/null
	tr -d '\0' <build/sbat.csv | awk -F , '
		NF != 6 { bad = 1 } NR == 1 && $1 != "sbat" { bad = 1 } NR == 2 && ($1 != "kvmleaf" || $2 < 1) { bad = 1 }
		END { exit bad || NR != 2 }'
	report $? "$efi: an SBAT section of two rows"
done

size=$(stat -c %s images/out/kvmleaf.iso)
[ "$size" -le $((1024 * 1024)) ]
report $? "the ISO is at most 1 MiB" "$size bytes"
fsck.fat -n images/out/kvmleaf-esp.img >/dev/null
report $? "the ESP is a sound FAT file system" "$(fsck.fat -n images/out/kvmleaf-esp.img)"
(cd images/out && sha256sum --quiet -c SHA256SUMS)
report $? "SHA256SUMS"
! output=$(PATH=/nowhere /bin/sh images/make-images.sh "$app" build/ia32/kvmleaf.efi build/no-images 2>&1) &&
	[ ! -e build/no-images ] && echo "$output" | grep -q 'is in the package mtools'
report $? "a missing tool's package is named" "$output"

copy=$(mktemp -d)
cp -r Makefile include efi images "$copy"
cp --parents test-harness/*/rules.mk "$copy"
rm -rf "$copy/images/out"
touch -d 2001-01-01 "$copy"/images/*
make -s -C "$copy" images >/dev/null && cmp -s "$app" "$copy/build/x86_64/kvmleaf.efi"
report $? "another folder gives the same app"
cmp -s images/out/SHA256SUMS "$copy/images/out/SHA256SUMS"
report $? "and the same images" "$(diff images/out/SHA256SUMS "$copy/images/out/SHA256SUMS")"
SOURCE_DATE_EPOCH=1000000000 "$copy/images/make-images.sh" "$app" build/ia32/kvmleaf.efi "$copy/old"
! cmp -s images/out/kvmleaf.iso "$copy/old/kvmleaf.iso" && mdir -i "$copy/old/kvmleaf-esp.img" :: | grep -q 2001-09-09
report $? "SOURCE_DATE_EPOCH is honoured" "$(mdir -i "$copy/old/kvmleaf-esp.img" ::)"
rm -rf "$copy"
plan
