# SPDX-License-Identifier: BSD-2-Clause
# What the check scripts share: TAP, the paths of what was built, and how a run of kvmleaf-boot is read. Sourced from
# the top of the tree. KVMLEAF_BOOT names another kvmleaf-boot and KVMLEAF_RESULTS another folder for what cases leave
# (dead-harness.t), and with KVMLEAF_FAIL_FAST=1 a check ends at its first failure.
# shellcheck shell=bash disable=SC2034
boot=${KVMLEAF_BOOT:-build/kvmleaf-boot}
app=build/x86_64/kvmleaf.efi
number=0

# report STATUS NAME [DIAGNOSTIC]: one result; a STATUS of 0 is ok.
report() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		printf '%s\n' "${3:-}" | sed 's/^/# /'
		[ -z "${KVMLEAF_FAIL_FAST:-}" ] || { echo "1..$number"; exit 1; }
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# plan: the end of a check. One without a single result has looked at nothing.
plan() {
	[ "$number" -gt 0 ] || report 1 "something was looked at"
	echo "1..$number"
}

# Results of a TAP file; those of a run that was cut short, or never began, must not pass for a run.
results_in() { grep -cE '^(not )?ok [0-9]+ - ' "$1"; }

# whole_run TAP STATUS: whether kvmleaf-boot came to its end: status 0 or 1, a plan that is not empty, and as many
# results as planned. What is wrong is in $whole.
whole_run() {
	local planned results
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$1" | head -n 1)
	results=$(results_in "$1")
	whole="kvmleaf-boot ended with status $2 after $results of ${planned:-no planned} results"
	[ "$2" -le 1 ] && [ "${planned:-0}" -gt 0 ] && [ "$results" -eq "$planned" ] &&
		! grep -q '^Bail out!' "$1"
}

# run_cases NAME TAP ARGUMENTS...: runs cases, keeps the TAP, and reports whether the run was whole. Its status is in
# $status, its standard error beside the TAP.
run_cases() {
	local name=$1 tap=$2
	shift 2
	"$boot" "$@" >"$tap" 2>"$tap.errors"
	status=$?
	whole_run "$tap" "$status"
	report $? "$name: every case has its result" "$whole
$(tail -n 5 "$tap" "$tap.errors")"
}

# boot_answers: the first result of a check that boots machines of its own before it needs kvmleaf-boot.
boot_answers() {
	"$boot" --version | grep -qE '^kvmleaf-boot [0-9]+\.[0-9]+\.[0-9]+$'
	report $? "kvmleaf-boot answers"
}

# result_of TAP NAME: "ok", "not ok" or "skip", nothing for a case without a result. A case's name has no blank, and
# what follows " # " is no part of it.
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

# retell TAP: the results of a run of kvmleaf-boot become results of the check, with numbers that follow its own.
retell() {
	local line
	while IFS= read -r line; do
		if [[ $line =~ ^((not )?ok)\ [0-9]+\ (.*)$ ]]; then
			number=$((number + 1))
			printf '%s %d %s\n' "${BASH_REMATCH[1]}" "$number" "${BASH_REMATCH[3]}"
		elif [[ $line == "# "* ]]; then
			printf '%s\n' "$line"
		fi
	done <"$1"
}

# processes_with WORDS: the numbers of the processes whose command line has these words. They reach grep by its standard
# input, so that it does not find itself.
processes_with() { grep -lzaF -f <(printf '%s\n' "$1") /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3; }

# wait_until SECONDS COMMAND...: until it succeeds; fails when time is up.
wait_until() {
	local tenths=$(($1 * 10))
	shift
	until "$@"; do
		tenths=$((tenths - 1))
		[ "$tenths" -gt 0 ] || return 1
		sleep 0.1
	done
}
