#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The texts for people say what is: their tables are the program's own, and each file, target, command and option that
# they name exists.
. test-harness/checks/lib/lib.sh
texts="README.md CONTRIBUTING.md test-harness/README.md include/kvmleaf/README.md"

# has_lines NAME TEXT FILE: the file has lines, and each of them stands in the text.
has_lines() {
	local absent
	absent=$(grep -vxFf "$2" "$3")
	[ -s "$3" ] && [ -z "$absent" ]
	report $? "$1" "$absent"
}

# none_wrong NAME LOOKED-AT WRONG: something was looked at, and no line of WRONG says that something is amiss.
none_wrong() {
	[ -s "$2" ] && [ ! -s "$3" ]
	report $? "$1" "looked at $(wc -l <"$2"): $(cat "$3")"
}

"$boot" features >"$scratch/features"
report $? "kvmleaf-boot features prints the feature table"
has_lines "include/kvmleaf/README.md has the feature table" include/kvmleaf/README.md "$scratch/features"
[ "$(grep -cE '^\| E[AD]X ' include/kvmleaf/README.md)" -eq "$(grep -cE '^\| E[AD]X ' "$scratch/features")" ]
report $? "and no other row"
sed -n 's/^EXIT_STATUS([A-Z_]*, *\(0x[0-9a-f]*\), *"\([a-z-]*\)", *\(EFI_[A-Z_]*\), *"\(.*\)")$/\1 \2 \3 \4/p' \
	include/kvmleaf/exit_status.def | while read -r value name efi meaning; do
	echo "| \`$name\` | $value | $(((value << 1) | 1)) | $efi | $meaning |"
done >"$scratch/statuses"
has_lines "README has the exit table" README.md "$scratch/statuses"
# Every key of a case file is described, and no other.
sed -nE 's/^CASE_(KEY|EXPECTATION)\([a-z_]*, *"([a-z-]*)".*/\2/p' test-harness/boot/cases/case_keys.def | sort >"$scratch/keys"
sed -n '/^| key | value |/,/^$/p' test-harness/cases/README.md | sed '1,2d' | cut -d '|' -f 2 | grep -o '[a-z-]*' |
	sort >"$scratch/described"
[ -s "$scratch/keys" ] && cmp -s "$scratch/keys" "$scratch/described"
report $? "cases/README.md describes the keys of a case" "$(diff "$scratch/keys" "$scratch/described")"

# README shows the beginning of a table and its last line; the pattern of a row fits the row of each feature.
"$boot" decode test-harness/corpus/kvm-amd.txt >"$scratch/table"
sed -n '/^KVMLEAF-BEGIN /,/^KVMLEAF-END /p' README.md |
	sed '1s/source=cpu$/source=replay/; $s/report=written/report=off/; /^ *\.\.\. /d' >"$scratch/sample"
has_lines "README's table is the program's" "$scratch/table" "$scratch/sample"
pattern=$(sed -n 's|^\(\^(EAX.EDX) .*(yes.-).*\$\)  .*|\1|p' include/kvmleaf/README.md)
rows=$(grep -cE '^\| E[AD]X ' "$scratch/features")
[ -n "$pattern" ] && [ "$(grep -cE -- "$pattern" "$scratch/table")" -eq "$rows" ]
report $? "the pattern of include/kvmleaf/README.md finds the row of each feature" "$pattern"

size=$(wc -c <README.md)
[ "$size" -le 12288 ]
report $? "README is at most 12 KB" "$size bytes"
# shellcheck disable=SC2016 # the marks of Markdown
sed -n '/^```json$/,/^```$/p' README.md | grep -v '^```' >"$scratch/report.json"
python3 -c 'import json, sys, jsonschema; jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))' \
	include/kvmleaf/report.schema.json <"$scratch/report.json" >"$scratch/errors" 2>&1
report $? "README's report follows the schema" "$(tail -n 3 "$scratch/errors")"

# Links to files, from the folder of the text.
for text in $texts; do
	grep -oE '\]\([^)#:]+[)#]' "$text" | sed 's/^](//; s/[)#]$//' | while read -r link; do
		echo "$link" >>"$scratch/links"
		[ -e "$(dirname "$text")/$link" ] || echo "$text: $link"
	done
done >"$scratch/wrong"
none_wrong "each file that is linked to exists" "$scratch/links" "$scratch/wrong"

# What stands in the texts as code, a line each: of blocks each line without its comment, and each `span`.
# shellcheck disable=SC2086 # a list of words
awk '/^ *```/ { block = !block; next }
	block { sub(/(^|  )#.*/, ""); print; next }
	{ while (match($0, /`[^`]+`/)) { print substr($0, RSTART + 1, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }' \
	$texts >"$scratch/code"

# make, where it is a line's first word; a word with a slash is a file that it makes.
env -u MAKEFLAGS LC_ALL=C make -qp help 2>/dev/null | sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' | sort -u >"$scratch/targets"
sed -nE 's/^ *(- )?(run: )?make +//p' "$scratch/code" | tr ' ' '\n' | grep -xE '[a-z][a-z-]*' | sort -u >"$scratch/named"
grep -vxFf "$scratch/targets" "$scratch/named" >"$scratch/wrong"
none_wrong "each target of make that is named exists" "$scratch/named" "$scratch/wrong"

# options_of COMMAND: what its --help lists, a line each, with the dashes.
options_of() { "$boot" "$1" --help | grep -E '^ +-' | grep -oE '(^| )--?[a-z][a-z-]*' | tr -d ' '; }

# kvmleaf-boot: the first word is a command, and each option is listed by that command's --help.
"$boot" --help | sed -n '/^Commands:/,/^$/p' | sed -nE 's/^  ([a-z]+) .*/\1/p' >"$scratch/commands"
grep -oE 'kvmleaf-boot( .*|$)' "$scratch/code" | sed -E 's/^kvmleaf-boot ?//; s/ -- .*//; s/[|>].*//' >"$scratch/calls"
while read -r first rest; do
	command=boot words="$first $rest"
	[[ $first != [[:lower:]]* ]] || command=$first words=$rest
	grep -qx -- "$command" "$scratch/commands" || { echo "there is no command $command" && continue; }
	for word in $words; do
		[[ $word == -* && $word != - && $word != --help && $word != --version ]] || continue
		options_of "$command" | grep -qx -- "${word%%=*}" || echo "kvmleaf-boot $command has no option $word"
	done
done < <(sed 's/^COMMAND --help$/--help/' "$scratch/calls") >"$scratch/wrong"
none_wrong "each command and option of kvmleaf-boot that is shown exists" "$scratch/calls" "$scratch/wrong"

# An option that stands alone is one of kvmleaf-boot's or an argument of the app.
{
	while read -r command; do options_of "$command"; done <"$scratch/commands"
	sed -nE 's/^\t\{ "([a-z-]+)", (NONE|NEEDED|OPTIONAL), .*/--\1/p' efi/core/arguments/argument_options.c
} | sort -u >"$scratch/options"
grep -E '^--?[a-z]' "$scratch/code" | grep -oE '(^| )--[a-z][a-z-]*' | tr -d ' ' | sort -u >"$scratch/named"
grep -vxFf "$scratch/options" "$scratch/named" >"$scratch/wrong"
none_wrong "each option that is mentioned exists" "$scratch/named" "$scratch/wrong"
plan
