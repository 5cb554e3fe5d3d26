#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What checks leave behind: a check that passes leaves nothing, one that fails leaves its scratch folder and says where,
# and there is never more than one such folder for each check.
. test-harness/checks/lib/lib.sh
mkdir "$scratch/tmp"

# run LINES: a check of these lines; what it printed is in $scratch/tap.
# shellcheck disable=SC2016 # the made-up check expands $scratch
run() {
	printf '. test-harness/checks/lib/lib.sh\necho hello >"$scratch/file"\n%s\n' "$1" >"$scratch/made-up.t"
	# The braces keep the message "Terminated" of this shell away from its own output.
	{
		TMPDIR=$scratch/tmp KVMLEAF_KEPT=$scratch/kept KVMLEAF_FAIL_FAST='' bash "$scratch/made-up.t" >"$scratch/tap" 2>&1
	} 2>/dev/null
}

# keeps NAME: the last run kept its scratch folder, and said so.
keeps() {
	local folder
	folder=$(sed -n 's/^# kept: //p' "$scratch/tap")
	[ "$(cat "$folder/file")" = hello ] && [ "$(ls "$scratch/tmp")" = "$(basename "$folder")" ]
	report $? "$1" "$(cat "$scratch/tap"; ls "$scratch/tmp")"
}

# keeps_nothing NAME
keeps_nothing() {
	[ -z "$(ls "$scratch/tmp")" ] && [ -z "$(ls "$scratch/kept")" ] && ! grep -q '^# kept' "$scratch/tap"
	report $? "$1" "$(cat "$scratch/tap"; ls "$scratch/tmp" "$scratch/kept")"
}

mkdir "$scratch/kept"
run 'report 0 good; plan'
keeps_nothing "a check that passes removes its scratch folder"
run 'report 1 bad; plan'
keeps "a check that fails keeps it and says where"
# shellcheck disable=SC2016 # the made-up check expands $scratch
run 'truncate -s 65M "$scratch/large"; report 1 bad; plan'
keeps "a second failure replaces the first one's folder"
[ ! -e "$(readlink "$scratch/kept/made-up.t")/large" ]
report $? "a file above 64 MiB is not kept"
run 'report 0 good; exit 0'
keeps "a check that ends before its plan keeps it too"
run 'report 0 good; kill -TERM $$; sleep 5'
keeps "so does one that is ended by a signal"
printf 'ok 1 - a\nnot ok 2 - b\n' >"$scratch/results"
run "retell $scratch/results; plan"
keeps "so does one in which a case of kvmleaf-boot fails"
run 'clean_up() { echo cleaned; }; report 0 good; plan'
keeps_nothing "the next run that passes removes what an earlier one kept"
grep -qx cleaned "$scratch/tap"
report $? "a check's own clean_up runs at its end"
plan
