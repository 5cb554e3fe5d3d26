#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a run of cases says by its status, TAP, JUnit XML and list of cases. A report of an earlier run is never taken for
# the report of this run.
. test-harness/checks/lib/lib.sh
fake=test-harness/checks/lib/fake-qemu
mkdir "$scratch/cases"
# case_of NAME LINES: adds a case for the fake QEMU.
case_of() {
	printf '[%s]\nwhy = runs.t\naccel = tcg\ncpu = qemu64\nstart = cold\n%b\n' "$1" "$2" >>"$scratch/cases/fake.ini"
}
case_of good-1 ''
case_of bad 'arguments = fake=say:verdict=other:verdict=kvm'
case_of good-2 ''
case_of good-3 ''
case_of lacks 'firmware = i386'
printf '[kvm-only]\nwhy = runs.t\naccel = kvm\ncpu = host\n' >"$scratch/cases/kvm.ini"

# run NAME ARGUMENTS...: runs cases on the fake QEMU. Leaves TAP and messages in files and the status in $status.
run() {
	local name=$1
	shift
	"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" "$@" >"$scratch/$name" \
		2>"$scratch/$name.errors"
	status=$?
}
# ends NAME STATUS DESCRIPTION [WORDS]: that run ended with this status, with these words on standard error.
ends() {
	[ "$status" -eq "$2" ] && { [ -z "${4:-}" ] || grep -qF -- "$4" "$scratch/$1.errors"; }
	report $? "$3" "status $status: $(cat "$scratch/$1.errors")"
}
# count NAME XPATH: how many such elements the JUnit XML of that run has.
count() { xmllint --xpath "count($2)" "$scratch/$1.xml"; }

run all 'good-*' bad -j 1 --junit "$scratch/all.xml" --out "$scratch/out"
ends all 1 "a run with a failure ends with status 1" "failed: bad: verdict= on the console is kvm; the report has other"
[ "$(count all '//testcase')" = 4 ] && [ "$(count all '//testcase[failure]')" = 1 ] && [ "$(count all //error)" = 0 ] &&
	[ "$(xmllint --xpath 'string(//testsuite/@failures)' "$scratch/all.xml")" = 1 ]
report $? "JUnit: four cases, one failure" "$(cat "$scratch/all.xml")"
[ "$(count all '//testcase[@time > 0]')" = 4 ]
report $? "JUnit: each case has its time" "$(cat "$scratch/all.xml")"
for property in kvmleaf qemu=99.0.0 firmware kernel accelerator=tcg; do
	value=$(xmllint --xpath "string(//property[@name='${property%%=*}']/@value)" "$scratch/all.xml")
	[ -n "$value" ] && { [ "$property" = "${property#*=}" ] || [ "$value" = "${property#*=}" ]; }
	report $? "JUnit: the property $property" "$value"
done
[[ $(xmllint --xpath 'string(//testcase[@name="bad"]/system-out)' "$scratch/all.xml") == *KVMLEAF-END* ]]
report $? "JUnit: a failed case has the console of its guest"

# An error is not a failure: here the folder of one case cannot be made.
rm -rf "$scratch/out/good-2"
: >"$scratch/out/good-2"
run error 'good-*' -j 1 --junit "$scratch/error.xml" --out "$scratch/out"
ends error 3 "a case that could not be tried ends the run with status 3" "error: good-2:"
[ "$(count error //error)" = 1 ] && [ "$(count error //failure)" = 0 ] && [ "$(count error //testcase)" = 2 ] &&
	grep -q '^Bail out! good-2 could not be tried' "$scratch/error" &&
	grep -q '^not ok 2 - good-2 # set-up error$' "$scratch/error"
report $? "JUnit and TAP tell an error from a failure, and no further case is run" "$(cat "$scratch/error" "$scratch/error.xml")"
rm "$scratch/out/good-2"

run again '*' --rerun "$scratch/all.xml" --out "$scratch/out"
ends again 1 "--rerun of a case that fails again ends with status 1"
[ "$(results_in "$scratch/again")" -eq 1 ] && [ "$(result_of "$scratch/again" bad)" = "not ok" ]
report $? "--rerun runs the failed case and no other" "$(cat "$scratch/again")"
run again --rerun "$scratch/error.xml" --out "$scratch/out"
[ "$status" -eq 0 ] && [ "$(result_of "$scratch/again" good-2)" = ok ] && [ "$(results_in "$scratch/again")" -eq 1 ]
report $? "--rerun runs a case that had an error" "$(cat "$scratch/again")"

run fast bad 'good-*' --fail-fast -j 1 --junit "$scratch/fast.xml"
ends fast 1 "--fail-fast: the run ends with status 1" "not run: 2 of 4"
[ "$(results_in "$scratch/fast")" -eq 2 ] && grep -q '^Bail out! bad failed, and --fail-fast was given' "$scratch/fast" &&
	[ "$(count fast //testcase)" = 2 ]
