#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Faults of QEMU, of the nested host and of the disk, and signals: every run of kvmleaf-boot ends in time, says why, and
# leaves neither a process nor a scratch folder behind.
. test-harness/checks/lib/lib.sh
fake=test-harness/checks/lib/fake-qemu
mkdir "$scratch/cases" "$scratch/tmp"
export TMPDIR=$scratch/tmp

# case_of NAME ARGUMENTS: adds a case for the fake QEMU.
case_of() {
	printf '[%s]\nwhy = faults.t\naccel = tcg\ncpu = qemu64\nstart = cold\narguments = %s\n' "$1" "$2" >>"$scratch/cases/fake.ini"
}
for word in good linger events mute hang abort refuse stop returns no-report no-words flood shutdown split; do
	case_of "$word" "fake=$word"
done
case_of even fake=status:34
case_of slow fake=hang

# run NAME ARGUMENTS...: runs cases on the fake QEMU. Leaves the TAP in $scratch/NAME, and sets $status and the seconds
# that it took in $took.
run() {
	local name=$1 start=$SECONDS
	shift
	"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" "$@" >"$scratch/$name" \
		2>"$scratch/$name.errors"
	status=$?
	took=$((SECONDS - start))
}

# has_result NAME CASE RESULT WORDS: in that run the case has this result, and a complaint with these words ("" for any).
has_result() {
	[ "$(result_of "$scratch/$1" "$2")" = "$3" ] && { [ -z "$4" ] || complaints "$scratch/$1" "$2" | grep -qF -- "$4"; }
	report $? "the fake guest \"$2\" gives $3${4:+, \"$4\"}" "$(result_of "$scratch/$1" "$2"): $(complaints "$scratch/$1" "$2")"
}

left_nothing() { [ -z "$(ls -A "$TMPDIR")" ] && [ -z "$(processes_with "$scratch")" ]; }

run all '*' --timeout 4 -j 8
whole_run "$scratch/all" "$status" && [ "$status" -eq 1 ] && [ "$took" -lt 60 ]
report $? "a run of misbehaving guests ends, and has all its results" "$whole, after $took s; $(cat "$scratch/all.errors")"
has_result all good ok ""
has_result all split ok ""
has_result all no-words ok ""
grep -q '^ok [0-9]* - no-words # not compared with QEMU.s feature words$' "$scratch/all"
report $? "the line of a case names the oracle that gave no answer" "$(grep no-words "$scratch/all")"
has_result all linger "not ok" "QEMU closed its QMP socket, and did not end within 4 s"
has_result all events "not ok" "QEMU does not answer on its QMP socket"
has_result all mute "not ok" "QEMU does not answer on its QMP socket"
has_result all hang "not ok" "no end within 4 s"
has_result all abort "not ok" "QEMU was killed by signal 6"
has_result all refuse "not ok" "could not open disk image"
has_result all stop "not ok" "QEMU stopped the guest: internal-error"
has_result all returns "not ok" "told --exit=qemu, and went back to the firmware"
has_result all no-report "not ok" "there is no report"
has_result all flood "not ok" "the guest floods its console"
has_result all shutdown "not ok" "the guest ended without a status: guest-shutdown"
has_result all even "not ok" "QEMU ended with status 34, which isa-debug-exit cannot give"
left_nothing
report $? "the run leaves no process and no scratch folder" "$(ls "$TMPDIR"; processes_with "$scratch")"

run required no-words --require-kvm
[ "$status" -eq 1 ] && complaints "$scratch/required" no-words | grep -qF "no answer from QEMU's feature words"
report $? "with --require-kvm, an oracle without an answer is a failure" "$(cat "$scratch/required")"

FAKE_VERSION=hang run version good
[ "$status" -eq 3 ] && [ "$took" -lt 40 ] && grep -qF "did not end within" "$scratch/version.errors"
report $? "a hanging qemu --version is given up" "status $status after $took s: $(cat "$scratch/version.errors")"

run deadline slow hang --timeout 100 --deadline 3 -j 1
[ "$status" -eq 1 ] && [ "$took" -lt 20 ] &&
	grep -qF "Bail out! the run did not end within its deadline of 3 s" "$scratch/deadline"
report $? "--deadline ends the run" "status $status after $took s: $(cat "$scratch/deadline" "$scratch/deadline.errors")"

