#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A QEMU, a nested host, a disk or a person that gets in the way: every run ends in time, says why, and leaves nothing.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fake=test-harness/checks/lib/fake-qemu
mkdir "$scratch/cases" "$scratch/tmp"
export TMPDIR=$scratch/tmp

# case_of NAME ARGUMENTS: a case for the fake QEMU.
case_of() {
	printf '[%s]\nwhy = faults.t\naccel = tcg\ncpu = qemu64\nstart = cold\narguments = %s\n' "$1" "$2" >>"$scratch/cases/fake.ini"
}
for word in good linger events mute hang abort refuse stop returns no-report no-words flood shutdown split; do
	case_of "$word" "fake=$word"
done
case_of even fake=status:34
case_of slow fake=hang

# run NAME ARGUMENTS...: runs these cases on the fake; status, and the TAP in $scratch/NAME. Nothing is left behind.
run() {
	local name=$1 start=$SECONDS
	shift
	"$boot" --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" "$@" >"$scratch/$name" \
		2>"$scratch/$name.errors"
	status=$?
	took=$((SECONDS - start))
}

# says NAME CASE RESULT WORDS: the case has that result, and a complaint with these words ("" for none).
says() {
	[ "$(result_of "$scratch/$1" "$2")" = "$3" ] && { [ -z "$4" ] || complaints "$scratch/$1" "$2" | grep -qF -- "$4"; }
	report $? "a guest that does \"$2\": $3 ${4:+, \"$4\"}" "$(result_of "$scratch/$1" "$2"): $(complaints "$scratch/$1" "$2")"
}

left_nothing() { [ -z "$(ls -A "$TMPDIR")" ] && [ -z "$(processes_with "$scratch")" ]; }

run all --case '*' --timeout 4 -j 8
whole_run "$scratch/all" "$status" && [ "$status" -eq 1 ] && [ "$took" -lt 60 ]
report $? "a run of guests that misbehave ends, with all its results" "$whole, after $took s; $(cat "$scratch/all.errors")"
says all good ok ""
says all split ok ""
says all no-words ok ""
grep -q '^ok [0-9]* - no-words # not held against QEMU.s feature words$' "$scratch/all"
report $? "an oracle that says nothing is said on the case's line" "$(grep no-words "$scratch/all")"
says all linger "not ok" "QEMU closed its QMP socket, and did not end within 4 s"
says all events "not ok" "QEMU does not answer on its QMP socket"
says all mute "not ok" "QEMU does not answer on its QMP socket"
says all hang "not ok" "no end within 4 s"
says all abort "not ok" "QEMU was killed by signal 6"
says all refuse "not ok" "could not open disk image"
says all stop "not ok" "QEMU stopped the guest: internal-error"
says all returns "not ok" "told --exit=qemu, and went back to the firmware"
says all no-report "not ok" "there is no report"
says all flood "not ok" "the guest floods its console"
says all shutdown "not ok" "the guest ended without a status: guest-shutdown"
says all even "not ok" "QEMU ended with status 34, which isa-debug-exit cannot give"
left_nothing
report $? "and leaves no process and no scratch folder" "$(ls "$TMPDIR"; processes_with "$scratch")"

run required --case no-words --require-kvm
[ "$status" -eq 1 ] && complaints "$scratch/required" no-words | grep -qF "no answer from QEMU's feature words"
report $? "and fails under --require-kvm" "$(cat "$scratch/required")"

FAKE_VERSION=hang run version --case good
[ "$status" -eq 3 ] && [ "$took" -lt 40 ] && grep -qF "did not end within" "$scratch/version.errors"
report $? "a --version that hangs is given up" "status $status after $took s: $(cat "$scratch/version.errors")"

run deadline --case slow --case hang --timeout 100 --deadline 3 -j 1
[ "$status" -eq 1 ] && [ "$took" -lt 20 ] &&
	grep -qF "Bail out! the run did not end within its deadline of 3 s" "$scratch/deadline"
report $? "--deadline ends the run" "status $status after $took s: $(cat "$scratch/deadline" "$scratch/deadline.errors")"

