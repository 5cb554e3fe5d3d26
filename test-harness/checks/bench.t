#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make bench: a measured run that did not really happen ends the benchmark with a line that names it, and leaves no
# figures. Also the arithmetic, on programs that take a known time, and that --timing does not change the report.
. test-harness/checks/lib/lib.sh
boot_answers
export BENCH_TURNS=1

# A build folder like the real one, in which single files can be replaced.
mkdir -p "$scratch/build/x86_64"
ln -s "$(realpath "$build")"/{ia32,nested,cache,kvmleaf-boot} "$scratch/build/"
ln -s "$(realpath "$build")"/x86_64/*.efi "$scratch/build/x86_64/"
figures=$scratch/build/bench.json

# script NAME: makes a program of standard input.
script() {
	{ echo '#!/bin/bash' && cat; } >"$scratch/$1"
	chmod +x "$scratch/$1"
}

# bench SECTIONS NAME=VALUE...: the benchmark with these variables in its environment. Leaves its status in $status and
# what it printed in the file "said".
bench() {
	local sections=$1
	shift
	echo old >"$figures"
	env KVMLEAF_BUILD="$scratch/build" KVMLEAF_BOOT="$boot" BENCH="$sections" "$@" timeout 120 test-harness/bench/bench \
		>"$scratch/said" 2>&1
	status=$?
}

# refused NAME WORDS SECTIONS NAME=VALUE...: the benchmark ends with 1 and one line that has these words, and without
# figures.
refused() {
	local name=$1 words=$2
	shift 2
	bench "$@"
	[ "$status" -eq 1 ] && [ "$(grep -c '^bench: FAILED: ' "$scratch/said")" -eq 1 ] &&
		grep -q "^bench: FAILED: .*$words" "$scratch/said" && [ ! -e "$figures" ]
	report $? "$name" "status $status: $(tail -n 3 "$scratch/said")"
}

# What real guests leave, for the programs below: one that was booted from reset, and two that were restored.
"$boot" --accel tcg --cold --out "$scratch/cold" >/dev/null 2>&1 &&
	"$boot" --accel tcg --cpu qemu64 --out "$scratch/plain" >/dev/null 2>&1 &&
	"$boot" --accel tcg --cpu qemu64 --out "$scratch/timed" -- --timing >/dev/null 2>&1
report $? "guests boot, with and without --timing"

# broken NAME COMMANDS: a kvmleaf-boot that tells about this machine as the real one does, and for all else has these
# commands. In them, $out is the folder of --out, and "leave KIND" leaves there what that guest above has left.
broken() {
	script "$1" <<-END
		leave() { cp -r "$scratch/\$1/boot" "\$out/"; }
		for ((i = 1; i <= \$#; i++)); do [ "\${!i}" != --out ] || { j=\$((i + 1)) && out=\${!j}; }; done
		[ "\$1" != host ] && [ "\$1" != features ] || exec "$(realpath "$boot")" "\$@"
		$2
	END
}

# shellcheck disable=SC2016 # the shells that run the programs expand the variables
{
	broken dies 'kill -SEGV $$'
	broken fails 'leave cold; echo "so it is" >&2; exit 1'
	broken silent 'exit 0'
	broken loses 'leave cold; rm "$out/boot/report.json"'
	broken garbles 'leave cold; echo "{}" >"$out/boot/report.json"'
	broken ends 'leave cold; sed -i "s/^KVMLEAF-END .*/KVMLEAF-END status=internal/" "$out/boot/serial.log"'
	broken warm 'leave plain'
	broken untimed 'leave cold'
	broken notok 'echo 1..1; echo "not ok 1 - plain-000"'
	broken skips 'echo 1..1; echo "ok 1 - plain-000 # SKIP no time"'
	broken cuts 'echo 1..2; echo "ok 1 - plain-000"'
	broken bails 'echo 1..1; echo "ok 1 - plain-000"; echo "Bail out! why"'
	broken nothing 'echo 1..1; echo "ok 1 - plain-000"'
}
script segv <<<'kill -SEGV $$'

