#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `make lint` finds a source file with a wrong format. The check runs on a copy of a few sources.
. test-harness/checks/lib/lib.sh
copy=$scratch/copy
mkdir "$copy"
cp -r Makefile .clang-format include efi "$copy"
cp --parents test-harness/*/rules.mk test-harness/unit/*/rules.mk test-harness/lint/check-format.sh test-harness/boot/base/tail.c "$copy"

# lint: checks the format of the copy. Leaves the status in $status and the output in $output.
lint() {
	output=$(make -s -C "$copy" BUILD=build CLANG_FORMAT="$1" lint-format 2>&1)
	status=$?
}

make -n lint | grep -q '^test-harness/lint/check-format.sh clang-format.* test-harness/boot/base/tail.c'
report $? "make lint checks the format of the sources" "$(make -n lint)"
lint "$scratch/none"
[ "$status" -ne 0 ] && grep -qF "$scratch/none is not installed" <<<"$output"
report $? "a missing clang-format is an error" "status $status: $output"
# shellcheck disable=SC2016 # the program expands $1
printf '#!/bin/sh\n[ "$1" != --version ] || echo version 99\n' >"$scratch/other"
chmod +x "$scratch/other"
lint "$scratch/other"
[ "$status" -eq 0 ] && grep -qF "the format of the sources is not checked" <<<"$output" && grep -qF "version 99" <<<"$output"
report $? "a clang-format that formats in another way is not used, and named" "status $status: $output"

clang_format=clang-format
! command -v clang-format-14 >/dev/null || clang_format=clang-format-14
lint "$clang_format"
if grep -qF "the format of the sources is not checked" <<<"$output"; then
	skip "a file with a wrong format is named" "clang-format here does not format as version 14 does"
	plan
	exit 0
fi
[ "$status" -eq 0 ]
report $? "the sources have the right format" "status $status: $output"
printf 'int  x;\n' >>"$copy/test-harness/boot/base/tail.c"
lint "$clang_format"
[ "$status" -ne 0 ] && grep -q "^test-harness/boot/base/tail.c:$(wc -l <"$copy/test-harness/boot/base/tail.c"):.*clang-format" <<<"$output"
report $? "a file with a wrong format is named" "status $status: $output"
plan