# interrupted SIGNAL STATUS: ended by that signal in its second case, it writes down the first, and is gone.
interrupted() {
	local name=signal-$1 junit=$scratch/signal-$1.xml
	# A shell starts what runs in the background with SIGINT ignored: timeout does not.
	timeout --preserve-status --foreground -s "$1" 3 "$boot" --qemu "$fake" --accel tcg --cache "$scratch/cache" \
		--cases "$scratch/cases" --case good --case slow -j 1 --timeout 100 --junit "$junit" \
		>"$scratch/$name" 2>"$scratch/$name.errors"
	status=$?
	[ "$status" -eq "$2" ]
	report $? "$1: ends by that signal" "status $status, $(cat "$scratch/$name.errors")"
	[ "$(result_of "$scratch/$name" good)" = ok ] && grep -q '^Bail out! interrupted by signal' "$scratch/$name"
	report $? "$1: the TAP has what was done, and says why it ends" "$(cat "$scratch/$name")"
	[ "$(xmllint --xpath 'count(//testcase[@name="good"])' "$junit")" = 1 ] &&
		[ "$(xmllint --xpath 'count(//testcase)' "$junit")" = 1 ]
	report $? "$1: so has the JUnit XML" "$(cat "$junit")"
	left_nothing
	report $? "$1: no process and no scratch folder is left" "$(ls "$TMPDIR"; processes_with "$scratch")"
}
interrupted TERM 143
interrupted INT 130
interrupted HUP 129

# Killed without a word, it leaves a folder, which the next run removes.
"$boot" --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" --case slow >"$scratch/killed" 2>&1 &
harness=$!
runs_here() { [ -n "$(processes_with "$TMPDIR")" ]; }
ran_here() { ! runs_here; }
wait_until 20 runs_here
report $? "a guest runs" "$(cat "$scratch/killed")"
kill -KILL "$harness"
wait "$harness" 2>/dev/null
wait_until 5 ran_here && [ -n "$(ls "$TMPDIR")" ]
report $? "SIGKILL: the guest goes with the harness" "$(processes_with "$TMPDIR"; ls "$TMPDIR")"
run after --case good
[ "$status" -eq 0 ] && left_nothing
report $? "and the next run removes what was left" "$(ls "$TMPDIR"; cat "$scratch/after")"
"$boot" --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" --case good --keep >"$scratch/keep" 2>&1
run after --case good
kept=$(sed -n 's/^Kept in //p' "$scratch/keep")
[ -r "$kept/good/report.json" ]
report $? "what --keep keeps stays" "$(cat "$scratch/keep")"
rm -rf "$kept"

# Two runs with one folder.
"$boot" --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" --case slow --out "$scratch/shared" \
	>/dev/null 2>&1 &
harness=$!
wait_until 20 test -e "$scratch/shared/slow/command"
run second --case good --out "$scratch/shared"
[ "$status" -eq 3 ] && grep -qF "another run is writing there" "$scratch/second.errors" && [ ! -s "$scratch/second" ]
report $? "two runs with one --out: the second says so" "status $status: $(cat "$scratch/second.errors")"
kill "$harness"
wait "$harness" 2>/dev/null

# A disk without room, in a mount of our own.
# shellcheck disable=SC2016 # for the shell in there
full() { unshare -rm sh -c 'mkdir -p "$1" && mount -t tmpfs -o size=4k none "$1" && shift && exec "$@"' sh "$@"; }
if full "$scratch/full" true 2>/dev/null; then
	for what in TMPDIR --out --cache --junit; do
		options=(--out "$scratch/out" --cache "$scratch/cache2")
		environment=(TMPDIR="$TMPDIR")
		case $what in
		TMPDIR) environment=(TMPDIR="$scratch/full") options=(--cache "$scratch/cache2") ;;
		--out) options=(--out "$scratch/full/out" --cache "$scratch/cache2") ;;
		--cache) options=(--out "$scratch/out" --cache "$scratch/full/cache") ;;
		--junit) options+=(--junit "$scratch/full/junit.xml") ;;
		esac
		case_name=good
		[ "$what" != --junit ] || case_name='*'
		full "$scratch/full" env "${environment[@]}" "$boot" --qemu "$fake" --accel tcg --cases "$scratch/cases" \
			--case "$case_name" --timeout 4 -j 8 "${options[@]}" >"$scratch/no-room" 2>"$scratch/no-room.errors"
		status=$?
		[ "$status" -eq 3 ] && grep -q "$scratch/full.*No space left on device" "$scratch/no-room" "$scratch/no-room.errors" &&
			! grep -q '(null)' "$scratch/no-room" "$scratch/no-room.errors"
		report $? "no room in $what: status 3, with the path and the reason" \
			"status $status: $(tail -n 5 "$scratch/no-room" "$scratch/no-room.errors")"
	done
	grep -q '^Bail out!' "$scratch/no-room"
	report $? "and the TAP bails out" "$(cat "$scratch/no-room")"
