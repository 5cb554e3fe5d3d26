#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints UEFI firmware for x86_64 as CODE:VARS, two raw files that exist, chosen by QEMU's firmware descriptors:
#
#   firmware.sh [FEATURE | !FEATURE]...
#
# Takes the first descriptor, by file name, of a flash in two parts on q35 that has each FEATURE, and none of those that
# follow a "!". Without arguments it takes the firmware that kvmleaf-boot takes too: without System Management Mode and
# without enrolled keys. Prints nothing and ends with status 1 if there is none. A descriptor in a later folder replaces
# one of the same name in an earlier folder.
set -eu
[ $# -gt 0 ] || set -- '!requires-smm' '!enrolled-keys'
folders="${KVMLEAF_FIRMWARE:-/usr/share/qemu/firmware /etc/qemu/firmware ${XDG_CONFIG_HOME:-${HOME:-}/.config}/qemu/firmware}"

for name in $(for folder in $folders; do ls "$folder" 2>/dev/null; done | grep '\.json$' | LC_ALL=C sort -u); do
	for folder in $folders; do
		[ ! -e "$folder/$name" ] || file=$folder/$name
	done
	# A file that is not JSON, such as an empty one, describes no firmware.
	pair=$(jq -r '
		select(."interface-types" | index("uefi")) |
		select(any(.targets[]; .architecture == "x86_64" and any(.machines[]; test("^(pc-)?q35")))) |
		select(.features as $has | all($ARGS.positional[];
			if startswith("!") then .[1:] as $word | $has | index($word) | not else . as $word | $has | index($word) end)) |
		.mapping | select(.device == "flash" and (.mode // "split") == "split") |
		select(.executable.format == "raw" and ."nvram-template".format == "raw") |
		.executable.filename + ":" + ."nvram-template".filename' "$file" --args "$@" 2>/dev/null | head -n 1) || continue
	if [ -r "${pair%%:*}" ] && [ -r "${pair#*:}" ]; then
		echo "$pair"
		exit 0
	fi
done
exit 1
