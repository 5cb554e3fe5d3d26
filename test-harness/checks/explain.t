#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What explain says of saved reports, also of those that lack something, and whether what it prints for libvirt helps:
# applied to bad domains, it gives the guest what was missing, and libvirt's own schema accepts it.
. test-harness/checks/lib/lib.sh
corpus=test-harness/corpus
sources=test-harness/forecast
boot_answers

# says WORDS FILE [OPTION]: explain ends well, and a line has these words. A row's second line is joined to its first.
says() {
	local output
	output=$("$boot" explain "$2" 2>&1 | sed ':a;N;s/\n  *\([a-zA-Z(0-9]\)/ \1/;ta;P;D')
	grep -qF -- "$1" <<<"$output"
	report $? "explain $(basename "$2"): $1" "$output"
}
# refused WORDS FILE: explain ends with status 2 and one line that has these words.
refused() {
	one_line 2 "$1" "$boot" explain "$2"
	report $? "explain refuses $(basename "$2"): $1" "$status: $line"
}
# silent_about TOPIC FILE: no row is about that.
silent_about() {
	! "$boot" explain "$2" 2>&1 | grep -q "^$1 "
	report $? "explain $(basename "$2") has no row about $1"
}

says "guest        used    Linux finds KVM." $corpus/kvm-amd.txt
says "vcpus        unsaid  How many vCPUs there are is not known." $corpus/kvm-amd.txt
says "spinlocks    used" $corpus/vcpus-agree.txt
silent_about vcpus $corpus/vcpus-agree.txt
for other in signature-vmware signature-tcg signature-xen quirk-unknown-signature; do
	says "guest        unsaid  This hypervisor is not KVM." $corpus/$other.txt
	silent_about clock $corpus/$other.txt
done
says "guest        unsaid  No KVM to be seen. Linux and Windows take this for Hyper-V" $corpus/signature-hyperv.txt
says "guest        used    Linux takes KVM's block and its features; Windows takes" $corpus/stack-hyperv-kvm.txt
says "guest        missing KVM's leaves are hidden (kvm=off)" $corpus/quirk-masked.txt
says "guest        missing The hypervisor bit is clear" $corpus/quirk-hypervisor-bit-off.txt
says "guest        unsaid  No hypervisor is seen" $corpus/quirk-no-hypervisor.txt

jq -c '.leaves = []' $corpus/kvm-amd.json >"$scratch/no-leaves.json"
says "clock        unsaid  kvm-clock or tsc: the report lacks the leaves" "$scratch/no-leaves.json"
says "tlb-flush    unsaid  The report lacks leaf 1" "$scratch/no-leaves.json"
says "steal-time   used" "$scratch/no-leaves.json"
jq -c '.schema = "kvmleaf/0"' $corpus/kvm-amd.json >"$scratch/old.json"
refused 'its schema is "kvmleaf/0", not kvmleaf/1' "$scratch/old.json"
jq -c 'del(.kvm.eax)' $corpus/kvm-amd.json >"$scratch/no-eax.json"
refused 'its "kvm.eax" is absent' "$scratch/no-eax.json"
: >"$scratch/empty"
refused "not a report" "$scratch/empty"
jq -c '.problems += [{"problem": "no-mp-services", "number": 0}] | .source = "cpu"' $corpus/kvm-amd.json >"$scratch/one.json"
says "vcpus        unsaid" "$scratch/one.json"
jq -c '.source = "cpu"' $corpus/kvm-amd.json >"$scratch/cpu.json"
says "spinlocks    unused  One vCPU needs no such locks." "$scratch/cpu.json"
jq -c '.source = "cpu" | .vcpus.count = 300' $corpus/kvm-no-bit.json >"$scratch/many.json"
says "apic-ids     missing vCPUs with an APIC id above 255 do not start" "$scratch/many.json"

