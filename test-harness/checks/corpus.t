#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each recorded machine of the corpus is decoded to the report that is stored beside it, to the facts that facts.tsv
# states by hand, and to what the program cpuid decodes. The report gives the same registers back, and kvmleaf-boot
# finds no difference between the machine and its report.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/judge-report.sh
corpus=test-harness/corpus

# same_signature DUMP REPORT: prints a line where cpuid and kvmleaf name the block at 0x40000000 differently. cpuid also
# takes EAX = 0 and all-zero, all-one and echoed leaves for signatures, so nothing is compared where kvmleaf sees no
# block there.
same_signature() {
	local ours theirs
	ours=$(jq -r '.blocks[] | select(.base == "0x40000000") | .signature' "$2")
	theirs=$(cpuid -f "$1" | sed -n 's/^ *hypervisor_id (0x40000000) = "\(.*\)"$/\1/p' | sed 's/\\0//g' | head -n 1 | tr -d '\000')
	[ -z "$ours" ] || [ "$ours" = "$theirs" ] || echo "signature: ours \"$ours\", cpuid's \"$theirs\""
}

# same_features REPORT: prints the features where cpuid and kvmleaf disagree about them.
same_features() {
	local ours theirs
	[ "$(jq -r '.kvm.features | length' "$1")" -gt 0 ] || return
	ours=$(jq -r '.kvm.features[], .kvm.hints[]' "$1" | sort)
	theirs=$(decoded_features "$1" | grep -v '^decoded$')
	[ "$ours" = "$theirs" ] || printf 'features: ours\n%s\ncpuid'"'"'s\n%s\n' "$ours" "$theirs"
}

# same_again REPORT: prints what changes when the report is written as a dump and that is decoded. Only what a report
# has is compared: it lists neither missing leaves nor the registers of vCPUs that agree.
same_again() {
	local parts='{verdict, hypervisor_bit, cpu, confidential, blocks, kvm, leaves, differing: [.vcpus.differing[] | del(.apic_ids)]}'
	"$boot" --read "$1" --raw >"$scratch/raw" && "$boot" --decode "$scratch/raw" --json >"$scratch/again"
	diff <(jq -S "$parts" "$1") <(jq -S "$parts" "$scratch/again")
}

python3 - include/kvmleaf/report.schema.json $corpus/*.json >"$scratch/schema" 2>&1 <<'END'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
for path in sys.argv[2:]:
    try:
        jsonschema.validate(json.load(open(path)), schema)
    except jsonschema.ValidationError as error:
        print(path, error.message)
END
[ ! -s "$scratch/schema" ]
report $? "the stored reports follow the schema" "$(cat "$scratch/schema")"

for dump in "$corpus"/*.txt; do
	name=$(basename "$dump" .txt)
	{
		"$boot" --decode "$dump" --json >"$scratch/json"
		[ $? -eq "$(jq '(.vcpus.differing | length) > 0 | if . then 1 else 0 end' "$scratch/json")" ] ||
			echo "the exit status does not say whether vCPUs differ"
		diff "$corpus/$name.json" "$scratch/json"
		facts=$(jq -r '[.verdict, ([.blocks[] | "\(.base[2:] | ltrimstr("0"))=\(.hypervisor | gsub(" "; "_"))"] | join(" "))] | @tsv' \
			"$scratch/json")
		expected=$(awk -F '\t' -v name="$name" '$1 == name { print $2 "\t" ($3 == "-" ? "" : $3) }' $corpus/facts.tsv)
		[ "$facts" = "$expected" ] || echo "facts: $facts; by hand: $expected"
		same_signature "$dump" "$scratch/json"
		same_features "$scratch/json"
		same_again "$scratch/json"
		"$boot" --diff "$dump" "$scratch/json"
	} >"$scratch/wrong" 2>&1
	[ ! -s "$scratch/wrong" ]
	report $? "$name" "$(head -n 20 "$scratch/wrong")"
done
[ "$(wc -l <$corpus/facts.tsv)" -gt 50 ] && [ "$(wc -l <$corpus/facts.tsv)" -eq "$(find $corpus -name '*.txt' | wc -l)" ]
report $? "each dump has a line in facts.tsv, and each line has a dump"
plan
