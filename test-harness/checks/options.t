#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kvmleaf-boot never ignores an option: a command applies it, or refuses it with status 2 and one line that names it.
. test-harness/checks/lib/lib.sh
echo '{}' >"$scratch/file"

# The words of each command that may stand beside its options, the options that it takes by README, and a value for
# each option.
declare -A beside=([boot]="" [cases]="tcg" [read]="$scratch/file" [decode]="$scratch/file" [explain]="$scratch/file" [diff]="$scratch/file $scratch/file"
	[features]="" [host]="")
declare -A takes=(
	[boot]="accel app cache cold cpu deadline disk firmware forbid keep libvirt machine nested-silence out qemu require smp timeout"
	[cases]="accel app cache cases cold deadline fail-fast firmware jobs json junit keep list nested-silence no-skip out qemu random
		require-kvm rerun seed shard timeout"
	[read]="raw" [decode]="here json" [explain]="json" [diff]="" [features]="" [host]="accel arch cache features firmware qemu")
declare -A value=(
	[accel]=tcg [app]=x.efi [arch]=i386 [cache]=$scratch/cache [cases]=$scratch [cpu]=max [deadline]=9 [disk]=x.img
	[features]=secure-boot [firmware]=x:y [forbid]=PV_EOI [jobs]=1 [junit]=$scratch/x.xml [libvirt]=x.xml [machine]=q35
	[nested-silence]=9 [out]=$scratch/out [qemu]=/nonexistent [random]=1 [require]=PV_EOI [rerun]=x.xml [seed]=1 [shard]=1/2
	[smp]=1 [timeout]=9)