report $? "--fail-fast: nothing is run after the first failure" "$(cat "$scratch/fast")"

run skips kvm-only
ends skips 3 "a run of skipped cases only ends with status 3" "nothing was run: all 1 cases were skipped"
run skips kvm-only good-1
ends skips 0 "a skip beside a pass ends with status 0" "skipped, 1 times: needs KVM, and --accel=tcg was given"
[ "$(result_of "$scratch/skips" kvm-only)" = skip ]
report $? "the skipped case is a skip in TAP" "$(cat "$scratch/skips")"
run skips kvm-only good-1 --no-skip
ends skips 1 "--no-skip turns a skip into a failure" "failed: kvm-only: skipped, and --no-skip was given: needs KVM"
run skips kvm-only good-1 --require-kvm
ends skips 1 "--require-kvm turns a skip for want of KVM into a failure" "failed: kvm-only: needs KVM"
run random --random 5
ends random 3 "random masks without KVM end with status 3" "nothing was run: all 5 cases were skipped"

run shard good-1 --shard 2/2
ends shard 0 "a part (--shard) without cases ends with status 0"
grep -q '^1\.\.0 # SKIP part 2 of 2 of the cases is empty' "$scratch/shard"
report $? "the TAP of a part without cases says so" "$(cat "$scratch/shard")"
run junit good-1 --junit /nonexistent/junit.xml
ends junit 3 "JUnit XML that cannot be written ends the run with status 3" "--junit=/nonexistent/junit.xml"
[ ! -s "$scratch/junit" ]
report $? "JUnit XML that cannot be written is found before any case is run" "$(cat "$scratch/junit")"

"$boot" cases --list --json >"$scratch/list.json" && "$boot" cases --list >"$scratch/list" &&
	[ "$(jq length "$scratch/list.json")" = "$(wc -l <"$scratch/list")" ] &&
	jq -e 'length > 100 and all(.[]; (.name | test("^[a-z0-9][a-z0-9.-]*$")) and .why != "" and
		(.accel == "kvm" or .accel == "tcg") and (.start == "cold" or .start == "restore") and .smp >= 1)' \
		"$scratch/list.json" >/dev/null
report $? "--list --json has the cases of --list" "$(head -c 400 "$scratch/list.json")"

# With a closed standard stream, the next file that is opened gets its descriptor: output must not go into that file.
"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" good-1 >"$scratch/closed" <&- 2>&-
report $? "standard input and error may be closed" "$(cat "$scratch/closed")"
"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" good-1 2>"$scratch/closed" <&- >&-
status=$?
[ "$status" -eq 3 ] && [ "$(tail -n 1 "$scratch/closed")" = "kvmleaf-boot: standard output cannot be written" ]
report $? "a closed standard output is an error" "status $status: $(cat "$scratch/closed")"

# The folder of the case has a report of an earlier run.
case_of silent 'arguments = fake=no-report'
mkdir -p "$scratch/out/silent"
cp "$scratch/out/good-1/report.json" "$scratch/out/silent/report.json"
run stale silent --out "$scratch/out"
[ "$(result_of "$scratch/stale" silent)" = "not ok" ] && complaints "$scratch/stale" silent | grep -qF "there is no report" &&
	[ ! -e "$scratch/out/silent/report.json" ]
report $? "an older report.json is not taken for this run's" "$(cat "$scratch/stale"; ls "$scratch/out/silent")"

# The variable store has a report of an earlier run: the real app left it there, and the fake QEMU says it is unchanged.
"$boot" --accel tcg --out "$scratch/real" >"$scratch/real.log" 2>&1 && "$boot" read "$scratch/real/boot/VARS.fd" >/dev/null
report $? "a boot leaves a variable store with a report" "$(tail -n 3 "$scratch/real.log")"
code=$(code_of "$scratch/real/boot")
case_of unchanged "firmware = $code:$scratch/real/boot/VARS.fd\nstore = flash\narguments = fake=say:report=off:report=unchanged"
run stale unchanged --out "$scratch/out"
[ "$(result_of "$scratch/stale" unchanged)" = "not ok" ] &&
	complaints "$scratch/stale" unchanged | grep -qF "the console says report=unchanged, and there is none"
report $? "a report that the store had before the run is not taken for this run's" "$(cat "$scratch/stale")"
"$boot" read "$scratch/real/boot/VARS.fd" >/dev/null
report $? "the report is still in the store file that was given"
"$boot" --accel tcg --firmware "$code:$scratch/real/boot/VARS.fd" --out "$scratch/real-2" >"$scratch/real.log" 2>&1 &&
	grep -q '^KVMLEAF-END .* report=written status=pass' "$scratch/real.log"
report $? "the firmware does not see the old report: the app writes a new one" "$(tail -n 3 "$scratch/real.log")"
plan
