#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# No option is ever ignored: each goes with a command, or is refused there with status 2 and one line that names it.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo '{}' >"$scratch/file"

# The commands, as words that ask for each, and beside them the options that README says they take.
declare -A command=(
	[boot]="" [cases]="--case=tcg" [list]="--list" [read]="--read=$scratch/file" [decode]="--decode=$scratch/file"
	[diff]="--diff $scratch/file $scratch/file" [best-accel]="--best-accel" [features]="--features" [version]="--version")
declare -A takes=(
	[boot]="accel app cache cold cpu deadline disk firmware forbid keep libvirt machine nested-silence out qemu require smp timeout"
	[cases]="accel app cache case cases cold deadline fail-fast firmware jobs junit keep nested-silence no-skip out qemu random
		require-kvm rerun seed shard timeout"
	[list]="case cases cold json qemu random rerun seed shard"
	[read]="raw" [decode]="json" [diff]=""
	[best-accel]="accel cache firmware qemu" [features]="" [version]="")
declare -A value=(
	[accel]=tcg [app]=x.efi [cache]=$scratch/cache [case]=x [cases]=$scratch [cpu]=max [deadline]=9 [disk]=x.img
	[firmware]=x:y [forbid]=PV_EOI [jobs]=1 [junit]=$scratch/x.xml [libvirt]=x.xml [machine]=q35 [nested-silence]=9
	[out]=$scratch/out [qemu]=/nonexistent [random]=1 [require]=PV_EOI [rerun]=x.xml [seed]=1 [shard]=1/2 [smp]=1 [timeout]=9)

# The options are those that --help lists, so that a new one cannot be left out here.
mapfile -t options < <("$boot" --help | sed -nE 's/^ +(-[a-z], )?--([a-z-]+).*/\2/p' |
	grep -vxE 'help|list|read|decode|diff|best-accel|features|version')
[ "${#options[@]}" -gt 25 ]
report $? "--help lists the options" "${options[*]}"
for name in boot cases list read decode diff best-accel features version; do
	ignored=
	for option in "${options[@]}" nested-silence; do
		[[ " ${takes[$name]//[$'\n\t']/ } " != *" $option "* ]] || continue
		# shellcheck disable=SC2086 # the words of a command
		output=$("$boot" ${command[$name]} "--$option${value[$option]:+=${value[$option]}}" 2>&1 >/dev/null </dev/null)
		status=$?
		# An option may stand for a command itself: --case makes of a single boot a run of cases.
		case $name/$option in boot/case | boot/random | boot/rerun) continue ;; esac
		if [ "$status" -ne 2 ] || [ "$(wc -l <<<"$output")" -ne 1 ] || [[ $output != *"--"*": not with"* ]]; then
			ignored+=" --$option ($status: $output)"
		fi
	done
	[ -z "$ignored" ]
	report $? "$name refuses what does not go with it" "$ignored"
done

# Two commands at once, arguments for an app that is not asked, and options that need another one.
# refuses WORDS ARGUMENTS...: status 2, and one line with these words.
refuses() {
	local words=$1 output status
	shift
	output=$("$boot" "$@" 2>&1 >/dev/null)
	status=$?
	[ "$status" -eq 2 ] && [ "$(wc -l <<<"$output")" -eq 1 ] && grep -qF -- "$words" <<<"$output"
	report $? "$*" "status $status: $output"
}
refuses "--read: not with --list" --list --read=x
refuses "--version: not with --features" --features --version
refuses "--probe: arguments for the app go with a single boot only" --case=tcg -- --probe
refuses "--json: arguments for the app go with a single boot only" --version -- --json
refuses "--seed: not without --random" --case=tcg --seed=1
refuses "--random=0: expected 1 to 100000" --random=0
refuses "--deadline=0: expected 1 to" --deadline=0
refuses "--diff $scratch/file: expected two files" --diff "$scratch/file"
printf '<domain type="qemu"><name>x</name></domain>' >"$scratch/domain.xml"
refuses "--accel=kvm: not with this domain, whose type is qemu" --libvirt="$scratch/domain.xml" --accel=kvm

# What a case names and is not there is an error of its file; nothing is run, whatever else is asked.
mkdir "$scratch/cases"
# one_case LINE: the only case.
one_case() { printf '[a]\nwhy = options.t\naccel = tcg\ncpu = qemu64\nstart = cold\n%s\n' "$1" >"$scratch/cases/a.ini"; }
for flags in "" --require-kvm; do
	one_case 'disk = typo.iso'
	refuses "a.ini:1: [a] disk = typo.iso: no file" --cases "$scratch/cases" --case a ${flags:+"$flags"}
	one_case 'firmware = TYPO.fd'
	refuses "a.ini:1: [a] firmware = TYPO.fd: no such file" --cases "$scratch/cases" --case a ${flags:+"$flags"}
	one_case 'firmware = TYPO.fd:VARS.fd'
	refuses "a.ini:1: [a] firmware = TYPO.fd:VARS.fd: firmware named by" --cases "$scratch/cases" --case a ${flags:+"$flags"}
	one_case 'app = typo.efi'
	refuses "a.ini:1: [a] app = typo.efi: no file" --cases "$scratch/cases" --case a ${flags:+"$flags"}
done
rm "$scratch/cases/a.ini"
refuses "no case in any *.ini file there" --cases "$scratch/cases" --case a
refuses "No such file or directory" --cases "$scratch/nothing" --case a
refuses "none of these cases has failed there" --cases test-harness/cases --case tcg --rerun <(echo '<testsuites/>')
refuses "not JUnit XML" --case tcg --rerun <(echo '<html/>')
refuses "not XML" --case tcg --rerun "$scratch/file"

# Input without an end, and input that grows when it is read.
timeout 60 "$boot" --read - </dev/zero >"$scratch/zero" 2>&1
status=$?
[ "$status" -eq 2 ] && grep -qF "over 64 MiB" "$scratch/zero"
report $? "an endless standard input is given up" "status $status: $(head -c 300 "$scratch/zero")"
{
	printf '<!DOCTYPE domain [<!ENTITY a "%s">' "$(head -c 50000 /dev/zero | tr '\0' a)"
	printf ']><domain type="kvm"><vcpu>%s</vcpu></domain>' "$(yes '&a;' | head -n 40000 | tr -d '\n')"
} >"$scratch/bomb.xml"
(ulimit -v 1000000; "$boot" --libvirt="$scratch/bomb.xml") >"$scratch/bomb" 2>&1
status=$?
[ "$status" -eq 2 ] && grep -qF "a document type declaration is not accepted" "$scratch/bomb"
report $? "entities that expand without end are not taken" "status $status: $(head -c 300 "$scratch/bomb")"
LC_ALL=C.UTF-8 "$boot" --read "$scratch/fünf" 2>&1 | grep -qF "fünf"
report $? "a path is shown as it is"
plan