# The lists of commands and options are read from the help, so that this check tries new ones too.
mapfile -t commands < <("$boot" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(printf '%s\n' "${commands[@]}" | sort)" = "$(printf '%s\n' "${!takes[@]}" | sort)" ]
report $? "--help lists the commands" "${commands[*]}"
# options_of COMMAND: the options that the command's help lists, a line each.
options_of() { "$boot" "$1" --help | sed -nE 's/^ +(-[a-z], )?--([a-z-]+).*/\2/p' | grep -vx help; }
mapfile -t options < <(for name in "${commands[@]}"; do options_of "$name"; done | sort -u)
[ "${#options[@]}" -gt 25 ]
report $? "the commands' helps list options" "${options[*]}"
for name in "${commands[@]}"; do
	[ "$(options_of "$name" | sort | xargs)" = "$(tr -s '\n\t ' ' ' <<<"${takes[$name]}" | tr ' ' '\n' | sort | xargs)" ]
	report $? "$name --help lists its options, and no other" "$(options_of "$name" | sort | xargs)"
	ignored=
	for option in "${options[@]}" console; do
		[[ " ${takes[$name]//[$'\n\t']/ } " != *" $option "* ]] || continue
		# shellcheck disable=SC2086 # the words of a command
		output=$("$boot" "$name" ${beside[$name]} "--$option${value[$option]:+=${value[$option]}}" 2>&1 >/dev/null </dev/null)
		status=$?
		if [ "$status" -ne 2 ] || [ "$(wc -l <<<"$output")" -ne 1 ] || [[ $output != *"--$option goes with"*"not with $name"* && $output != *"$name has no option --console"* ]]; then
			ignored+=" --$option ($status: $output)"
		fi
	done
	[ -z "$ignored" ]
	report $? "the command $name refuses all other options" "$ignored"
done

# refuses WORDS ARGUMENTS...: kvmleaf-boot ends with status 2 and one line that has these words.
refuses() {
	local words=$1
	shift
	one_line 2 "$words" "$boot" "$@"
	report $? "refused: $*" "status $status: $line"
}
# Two commands at once, arguments for an app that is not booted, and options that need another one.
refuses "there is no command \"reed\"; the nearest is \"read\"" reed
refuses "unexpected \"$scratch/file\"" read "$scratch/file" "$scratch/file"
refuses "--probe: arguments for the app go with the command boot only" cases tcg -- --probe
refuses "--json: arguments for the app go with the command boot only" features -- --json
refuses "--seed needs --random" cases tcg --seed=1
refuses "--json needs --list" cases tcg --json
refuses "--random=0: expected 1 to 100000" cases --random=0
refuses "--deadline=0: expected 1 to" --deadline=0
refuses "diff $scratch/file: expected two files" diff "$scratch/file"
refuses "diff: expected two files" diff
refuses "decode: expected a file, or --here" decode
refuses "decode: expected a file, or --here" decode --here "$scratch/file"
refuses "--arch=arm: expected x86_64 or i386" host firmware --arch=arm
refuses "--features and --arch go with 'host firmware'" host qemu --features=secure-boot
refuses "--features and --arch: not with --firmware" host firmware --features=secure-boot --firmware=x:y
refuses "--accel: not with 'host qemu'" host qemu --accel=tcg
refuses "--app: not with --disk" --app=x.efi --disk=x.img
refuses "--jobs: not with --list" cases --list --jobs=2
refuses "host accelerater: expected accelerator, qemu, firmware or cache; the nearest is accelerator" host accelerater
printf '<domain type="qemu"><name>x</name></domain>' >"$scratch/domain.xml"
refuses "--accel=kvm: not with this domain, whose type is qemu" --libvirt="$scratch/domain.xml" --accel=kvm

# A case that names a missing file is an error in the file of cases, and nothing is run, whatever the other options are.
mkdir "$scratch/cases"
# one_case LINE: makes the only case, with this line.
one_case() { printf '[a]\nwhy = options.t\naccel = tcg\ncpu = qemu64\nstart = cold\n%s\n' "$1" >"$scratch/cases/a.ini"; }
for flags in "" --require-kvm; do
	one_case 'disk = typo.iso'
	refuses "a.ini:1: [a] disk = typo.iso: no file" cases --cases "$scratch/cases" a ${flags:+"$flags"}
	one_case 'firmware = TYPO.fd'
	refuses "a.ini:1: [a] firmware = TYPO.fd: no such file" cases --cases "$scratch/cases" a ${flags:+"$flags"}
	one_case 'firmware = TYPO.fd:VARS.fd'
	refuses "a.ini:1: [a] firmware = TYPO.fd:VARS.fd: firmware named by" cases --cases "$scratch/cases" a ${flags:+"$flags"}
	one_case 'app = typo.efi'
	refuses "a.ini:1: [a] app = typo.efi: no file" cases --cases "$scratch/cases" a ${flags:+"$flags"}
done
rm "$scratch/cases/a.ini"
refuses "no case in any *.ini file there" cases --cases "$scratch/cases" a
refuses "No such file or directory" cases --cases "$scratch/nothing" a
refuses "none of these cases has failed there" cases --cases test-harness/cases tcg --rerun <(echo '<testsuites/>')
refuses "not JUnit XML" cases tcg --rerun <(echo '<html/>')
refuses "not XML" cases tcg --rerun "$scratch/file"

# Endless input, and XML that grows when it is read.
timeout 60 "$boot" read - </dev/zero >"$scratch/zero" 2>&1
status=$?
[ "$status" -eq 2 ] && grep -qF "over 64 MiB" "$scratch/zero"
report $? "reading an endless standard input ends at a limit" "status $status: $(head -c 300 "$scratch/zero")"
{
	printf '<!DOCTYPE domain [<!ENTITY a "%s">' "$(head -c 50000 /dev/zero | tr '\0' a)"
	printf ']><domain type="kvm"><vcpu>%s</vcpu></domain>' "$(yes '&a;' | head -n 40000 | tr -d '\n')"
} >"$scratch/bomb.xml"
(ulimit -v 1000000; "$boot" --libvirt="$scratch/bomb.xml") >"$scratch/bomb" 2>&1
status=$?
[ "$status" -eq 2 ] && grep -qF "a document type declaration is not accepted" "$scratch/bomb"
report $? "XML entities that expand to a huge text are refused" "status $status: $(head -c 300 "$scratch/bomb")"
LC_ALL=C.UTF-8 "$boot" read "$scratch/fünf" 2>&1 | grep -qF "fünf"
report $? "a path that is not ASCII is shown unchanged"
plan