# Every machine of the corpus, as JSON: the report and a forecast, by the schema. A forecast is never kept from before.
for report in "$corpus"/*.json; do
	"$boot" explain --json "$report" >"$scratch/first.json" && "$boot" explain --json "$scratch/first.json" >"$scratch/again.json" || echo "$report: refused"
	cmp "$scratch/first.json" "$scratch/again.json"
	cmp <(jq -S 'del(.forecast)' "$scratch/first.json") <(jq -S . "$report")
	cp "$scratch/first.json" "$scratch/explained-$(basename "$report")"
done >"$scratch/wrong" 2>&1
[ ! -s "$scratch/wrong" ]
report $? "explain --json adds the key forecast, once" "$(cat "$scratch/wrong")"
python3 - include/kvmleaf/report.schema.json "$scratch"/explained-*.json >"$scratch/wrong" 2>&1 <<'END'
import json, sys, jsonschema
validator = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))
for path in sys.argv[2:]:
    report = json.load(open(path))
    for error in validator.iter_errors(report):
        print(path, error.message)
    if not report["forecast"]["rows"]:
        print(path, "no row")
END
[ ! -s "$scratch/wrong" ]
report $? "reports with a forecast follow the schema" "$(head -n 5 "$scratch/wrong")"

# In the app: the document has the forecast, and the variable does not.
"$boot" --accel=tcg --cpu=qemu64 --out "$scratch/out" -- --json --explain --exit=qemu >"$scratch/console" 2>&1
tr -d '\r' <"$scratch/out/boot/serial.log" | sed -n '/^KVMLEAF-JSON-BEGIN/,/^KVMLEAF-JSON-END/{/^KVMLEAF-JSON/!p}' >"$scratch/document.json"
[ "$(jq -r '.forecast.rows[0].topic' "$scratch/document.json")" = guest ]
report $? "--json --explain: the document on the console has the forecast" "$(tail -n 5 "$scratch/console")"
[ "$(jq 'has("forecast")' "$scratch/out/boot/report.json")" = false ]
report $? "the variable has no forecast"

# boot_domain NAME FILE [OPTIONS...]: boots a domain; its files go to $scratch/NAME.
boot_domain() {
	local name=$1 file=$2
	shift 2
	"$boot" --libvirt "$file" --out "$scratch/$name" "$@" >"$scratch/$name.console" 2>&1
}

# repair NAME: applies what the forecast of the domain prints for libvirt, and boots it again.
repair() {
	local bad=$sources/domains/$1.xml fixed=$scratch/$1.xml features
	boot_domain "$1-bad" "$bad"
	[ -s "$scratch/$1-bad/boot/report.json" ]
	report $? "$1: the bad domain boots" "$(tail -n 5 "$scratch/$1-bad.console")" || return
	"$boot" explain "$scratch/$1-bad/boot/report.json" >"$scratch/$1.txt"
	"$boot" explain --json "$scratch/$1-bad/boot/report.json" >"$scratch/$1.json"
	features=$(jq -r '[.forecast.fixes[].feature // empty] | join(",")' "$scratch/$1.json")
	$sources/apply-fixes "$bad" "$scratch/$1.txt" >"$fixed"
	! cmp -s "$bad" "$fixed"
	report $? "$1: something is missing, and is given" "$(cat "$scratch/$1.txt")"
	if command -v virt-xml-validate >/dev/null; then
		virt-xml-validate "$fixed" domain >"$scratch/validated" 2>&1
		report $? "$1: libvirt's schema accepts the fixed domain" "$(cat "$scratch/validated" "$fixed")"
	else
		skip "$1: libvirt's schema" "virt-xml-validate is not installed (package libvirt-clients)"
	fi
	boot_domain "$1-fixed" "$fixed" ${features:+--require "$features"}
	report $? "$1: the fixed domain has ${features:-what was missing}" "$(tail -n 12 "$scratch/$1-fixed.console")
$(cat "$fixed")"
	"$boot" explain --json "$scratch/$1-fixed/boot/report.json" >"$scratch/$1-fixed.json"
	[ "$(jq '.forecast.fixes | length' "$scratch/$1-fixed.json")" -eq 0 ] &&
		[ "$(jq -r '.forecast.rows[0].state' "$scratch/$1-fixed.json")" = used ]
	report $? "$1: nothing is missing any more" "$(jq -c '.forecast.fixes' "$scratch/$1-fixed.json")"
}

if [ "$("$boot" host accelerator)" = tcg ]; then
	skip "bad domains" "no /dev/kvm that can be opened"
else
	for domain in "$sources"/domains/*.xml; do
		repair "$(basename "$domain" .xml)"
	done
fi
plan
