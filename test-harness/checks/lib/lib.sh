# SPDX-License-Identifier: BSD-2-Clause
# What the check scripts share: TAP output, a scratch folder, the paths of what was built, and how the output of
# kvmleaf-boot is read. A check sources this file from the top of the tree. The environment can change:
#
#   KVMLEAF_BUILD        the build folder (the Makefile passes its BUILD); "build" otherwise
#   KVMLEAF_BOOT         another kvmleaf-boot
#   KVMLEAF_RESULTS      another folder for what cases leave
#   KVMLEAF_KEPT         another folder for the links to kept scratch folders
#   KVMLEAF_FAIL_FAST=1  the check ends at its first failure
#
# shellcheck shell=bash disable=SC2034
build=${KVMLEAF_BUILD:-build}
boot=${KVMLEAF_BOOT:-$build/kvmleaf-boot}
app=$build/x86_64/kvmleaf.efi
app_ia32=$build/ia32/kvmleaf.efi
launcher=$build/x86_64/launcher.efi
# A make that a check runs does not inherit the options of `make check`, such as -j.
unset MAKEFLAGS MFLAGS MAKELEVEL
number=0
failures=0
is_complete=

# The scratch folder of a check that passed is removed. The one of a check that failed, or that did not come to its
# end, stays, and a comment in the TAP says where. Each check has at most one kept folder for each build folder: its
# next run removes it, and so does `make clean`; both find it by a link. A kept folder has no file above 64 MiB: those
# are the memory of guests.
kept_link=$(realpath -m "${KVMLEAF_KEPT:-$build/test/kept}")/$(basename "$0")
rm -rf "$(readlink "$kept_link")" "$kept_link"
scratch=$(mktemp -d -t "check-$(basename "$0")-XXXXXX") || exit 1

finish() {
	! declare -F clean_up >/dev/null || clean_up
	if [ -n "$is_complete" ] && [ "$failures" -eq 0 ]; then
		rm -rf "$scratch"
		return
	fi
	find "$scratch" -type f -size +64M -delete
	mkdir -p "${kept_link%/*}"
	ln -sfn "$scratch" "$kept_link"
	echo "# kept: $scratch"
}
trap finish EXIT

# report STATUS NAME [DIAGNOSTIC]: one result; a STATUS of 0 is ok.
report() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
		printf '%s\n' "${3:-}" | sed 's/^/# /'
		[ -z "${KVMLEAF_FAIL_FAST:-}" ] || { echo "1..$number"; exit 1; }
	fi
}

# skip NAME REASON: one result that was not tried. lib/allowed-skips has the reasons that are allowed.
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# plan: the last line of a check. A check without a single result has tested nothing, which is a failure.
plan() {
	[ "$number" -gt 0 ] || report 1 "the check has at least one result"
	echo "1..$number"
	is_complete=yes
}

# one_line STATUS WORDS COMMAND...: whether the command ends with that status and writes one line to its standard
# error, which contains the words. Leaves that line in $line, and the status in $status.
one_line() {
	local expected=$1 words=$2
	shift 2
	line=$("$@" 2>&1 >/dev/null)
	status=$?
	[ "$status" -eq "$expected" ] && [ "$(wc -l <<<"$line")" -eq 1 ] && grep -qF -- "$words" <<<"$line"
}

