#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The EFI file as a loader sees it: size, section layout, subsystem, and the same bytes from another folder.
. test-harness/checks/lib.sh

size=$(stat -c %s "$app")
[ "$size" -le $((48 * 1024)) ]
report $? "at most 48 KiB" "$size bytes"

headers=$(objdump -p "$app")
echo "$headers" | grep -q 'Subsystem.*0000000a'
report $? "subsystem: EFI application"
echo "$headers" | grep -Eq 'SectionAlignment[[:space:]]+0*1000$'
report $? "sections are aligned to 4 KiB" "$(echo "$headers" | grep Alignment)"

# Characteristics of each section, read from the PE headers: 0x80000000 write, 0x20000000 execute.
optional=$(($(od -An -t u4 -j 60 -N 4 "$app") + 24))
sections=$(od -An -t u2 -j $((optional - 18)) -N 2 "$app")
table=$((optional + $(od -An -t u2 -j $((optional - 4)) -N 2 "$app")))
bad=
i=0
while [ "$i" -lt "$sections" ]; do
	entry=$((table + 40 * i))
	flags=$(od -An -t u4 -j $((entry + 36)) -N 4 "$app")
	address=$(od -An -t u4 -j $((entry + 12)) -N 4 "$app")
	[ $((flags & 0xa0000000)) -eq $((0xa0000000)) ] && bad="$bad section $i is writable and executable;"
	[ $((address % 4096)) -eq 0 ] || bad="$bad section $i is not on a page;"
	i=$((i + 1))
done
[ -z "$bad" ] && [ "$sections" -gt 0 ]
report $? "no section is writable and executable" "$bad"

objdump -d "$app" | grep -q '%[xy]mm'
[ $? -eq 1 ]
report $? "no SSE instruction" "$(objdump -d "$app" | grep '%[xy]mm' | head -n 3)"

for efi in "$app" build/ia32/kvmleaf.efi; do
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
