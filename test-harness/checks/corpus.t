#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each machine of the corpus, those that corpus/generate makes among them, is decoded to its report, as facts.tsv says
# by hand, as cpuid decodes it, back to the same registers, and without a difference to itself.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/judge-report.sh
corpus=test-harness/corpus
generated=$scratch/generated

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
	ours=$(reported_features "$1")
	theirs=$(decoded_features "$1" | grep -v '^decoded$')
	[ "$ours" = "$theirs" ] || printf 'features: ours\n%s\ncpuid'"'"'s\n%s\n' "$ours" "$theirs"
}

# same_again REPORT: prints what changes when the report is written as a dump and that is decoded. Only what a report
# has is compared: it lists neither missing leaves nor the registers of vCPUs that agree.
same_again() {
	local parts='{verdict, hypervisor_bit, cpu, confidential, blocks, kvm, leaves, differing: [.vcpus.differing[] | del(.apic_ids)]}'
	"$boot" read "$1" --raw >"$scratch/raw" && "$boot" decode "$scratch/raw" --json >"$scratch/again"
	diff <(jq -S "$parts" "$1") <(jq -S "$parts" "$scratch/again")
}

$corpus/generate "$generated" >"$scratch/errors" 2>&1
report $? "the machines that differ in one number are generated" "$(cat "$scratch/errors")"
cat $corpus/facts.tsv "$generated/facts.tsv" >"$scratch/facts"

python3 - include/kvmleaf/report.schema.json $corpus/*.json "$generated"/*.json >"$scratch/schema" 2>&1 <<'END'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
for path in sys.argv[2:]:
    try:
        jsonschema.validate(json.load(open(path)), schema)
    except jsonschema.ValidationError as error:
        print(path, error.message)
END
[ ! -s "$scratch/schema" ]
report $? "the reports of the corpus follow the schema" "$(cat "$scratch/schema")"

for dump in "$corpus"/*.txt "$generated"/*.txt; do
	name=$(basename "$dump" .txt)
	{
		"$boot" decode "$dump" --json >"$scratch/json"
		[ $? -eq "$(jq '(.vcpus.differing | length) > 0 | if . then 1 else 0 end' "$scratch/json")" ] ||
			echo "the exit status does not say whether vCPUs differ"
		diff "${dump%.txt}.json" "$scratch/json"
		facts=$(jq -r '[.verdict, ([.blocks[] | "\(.base[2:] | ltrimstr("0"))=\(.hypervisor | gsub(" "; "_"))"] | join(" "))] | @tsv' \
			"$scratch/json")
		expected=$(awk -F '\t' -v name="$name" '$1 == name { print $2 "\t" ($3 == "-" ? "" : $3) }' "$scratch/facts")
		[ "$facts" = "$expected" ] || echo "facts: $facts; by hand: $expected"
		same_signature "$dump" "$scratch/json"
		same_features "$scratch/json"
		same_again "$scratch/json"
		"$boot" diff "$dump" "$scratch/json"
	} >"$scratch/wrong" 2>&1
	[ ! -s "$scratch/wrong" ]
	report $? "$name" "$(head -n 20 "$scratch/wrong")"
done
[ "$(wc -l <"$scratch/facts")" -gt 50 ] &&
	[ "$(wc -l <"$scratch/facts")" -eq "$(find $corpus "$generated" -name '*.txt' | wc -l)" ]
report $? "each dump has a line of facts, and each line has a dump"

# Every signature that the programs know stands in the corpus. The bytes are those between the quotes of the second column.
sed -n 's/^HYPERVISOR([A-Z0-9_]*, *"\([^"]*\)",.*/\1/p' include/kvmleaf/hypervisors.def | while IFS= read -r signature; do
	printf '%b' "$signature" | od -An -v -tx1 | tr -d ' \n'
	echo
done | sort >"$scratch/known"
jq -r '.blocks[].signature_hex' "$corpus"/*.json "$generated"/*.json | sort -u >"$scratch/seen"
absent=$(comm -23 "$scratch/known" "$scratch/seen")
[ -s "$scratch/known" ] && [ -z "$absent" ]
report $? "the corpus has a machine of each known signature" "$absent"

# make bless, in a copy of the tree, leaves everything as it is; a program that fails destroys nothing.
copy=$scratch/tree
mkdir -p "$copy" && cp -r --parents test-harness/corpus include README.md "$copy"
git init -q "$copy" && git -C "$copy" add . && KVMLEAF_BOOT=$(realpath "$boot") "$copy/test-harness/corpus/bless" >"$scratch/blessed" 2>&1
report $? "bless writes down what the corpus is decoded to" "$(cat "$scratch/blessed")"
changed=$(git -C "$copy" status --porcelain | grep -v '^A  ')
[ -z "$changed" ]
report $? "and what is committed is that already" "$changed"
printf '#!/bin/sh\nexit 2\n' >"$scratch/fails"
chmod +x "$scratch/fails"
! KVMLEAF_BOOT=$scratch/fails "$copy/test-harness/corpus/bless" >/dev/null 2>&1 &&
	[ -z "$(find "$copy" -name '*.json' -empty)" ]
report $? "a program that fails empties no report"
plan