# number_at FILE OFFSET BYTES: the little-endian number there.
number_at() { od -An -t u"$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

# start_qemu SECONDS CODE VARS OPTIONS...: a guest on TCG that kvmleaf-boot has no part in, with these two flash files.
# It may end QEMU through isa-debug-exit (status 33 is a pass), and is ended after that time. Later options win.
start_qemu() {
	local seconds=$1 code=$2 vars=$3
	shift 3
	timeout "$seconds" qemu-system-x86_64 -accel tcg -machine q35 -cpu qemu64 -m 256 -nodefaults -display none -no-reboot \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$code" -drive "if=pflash,unit=1,format=raw,file=$vars" \
		-device isa-debug-exit,iobase=0xf4,iosize=4 "$@"
}

# The number of results in a TAP file.
results_in() { grep -cE '^(not )?ok [0-9]+ - ' "$1"; }

# names_in TAP: the names of the cases that have a result, a line each. A name has no blank.
names_in() { sed -nE 's/^(not )?ok [0-9]+ - ([^ ]*).*/\2/p' "$1"; }

# code_of FOLDER: the firmware code that the guest of that folder ran, from the command line that kvmleaf-boot left.
code_of() { grep -o "file=[^']*CODE[^']*" "$1/command" | head -n 1 | cut -d = -f 2; }

# whole_run TAP STATUS: whether kvmleaf-boot came to its end: status 0 or 1, a plan that is not empty, and as many
# results as planned. A run that was cut short, or never began, is not taken for a complete one. Leaves in $whole what
# the run came to, for a diagnostic.
whole_run() {
	local planned results
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$1" | head -n 1)
	results=$(results_in "$1")
	whole="kvmleaf-boot ended with status $2 after $results of ${planned:-no planned} results"
	[ "$2" -le 1 ] && [ "${planned:-0}" -gt 0 ] && [ "$results" -eq "$planned" ] &&
		! grep -q '^Bail out!' "$1"
}

# run_cases NAME TAP ARGUMENTS...: runs cases, writes the TAP to that file and standard error beside it, and reports
# whether the run was complete. Leaves its status in $status.
run_cases() {
	local name=$1 tap=$2
	shift 2
	"$boot" cases "$@" >"$tap" 2>"$tap.errors"
	status=$?
	whole_run "$tap" "$status"
	report $? "$name: every case has its result" "$whole
$(tail -n 5 "$tap" "$tap.errors")"
}

# boot_answers: reports whether kvmleaf-boot works at all. A check that first starts QEMU itself begins with this, so
# that it ends at once where kvmleaf-boot is dead (dead-harness.t).
boot_answers() {
	"$boot" --version | grep -qE '^kvmleaf-boot [0-9]+\.[0-9]+\.[0-9]+$'
	report $? "kvmleaf-boot answers"
}

# result_of TAP NAME: "ok", "not ok" or "skip"; nothing for a case without a result. What follows " # " on the line is
# not part of the name.
result_of() {
	awk -v name="$2" '
		{ line = $0; note = index(line, " # "); if (note) line = substr(line, 1, note - 1) }
		line ~ /^(not )?ok [0-9]+ - / {
			found = line; sub(/^(not )?ok [0-9]+ - /, "", found)
			if (found == name) print ($0 ~ / # SKIP /) ? "skip" : (line ~ /^not/) ? "not ok" : "ok"
		}' "$1"
}

# complaints TAP NAME: the diagnostic lines that follow the result of that name.
complaints() {
	awk -v name="$2" '
		/^(not )?ok / { line = $0; sub(/ # .*/, "", line); sub(/^(not )?ok [0-9]+ - /, "", line); mine = (line == name); next }
		mine && /^# /' "$1"
}

# retell TAP: prints the results of a run of kvmleaf-boot as results of the check, numbered on from the check's own.
retell() {
	local line
	while IFS= read -r line; do
		if [[ $line =~ ^((not )?ok)\ [0-9]+\ (.*)$ ]]; then
			number=$((number + 1))
			[ "${BASH_REMATCH[1]}" = ok ] || failures=$((failures + 1))
			printf '%s %d %s\n' "${BASH_REMATCH[1]}" "$number" "${BASH_REMATCH[3]}"
		elif [[ $line == "# "* ]]; then
			printf '%s\n' "$line"
		fi
	done <"$1"
}

# processes_with WORDS: the ids of the processes whose command line contains these words. grep reads the words from a
# file, so that it does not find itself.
processes_with() { grep -lzaF -f <(printf '%s\n' "$1") /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3; }

# wait_until SECONDS COMMAND...: repeats the command until it succeeds; fails when the time is up.
wait_until() {
	local tenths=$(($1 * 10))
	shift
	until "$@"; do
		tenths=$((tenths - 1))
		[ "$tenths" -gt 0 ] || return 1
		sleep 0.1
	done
}