# interrupted SIGNAL STATUS: a run that gets this signal in its second case reports the first, and ends with this status.
interrupted() {
	local name=signal-$1 junit=$scratch/signal-$1.xml
	# By timeout and not in the background, where a shell starts programs with SIGINT ignored.
	timeout --preserve-status --foreground -s "$1" 3 "$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" \
		--cases "$scratch/cases" good slow -j 1 --timeout 100 --junit "$junit" \
		>"$scratch/$name" 2>"$scratch/$name.errors"
	status=$?
	[ "$status" -eq "$2" ]
	report $? "$1: kvmleaf-boot ends by that signal" "status $status, $(cat "$scratch/$name.errors")"
	[ "$(result_of "$scratch/$name" good)" = ok ] && grep -q '^Bail out! interrupted by signal' "$scratch/$name"
	report $? "$1: the TAP has the finished case, and says why it ends" "$(cat "$scratch/$name")"
	[ "$(xmllint --xpath 'count(//testcase[@name="good"])' "$junit")" = 1 ] &&
		[ "$(xmllint --xpath 'count(//testcase)' "$junit")" = 1 ]
	report $? "$1: the JUnit XML has the finished case" "$(cat "$junit")"
	left_nothing
	report $? "$1: no process and no scratch folder is left" "$(ls "$TMPDIR"; processes_with "$scratch")"
}
interrupted TERM 143
interrupted INT 130
interrupted HUP 129

# After SIGKILL a scratch folder is left, which the next run removes.
"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" slow >"$scratch/killed" 2>&1 &
harness=$!
runs_here() { [ -n "$(processes_with "$TMPDIR")" ]; }
ran_here() { ! runs_here; }
wait_until 20 runs_here
report $? "a guest runs" "$(cat "$scratch/killed")"
kill -KILL "$harness"
wait "$harness" 2>/dev/null
wait_until 5 ran_here && [ -n "$(ls "$TMPDIR")" ]
report $? "SIGKILL: the guest ends with kvmleaf-boot" "$(processes_with "$TMPDIR"; ls "$TMPDIR")"
run after good
[ "$status" -eq 0 ] && left_nothing
report $? "SIGKILL: the next run removes the folder that was left" "$(ls "$TMPDIR"; cat "$scratch/after")"
"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" good --keep >"$scratch/keep" 2>&1
run after good
kept=$(sed -n 's/^Kept in //p' "$scratch/keep")
[ -r "$kept/good/report.json" ]
report $? "the folder that --keep kept is still there after the next run" "$(cat "$scratch/keep")"
rm -rf "$kept"

# Two runs with the same --out folder.
"$boot" cases --qemu "$fake" --accel tcg --cache "$scratch/cache" --cases "$scratch/cases" slow --out "$scratch/shared" \
	>/dev/null 2>&1 &
harness=$!
wait_until 20 test -e "$scratch/shared/slow/command"
run second good --out "$scratch/shared"
[ "$status" -eq 3 ] && grep -qF "another run is writing there" "$scratch/second.errors" && [ ! -s "$scratch/second" ]
report $? "of two runs with the same --out folder, the second is refused" "status $status: $(cat "$scratch/second.errors")"
kill "$harness"
wait "$harness" 2>/dev/null

# A full disk, mounted in a mount namespace.
# shellcheck disable=SC2016 # the inner shell expands them
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
		full "$scratch/full" env "${environment[@]}" "$boot" cases --qemu "$fake" --accel tcg --cases "$scratch/cases" \
			"$case_name" --timeout 4 -j 8 "${options[@]}" >"$scratch/no-room" 2>"$scratch/no-room.errors"
		status=$?
		[ "$status" -eq 3 ] && grep -q "$scratch/full.*No space left on device" "$scratch/no-room" "$scratch/no-room.errors" &&
			! grep -q '(null)' "$scratch/no-room" "$scratch/no-room.errors"
		report $? "no room in the folder of $what: status 3, with the path and the reason" \
			"status $status: $(tail -n 5 "$scratch/no-room" "$scratch/no-room.errors")"
	done
	grep -q '^Bail out!' "$scratch/no-room"
	report $? "no room in the folder of --junit: the TAP bails out" "$(cat "$scratch/no-room")"
else
	skip "a disk without room" "mounting is refused here"
fi

