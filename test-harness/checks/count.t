#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The counts at the end of `make check` are a success only if each test gave the results that it planned, and each skip
# has an allowed reason.
. test-harness/checks/lib/lib.sh
mkdir -p "$scratch/build/test/tap" "$scratch/test-harness/checks/lib"
cp test-harness/checks/lib/count test-harness/checks/lib/allowed-skips "$scratch/test-harness/checks/lib/"
# A locale of UTF-8, as users have it: in such a locale grep and sed skip lines with invalid bytes.
export LC_ALL=C.UTF-8

# ends STATUS WORDS NAME TAP: count ends with this status and prints these words for two tests: a.t, which has passed,
# and b.t, which left this TAP.
ends() {
	local status
	printf 'ok 1 - a\n1..1\n' >"$scratch/build/test/tap/a.t.tap"
	rm -f "$scratch/build/test/tap/b.t.tap"
	[ "$4" = none ] || printf '%b' "$4" >"$scratch/build/test/tap/b.t.tap"
	(cd "$scratch" && KVMLEAF_BUILD=build test-harness/checks/lib/count checks/a.t checks/b.t) >"$scratch/said" 2>&1
	status=$?
	[ "$status" -eq "$1" ] && grep -aqF -- "$2" "$scratch/said"
	report $? "$3" "status $status: $(cat "$scratch/said")"
}
ends 0 "3 passed, 0 failed, 0 skipped" "all planned results passed" '1..2\nok 1 - x\nok 2 - y\n'
ends 0 "1 passed, 0 failed, 1 skipped" "a skip for an allowed reason" '1..1\nok 1 - x # SKIP no 2 MiB OVMF here\n'
for word in skip Skip sKiPped; do
	ends 0 "1 passed, 0 failed, 1 skipped" "the directive $word" "1..1\nok 1 - x # $word no 2 MiB OVMF here\n"
	ends 1 "is not in test-harness/checks/lib/allowed-skips: why" "the directive $word, for another reason" "1..1\nok 1 - x # $word why\n"
done
ends 0 "2 passed, 0 failed, 0 skipped" "a description that mentions a skip" '1..1\nok 1 - x skip no 2 MiB OVMF here\n'
ends 1 "2 passed, 1 failed, 0 skipped" "a failure" '1..2\nok 1 - x\nnot ok 2 - y\n'
ends 1 "checks/b.t left no results" "no TAP file" none
ends 1 "checks/b.t has no plan" "an empty file" ''
ends 1 "checks/b.t has no plan" "no plan" 'ok 1 - x\n'
ends 1 "checks/b.t planned 2 and gave 1 results" "fewer results" '1..2\nok 1 - x\n'
ends 1 "checks/b.t planned 1 and gave 2 results" "more results" '1..1\nok 1 - x\nok 2 - y\n'
ends 1 "checks/b.t gave no result at all" "nothing planned" '1..0\n'
ends 1 "checks/b.t: Bail out! why" "a test that bailed out" '1..1\nok 1 - x\nBail out! why\n'
ends 1 "is not in test-harness/checks/lib/allowed-skips: why" "a skip for another reason" '1..1\nok 1 - x # SKIP why\n'
ends 1 "is not in test-harness/checks/lib/allowed-skips: " "a skip without a reason" '1..1\nok 1 - x # SKIP\n'
ends 1 "is not in test-harness/checks/lib/allowed-skips: b" "a reason that is not UTF-8" '1..1\nok 1 - x # SKIP b\0377d\n'
ends 1 "2 passed, 1 failed, 0 skipped" "a NUL byte before a failure" '1..2\nok 1 - \00x\nnot ok 2 - y\n'

# The slowest ten of twelve tests, by the times that record left: t1 took one second, t12 twelve. t3 has no time, and the
# time of t4 is no number. The counts stay the last line.
rm -f "$scratch"/build/test/tap/*
for ((i = 1; i <= 12; i++)); do
	printf 'ok 1 - a\n1..1\n' >"$scratch/build/test/tap/t$i.t.tap"
	[ "$i" -eq 3 ] || echo "${i}000000" >"$scratch/build/test/tap/t$i.t.time"
done
echo "x" >"$scratch/build/test/tap/t4.t.time"
# twelve: prints the lines of count for the twelve tests, without those before the list of the slowest.
twelve() {
	local i tests=()
	for ((i = 1; i <= 12; i++)); do tests+=("checks/t$i.t"); done
	(cd "$scratch" && KVMLEAF_BUILD=build test-harness/checks/lib/count "${tests[@]}") 2>&1 | sed -n '/^the slowest tests:$/,$p'
}
expected="the slowest tests:
$(for i in 12 11 10 9 8 7 6 5 2 1; do printf '%8s s  checks/t%s.t\n' "$i.0" "$i"; done)
12 passed, 0 failed, 0 skipped"
said=$(twelve)
[ "$said" = "$expected" ]
report $? "the slowest tests are named, in order, before the counts" "$said"
echo 4000000 >"$scratch/build/test/tap/t4.t.time"
said=$(twelve)
[ "$(grep -c ' s  ' <<<"$said")" -eq 10 ] && ! grep -q '/t1\.t$' <<<"$said"
report $? "no more than ten of them are named" "$said"

# record leaves the time of a test, and the test's own status.
printf '#!/bin/sh\nsleep 0.3\nprintf "ok 1 - slow\\n1..1\\n"\nexit 7\n' >"$scratch/slow.t"
chmod 755 "$scratch/slow.t"
KVMLEAF_BUILD=$scratch/build test-harness/checks/lib/record "$scratch/slow.t" >"$scratch/said"
status=$?
took=$(cat "$scratch/build/test/tap/slow.t.time")
[ "$status" -eq 7 ] && [ "$took" -ge 300000 ] && [ "$took" -lt 30000000 ] &&
	cmp -s "$scratch/said" "$scratch/build/test/tap/slow.t.tap" && grep -q '^ok 1 - slow$' "$scratch/said"
report $? "record leaves the output and the time of a test, and ends as the test does" "status $status, $took microseconds"

(cd "$scratch" && KVMLEAF_BUILD=build timeout 5 test-harness/checks/lib/count) < <(sleep 10) >"$scratch/said" 2>&1
[ $? -eq 1 ] && grep -qF "0 passed, 0 failed, 0 skipped" "$scratch/said"
report $? "no test at all, and standard input that stays open" "$(cat "$scratch/said")"
plan
