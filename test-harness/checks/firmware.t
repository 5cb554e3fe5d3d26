#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kvmleaf-boot chooses firmware by QEMU's firmware descriptors (QEMU's docs/interop/firmware.json). jq, which reads the
# same descriptors here, must come to the same files. The unit tests of descriptors have the rare cases.
. test-harness/checks/lib/lib.sh
folders="/usr/share/qemu/firmware /etc/qemu/firmware ${XDG_CONFIG_HOME:-${HOME:-}/.config}/qemu/firmware"

# by_jq FEATURE | !FEATURE...: prints CODE:VARS of the first descriptor, by file name, of a flash in two parts for x86_64
# on q35 that has each FEATURE, and none of those that follow a "!". Ends with status 1 if there is none. A descriptor in
# a later folder replaces one of the same name in an earlier folder.
by_jq() {
	local name folder file pair
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
			.mapping | select(.device == "flash" and (.mode // "split") == "split" and ."nvram-template" != null) |
			.executable.filename + ":" + ."nvram-template".filename' "$file" --args "$@" 2>/dev/null | head -n 1) || continue
		[ -z "$pair" ] || { echo "$pair" && return; }
	done
	return 1
}

# agree DESCRIPTION FEATURES: kvmleaf-boot and jq find the same firmware for this list of features, or both find none.
agree() {
	local expected found
	# shellcheck disable=SC2086 # a list of words
	expected=$(by_jq ${2//,/ })
	found=$("$boot" host firmware --features="$2" 2>"$scratch/errors")
	[ "$found" = "$expected" ]
	report $? "$1" "found \"$found\", expected \"$expected\"; $(cat "$scratch/errors")"
}
boot_answers
agree "with Secure Boot, without enrolled keys" 'secure-boot,!enrolled-keys'
agree "with enrolled keys" 'enrolled-keys'
agree "for System Management Mode" 'requires-smm,!enrolled-keys'
agree "a feature that no firmware has" 'no-such-feature'
[ "$("$boot" host firmware)" = "$(by_jq '!requires-smm' '!enrolled-keys')" ]
report $? "without a wish: without System Management Mode and without enrolled keys" "$("$boot" host firmware 2>&1)"

# Firmware that is described in qcow2 files, as Fedora's is, becomes two raw files with the same bytes.
pair=$("$boot" host firmware)
mkdir -p "$scratch/config/qemu/firmware" "$scratch/made"
qemu-img convert -O qcow2 "${pair%%:*}" "$scratch/CODE.qcow2" && qemu-img convert -O qcow2 "${pair#*:}" "$scratch/VARS.qcow2"
jq -n --arg folder "$scratch" '{"interface-types": ["uefi"], features: [],
	targets: [{architecture: "x86_64", machines: ["pc-q35-*"]}], mapping: {device: "flash",
	executable: {filename: ($folder + "/CODE.qcow2"), format: "qcow2"},
	"nvram-template": {filename: ($folder + "/VARS.qcow2"), format: "qcow2"}}}' >"$scratch/config/qemu/firmware/00-qcow2.json"
raw=$(XDG_CONFIG_HOME=$scratch/config test-harness/raw-firmware.sh "$boot" "$scratch/made")
[ "$raw" = "$scratch/made/CODE.fd:$scratch/made/VARS.fd" ] && cmp -s "${raw%%:*}" "${pair%%:*}" && cmp -s "${raw#*:}" "${pair#*:}"
report $? "raw-firmware.sh makes raw files of qcow2 firmware" "$raw"
[ "$(test-harness/raw-firmware.sh "$boot" "$scratch/made")" = "$pair" ]
report $? "and leaves raw firmware where it is"
plan