# In a read-only source tree, the cache lies in the home folder; without a home folder, a temporary one is used.
# shellcheck disable=SC2016 # the inner shell expands them
read_only() { unshare -rm sh -c 'mount --bind . . && mount -o remount,ro,bind . && cd . && exec "$@"' sh "$@"; }
if read_only true 2>/dev/null; then
	for home in "$scratch/home" /proc/nowhere; do
		read_only env HOME="$home" XDG_CACHE_HOME="$home/.cache" "$(realpath "$boot")" cases --qemu "$PWD/$fake" --accel tcg \
			--cases "$scratch/cases" good >"$scratch/read-only" 2>&1
		report $? "a run in a read-only source tree, with the home folder $home" "$(cat "$scratch/read-only")"
	done
	ls "$scratch/home/.cache/kvmleaf"/rom-* >/dev/null 2>&1
	report $? "the cache in the home folder was used" "$(ls -R "$scratch/home")"
else
	skip "a read-only checkout" "mounting is refused here"
fi

# Whether /dev/kvm can be used is tried with a guest. Only what that guest showed is remembered, and it does not run the
# app under test.
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
	best() { FAKE=$1 FAKE_LOG=$scratch/trials "$boot" host accelerator --qemu "$fake" --cache "$scratch/trial" 2>&1; }
	trial=$scratch/trial/kvm-trial
	TMPDIR=$scratch/nowhere best '' >"$scratch/best" && [ "$(cat "$scratch/best")" = nested ] && [ ! -e "$trial" ]
	report $? "the trial of /dev/kvm: a missing folder is not remembered" "$(cat "$scratch/best" "$trial")"
	[ "$(best refuse)" = nested ] && [ ! -e "$trial" ]
	report $? "the trial of /dev/kvm: a QEMU that does not start is not remembered" "$(cat "$trial")"
	[ "$(best '')" = kvm ] && grep -qx 'works=true' "$trial" && [ "$(best stop)" = kvm ]
	report $? "the trial of /dev/kvm: a guest that ended is remembered" "$(cat "$trial")"
	rm "$trial"
	[ "$(best stop)" = nested ] && grep -qx 'works=false' "$trial" && [ "$(best '')" = nested ]
	report $? "the trial of /dev/kvm: a guest that KVM gave up is remembered" "$(cat "$trial")"
	grep -q -- '-accel kvm .*-kernel [^ ]*/returns.efi' "$scratch/trials" && ! grep -q 'kvmleaf\.efi' "$scratch/trials"
	report $? "the trial of /dev/kvm boots returns.efi, not kvmleaf.efi" "$(cat "$scratch/trials")"
else
	skip "the trial of /dev/kvm" "no /dev/kvm that can be opened"
fi

# A nested host that says nothing any more is replaced by another one, which runs the other cases. After some of them the
# rest of the cases fail.
# host_run NAME: runs three cases in nested hosts that the fake QEMU plays.
host_run() {
	local name=$1
	shift
	"$boot" cases --qemu "$fake" --accel nested --cache "$scratch/cache" --cases "$scratch/cases" 'nested-*' -j 1 \
		--nested-silence 2 --out "$scratch/hosts" "$@" >"$scratch/$name" 2>"$scratch/$name.errors"
	status=$?
}
printf '[nested-%s]\nwhy = faults.t\naccel = kvm\ncpu = host\nstart = cold\n' a b c >"$scratch/cases/nested.ini"
host_run silent
[ "$status" -eq 1 ] && [ "$(results_in "$scratch/silent")" -eq 3 ] && grep -q "said nothing for 2 s" "$scratch/silent"
report $? "nested hosts that never begin fail all cases" "status $status: $(cat "$scratch/silent")"
printf '1..3\nok 1 - nested-a\n# alive\nok 2 - nobody-asked\n' >"$scratch/words"
FAKE_HOST=$scratch/words host_run stuck
[ "$(result_of "$scratch/stuck" nested-a)" = ok ] && [ "$(result_of "$scratch/stuck" nested-b)" = "not ok" ] &&
	[ "$(result_of "$scratch/stuck" nested-c)" = "not ok" ] && [ "$(results_in "$scratch/stuck")" -eq 3 ] &&
	[ "$status" -eq 1 ]
report $? "a result from the nested host counts once, and only for a case of the run" "$(cat "$scratch/stuck")"
FAKE=host-dies FAKE_HOST=$scratch/words host_run dies
[ "$(result_of "$scratch/dies" nested-a)" = ok ] && [ "$(result_of "$scratch/dies" nested-b)" = "not ok" ] &&
	[ "$(results_in "$scratch/dies")" -eq 3 ]
report $? "the results of a nested host count after its death" "$(cat "$scratch/dies")"
plan
