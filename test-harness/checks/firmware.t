#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Which firmware the scripts take, by descriptors as QEMU's docs/interop/firmware.json has them.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/general" "$scratch/special"
export KVMLEAF_FIRMWARE="$scratch/general $scratch/special"

# describe FOLDER/NAME ARCHITECTURE MACHINE MAPPING [FEATURE...]
describe() {
	local file=$scratch/$1.json architecture=$2 machine=$3 mapping=$4
	shift 4
	jq -n --argjson mapping "$mapping" --arg architecture "$architecture" --arg machine "$machine" '{
		"interface-types": ["uefi"], mapping: $mapping, features: $ARGS.positional,
		targets: [{architecture: $architecture, machines: [$machine]}]}' --args "$@" >"$file"
}

# flash NAME: a mapping to two files, which are made.
flash() {
	touch "$scratch/$1.code" "$scratch/$1.vars"
	jq -n --arg file "$scratch/$1" '{device: "flash", executable: {filename: ($file + ".code"), format: "raw"},
		"nvram-template": {filename: ($file + ".vars"), format: "raw"}}'
}

# takes NAME WORDS [FEATURE...]
takes() {
	local expected=${1:+$scratch/$1.code:$scratch/$1.vars} words=$2 found
	shift 2
	found=$(test-harness/checks/lib/firmware.sh "$@")
	[ $? -eq "$([ -n "$expected" ]; echo $?)" ] && [ "$found" = "$expected" ]
	report $? "$words" "found \"$found\", expected \"$expected\""
}

takes "" "none is described"
describe general/10-memory x86_64 'pc-q35-*' "{\"device\": \"memory\", \"filename\": \"$scratch/sev.fd\"}" amd-sev
takes "" "one without a variable store is none"
describe general/20-other i386 'pc-q35-*' "$(flash i386)"
describe general/21-other x86_64 microvm "$(flash microvm)"
takes "" "nor one for another architecture or machine"
describe general/30-gone x86_64 'pc-q35-*' "$(flash gone)"
rm "$scratch/gone.vars"
takes "" "nor one whose files are not there"
describe general/40-enrolled x86_64 'pc-q35-*' "$(flash enrolled)" enrolled-keys requires-smm secure-boot
describe general/50-secure x86_64 'pc-q35-*' "$(flash secure)" requires-smm secure-boot
takes "" "nor one with keys or System Management Mode, unasked"
describe general/60-plain x86_64 'pc-q35-*' "$(flash plain)" acpi-s3
takes plain "the plain one"
takes secure "by features: with Secure Boot, without keys" secure-boot '!enrolled-keys'
takes enrolled "by features: with keys" enrolled-keys
takes "" "by features: nobody has it" intel-tdx
describe special/60-plain x86_64 'pc-q35-*' "$(flash special)"
takes special "a later folder's descriptor takes the place of one of its name"
: >"$scratch/special/60-plain.json"
takes "" "and an empty one hides it"
plan