refused "a kvmleaf-boot that does not even answer" "host accelerator: .* ended with killed by signal 11" sizes \
	"KVMLEAF_BOOT=$scratch/segv"
refused "a kvmleaf-boot that is not there" "host accelerator: .* cannot be started: No such file" sizes \
	"KVMLEAF_BOOT=$scratch/no-such-file"
refused "a kvmleaf-boot that dies" "sizes: .* ended with killed by signal 11" sizes "KVMLEAF_BOOT=$scratch/dies"
refused "a kvmleaf-boot that fails after its work" "sizes: .* status 1 in place of 0; it said: so it is" sizes \
	"KVMLEAF_BOOT=$scratch/fails"
refused "a kvmleaf-boot that does nothing" "sizes: serial.log is missing" sizes "KVMLEAF_BOOT=$scratch/silent"
refused "a report that is missing" "sizes: report.json is missing" sizes "KVMLEAF_BOOT=$scratch/loses"
refused "a report that is none" "sizes: report.json has no report" sizes "KVMLEAF_BOOT=$scratch/garbles"
refused "a guest that did not pass" "sizes: the console has no KVMLEAF-END with status=pass" sizes \
	"KVMLEAF_BOOT=$scratch/ends"
refused "a guest that was restored in place of booted" "sizes: the guest was not booted from reset" sizes \
	"KVMLEAF_BOOT=$scratch/warm"
refused "a guest without the line of --timing" "vcpus: 1: the console has no KVMLEAF-TIMING" vcpus \
	"KVMLEAF_BOOT=$scratch/untimed"
refused "a case that is not ok" "fan-out-tcg: plain-000: not ok 1 - plain-000" fan-out-tcg "KVMLEAF_BOOT=$scratch/notok"
refused "a case that was skipped" "fan-out-tcg: plain-000: ok 1 - plain-000 # SKIP no time" fan-out-tcg \
	"KVMLEAF_BOOT=$scratch/skips"
refused "a run with another plan" "fan-out-tcg: plain-000: the plan is 1..2 in place of 1..1" fan-out-tcg \
	"KVMLEAF_BOOT=$scratch/cuts"
refused "a run that ends early" "fan-out-tcg: plain-000: Bail out! why" fan-out-tcg "KVMLEAF_BOOT=$scratch/bails"
refused "a case without a report" "fan-out-tcg: plain-000: plain-000: serial.log is missing" fan-out-tcg \
	"KVMLEAF_BOOT=$scratch/nothing"
refused "/bin/false in place of QEMU" "host accelerator: .* status 3 in place of 0; .*/bin/false cannot be run" sizes \
	QEMU=/bin/false
# A QEMU that tells its version as the real one does, and is true or false in all else.
for program in true false; do
	script "qemu-$program" <<<"[ \"\$*\" != --version ] || exec qemu-system-x86_64 --version; exec $program"
	refused "a QEMU that does nothing, as $program, started by kvmleaf-boot" \
		"sizes: .* status [13] in place of 0; .*QEMU" sizes "QEMU=$scratch/qemu-$program"
	refused "a QEMU that does nothing, as $program, without kvmleaf-boot" \
		"app: kvmleaf.efi: .*/qemu-$program ended with status" app "QEMU=$scratch/qemu-$program"
done
rm "$scratch/build/x86_64/returns.efi"
head -c 2048 "$build/x86_64/returns.efi" >"$scratch/build/x86_64/returns.efi"
refused "an app that QEMU does not start" \
	"app: returns.efi: .* ended with status 1 in place of 33; .*invalid kernel" app
printf '#!/bin/sh\n' >"$scratch/build/bench-decode"
chmod +x "$scratch/build/bench-decode"
refused "a decoder that decodes nothing" "decode: bench-decode: no number of dumps" decode
bench 'cold nonsense'
[ "$status" -eq 1 ] && grep -q '^bench: no section is named nonsense; there are: app cold ' "$scratch/said"
report $? "a section that does not exist" "status $status: $(cat "$scratch/said")"

