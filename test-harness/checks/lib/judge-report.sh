# SPDX-License-Identifier: BSD-2-Clause
# Independent programs judge a report: python3-jsonschema validates it against the JSON Schema, and Todd Allen's cpuid
# decodes the features from the raw registers in the report. Sourced after lib.sh.
# shellcheck shell=sh

# raw_leaves REPORT: prints the raw leaves in the text form that `cpuid -r` writes and `cpuid -f` reads. KVM's block is
# moved to 0x40000000, since cpuid looks for it only there.
raw_leaves() {
	jq -r '(.kvm.base // "0x40000000") as $base
		| "CPU 0:", (.leaves[]
		| select((.[0] < "0x40000000") or (.[0][0:8] == $base[0:8]))
		| "   \(if .[0] < "0x40000000" then .[0] else "0x400000" + .[0][8:10] end) 0x00: eax=\(.[2]) ebx=\(.[3]) ecx=\(.[4]) edx=\(.[5])")' "$1"
}

# The kernel's name of each feature and cpuid's words for it, as test-harness/unit/kvm_expected.def has them by hand.
cpuid_names() {
	awk -F '"' '/^EXPECT\(/ && $10 != "" { print $2 "\t" $10 }' test-harness/unit/kvm_expected.def
}

# The features and hints of a report, without those that cpuid has no words for.
reported_features() {
	wordless=$(awk -F '"' '/^EXPECT\(/ && $10 == "" { print $2 }' test-harness/unit/kvm_expected.def)
	jq -r '.kvm.features[], .kvm.hints[]' "$1" | grep -vxF -e "$wordless" | sort
}

# The features that cpuid calls true, by the kernel's names; nothing where it finds no feature leaf at all.
decoded_features() {
	decoded=$(raw_leaves "$1" | cpuid -f -)
	case $decoded in *"hypervisor features (0x40000001/eax)"*) echo decoded ;; esac
	printf '%s\n' "$decoded" | sed -n 's/^ *\(.*[^ ]\) *= true$/\1/p' | while read -r phrase; do
		cpuid_names | awk -F '\t' -v phrase="$phrase" '$2 == phrase { print $1 }'
	done | sort
}

# judge_report NAME REPORT: gives two results, or one where the report has no KVM.
judge_report() {
	wrong=$(python3 -m jsonschema --instance "$2" include/kvmleaf/report.schema.json 2>&1)
	report $? "$1: the report follows its schema" "$wrong"
	if [ "$(jq -r .kvm "$2")" = null ]; then
		return
	fi
	ours=$(echo decoded; reported_features "$2")
	theirs=$(decoded_features "$2")
	[ "$ours" = "$theirs" ]
	report $? "$1: cpuid decodes the same features" "$(printf 'report: %s\ncpuid: %s' "$ours" "$theirs")"
}
