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

copy=$(mktemp -d)
cp -r Makefile include efi "$copy"
make -s -C "$copy" build/x86_64/kvmleaf.efi >/dev/null && cmp -s "$app" "$copy/build/x86_64/kvmleaf.efi"
report $? "another folder gives the same bytes"
rm -rf "$copy"
plan
