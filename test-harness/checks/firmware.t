#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# lib/firmware.sh chooses the right firmware by its descriptor, in the format of QEMU's docs/interop/firmware.json.
. test-harness/checks/lib/lib.sh
mkdir "$scratch/general" "$scratch/special"
export KVMLEAF_FIRMWARE="$scratch/general $scratch/special"

# describe FOLDER/NAME ARCHITECTURE MACHINE MAPPING [FEATURE...]: writes a descriptor.
describe() {
	local file=$scratch/$1.json architecture=$2 machine=$3 mapping=$4
	shift 4
	jq -n --argjson mapping "$mapping" --arg architecture "$architecture" --arg machine "$machine" '{
		"interface-types": ["uefi"], mapping: $mapping, features: $ARGS.positional,
		targets: [{architecture: $architecture, machines: [$machine]}]}' --args "$@" >"$file"
}

# flash NAME: prints a mapping to two files, NAME.code and NAME.vars, and makes them.
flash() {
	touch "$scratch/$1.code" "$scratch/$1.vars"
	jq -n --arg file "$scratch/$1" '{device: "flash", executable: {filename: ($file + ".code"), format: "raw"},
		"nvram-template": {filename: ($file + ".vars"), format: "raw"}}'
}

# takes NAME DESCRIPTION [FEATURE...]: firmware.sh prints the files of that name; none for the name "".
takes() {
	local expected=${1:+$scratch/$1.code:$scratch/$1.vars} description=$2 found
	shift 2
	found=$(test-harness/checks/lib/firmware.sh "$@")
	[ $? -eq "$([ -n "$expected" ]; echo $?)" ] && [ "$found" = "$expected" ]
	report $? "$description" "found \"$found\", expected \"$expected\""
}

takes "" "no descriptor: no firmware"
describe general/10-memory x86_64 'pc-q35-*' "{\"device\": \"memory\", \"filename\": \"$scratch/sev.fd\"}" amd-sev
takes "" "firmware without a variable store is not taken"
describe general/20-other i386 'pc-q35-*' "$(flash i386)"
describe general/21-other x86_64 microvm "$(flash microvm)"
takes "" "firmware for another architecture or machine is not taken"
describe general/30-gone x86_64 'pc-q35-*' "$(flash gone)"
rm "$scratch/gone.vars"
takes "" "firmware whose files are missing is not taken"
describe general/40-enrolled x86_64 'pc-q35-*' "$(flash enrolled)" enrolled-keys requires-smm secure-boot
describe general/50-secure x86_64 'pc-q35-*' "$(flash secure)" requires-smm secure-boot
takes "" "firmware with enrolled keys or System Management Mode is not taken unless asked for"
describe general/60-plain x86_64 'pc-q35-*' "$(flash plain)" acpi-s3
takes plain "firmware without special features is taken"
takes secure "by features: with Secure Boot, without enrolled keys" secure-boot '!enrolled-keys'
takes enrolled "by features: with enrolled keys" enrolled-keys
takes "" "by features: no firmware has the feature" intel-tdx
describe special/60-plain x86_64 'pc-q35-*' "$(flash special)"
takes special "a descriptor in a later folder replaces one of the same name"
: >"$scratch/special/60-plain.json"
takes "" "an empty descriptor in a later folder hides one of the same name"
plan