else
	skip "a disk without room" "mounting is refused here"
fi

# A checkout that cannot be written: the cache is the user's own, or one that goes with the run.
# shellcheck disable=SC2016 # for the shell in there
read_only() { unshare -rm sh -c 'mount --bind . . && mount -o remount,ro,bind . && cd . && exec "$@"' sh "$@"; }
if read_only true 2>/dev/null; then
	for home in "$scratch/home" /proc/nowhere; do
		read_only env HOME="$home" XDG_CACHE_HOME="$home/.cache" "$PWD/$boot" --qemu "$PWD/$fake" --accel tcg \
			--cases "$scratch/cases" --case good >"$scratch/read-only" 2>&1
		report $? "a read-only checkout, $home" "$(cat "$scratch/read-only")"
	done
	ls "$scratch/home/.cache/kvmleaf"/rom-* >/dev/null 2>&1
	report $? "and the user's own cache is used where there is one" "$(ls -R "$scratch/home")"
else
	skip "a read-only checkout" "mounting is refused here"
fi

# Whether /dev/kvm can be used: only what a guest has shown is remembered, and the guest is not the app under test.
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
	best() { FAKE=$1 FAKE_LOG=$scratch/trials "$boot" --qemu "$fake" --cache "$scratch/trial" --best-accel 2>&1; }
	trial=$scratch/trial/kvm-trial
	TMPDIR=$scratch/nowhere best '' >"$scratch/best" && [ "$(cat "$scratch/best")" = nested ] && [ ! -e "$trial" ]
	report $? "a folder that is missing once is not remembered" "$(cat "$scratch/best" "$trial")"
	[ "$(best refuse)" = nested ] && [ ! -e "$trial" ]
	report $? "nor a QEMU that does not start" "$(cat "$trial")"
	[ "$(best '')" = kvm ] && grep -qx 'works=true' "$trial" && [ "$(best stop)" = kvm ]
	report $? "a guest that came to its end is" "$(cat "$trial")"
	rm "$trial"
	[ "$(best stop)" = nested ] && grep -qx 'works=false' "$trial" && [ "$(best '')" = nested ]
	report $? "and one that KVM gave up" "$(cat "$trial")"
	grep -q -- '-accel kvm .*-kernel [^ ]*/returns.efi' "$scratch/trials" && ! grep -q 'kvmleaf\.efi' "$scratch/trials"
	report $? "the trial boots a program of its own" "$(cat "$scratch/trials")"
else
	skip "the trial of /dev/kvm" "no /dev/kvm that can be opened"
fi

# A nested host that stands still is replaced, and at last given up; it takes one case along, not all.
host_run() {
	local name=$1
	shift
	"$boot" --qemu "$fake" --accel nested --cache "$scratch/cache" --cases "$scratch/cases" --case 'nested-*' -j 1 \
		--nested-silence 2 --out "$scratch/hosts" "$@" >"$scratch/$name" 2>"$scratch/$name.errors"
	status=$?
}
printf '[nested-%s]\nwhy = faults.t\naccel = kvm\ncpu = host\nstart = cold\n' a b c >"$scratch/cases/nested.ini"
host_run silent
[ "$status" -eq 1 ] && [ "$(results_in "$scratch/silent")" -eq 3 ] && grep -q "said nothing for 2 s" "$scratch/silent"
report $? "a nested host that never begins fails all its cases" "status $status: $(cat "$scratch/silent")"
printf '1..3\nok 1 - nested-a\n# alive\nok 2 - nobody-asked\n' >"$scratch/words"
FAKE_HOST=$scratch/words host_run stuck
[ "$(result_of "$scratch/stuck" nested-a)" = ok ] && [ "$(result_of "$scratch/stuck" nested-b)" = "not ok" ] &&
	[ "$(result_of "$scratch/stuck" nested-c)" = "not ok" ] && [ "$(results_in "$scratch/stuck")" -eq 3 ] &&
	[ "$status" -eq 1 ]
report $? "a result counts once, and only for a case that was asked for" "$(cat "$scratch/stuck")"
FAKE=host-dies FAKE_HOST=$scratch/words host_run dies
[ "$(result_of "$scratch/dies" nested-a)" = ok ] && [ "$(result_of "$scratch/dies" nested-b)" = "not ok" ] &&
	[ "$(results_in "$scratch/dies")" -eq 3 ]
report $? "a nested host that dies leaves what it had done" "$(cat "$scratch/dies")"
plan