# The arithmetic, on a kvmleaf-boot that takes 0.3 s, an OVMF with Linux that takes 0.9 s, and a Linux that takes 0.6 s.
broken quick 'sleep 0.3; leave cold'
script linux <<-'END'
	case $* in
	--version) exec qemu-system-x86_64 --version ;;
	*CODE*) sleep 0.9 ;;
	*) sleep 0.6 ;;
	esac
	echo "   0x40000000 0x00: eax=0x40000001 ebx=0x54474354 ecx=0x43544743 edx=0x47435447"
END
bench cold "KVMLEAF_BOOT=$scratch/quick" BENCH_TURNS=4 "QEMU=$scratch/linux"
[ "$status" -eq 0 ] && jq -e '[.figures[] | select(.unit == "ratio") | .median] | .[0] > 2.2 and .[0] < 3.4 and
	.[1] > 1.5 and .[1] < 2.4' "$figures" >/dev/null
report $? "the ratios are those of the times" "status $status: $(tail -n 8 "$scratch/said")"
jq -e '.schema == "kvmleaf-bench/1" and (.figures | length) == 3 and all(.figures[]; .count == (.samples | length) and
	.count == 4 and .min == (.samples | min) and .max == (.samples | max) and .min <= .q1 and .q1 <= .median and
	.median == (.samples | sort | (.[1] + .[2]) / 2) and .q3 <= .max) and
	([.figures[].goal_met] | . == [null, false, true]) and all(.versions[]; . != null)' "$figures" >/dev/null
report $? "bench.json has each figure with its spread, and the versions" "$(head -c 2000 "$figures")"
script linux <<<'[ "$*" != --version ] || exec qemu-system-x86_64 --version'
refused "a Linux that does not print the leaf" "cold: .*OVMF.*: the output has no line 0x40000000" cold \
	"KVMLEAF_BOOT=$scratch/quick" "QEMU=$scratch/linux"
unset BENCH_TURNS
bench sizes
[ "$status" -eq 0 ] && [ "$(grep -v "$scratch" "$scratch/said" | awk 'length > 80' | wc -l)" -eq 0 ] &&
	grep -Eq "^  kvmleaf.efi, x86_64, bytes +$(stat -c %s "$app") " "$scratch/said"
report $? "a real section prints its table in 80 columns" "status $status: $(cat "$scratch/said")"

# The app's --timing.
[ -s "$scratch/plain/boot/report.json" ] && cmp "$scratch/plain/boot/report.json" "$scratch/timed/boot/report.json"
report $? "--timing does not change the variable"
tr -d '\r' <"$scratch/timed/boot/serial.log" >"$scratch/console"
[ "$(tail -n 2 "$scratch/console" | head -n 1 | sed -E 's/=[1-9][0-9]*/=N/g')" = \
	"KVMLEAF-TIMING arguments=N vcpu=N others=N probe=0 store=N save=N table=N cpuid=N" ] &&
	tail -n 1 "$scratch/console" | grep -q '^KVMLEAF-END ' && ! grep -q KVMLEAF-TIMING "$scratch/plain/boot/serial.log"
report $? "--timing prints one line, and KVMLEAF-END stays the last" "$(tail -n 3 "$scratch/console")"
# Some leaves are read that say nothing and so are not in the report: 7, 0x15, 0x16, 0x21, three extended ones.
executed=$(sed -n 's/^KVMLEAF-TIMING .* cpuid=//p' "$scratch/console")
needed=$(jq '[.leaves[][0] | select(test("^0x4000[0-9a-f]{2}00$") | not)] | length + 256' \
	"$scratch/timed/boot/report.json")
[ "$executed" -ge "$needed" ] && [ "$executed" -le $((needed + 7)) ]
report $? "no leaf is read twice" "$executed executions of CPUID, $needed needed"
plan
