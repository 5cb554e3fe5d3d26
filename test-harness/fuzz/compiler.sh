#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints how to build the fuzz targets, as the shell variables compile, link, and driver:
#
#   compiler.sh CC DRIVER-OBJECTS
#
# clang is taken if it has libFuzzer and the runtimes of the sanitizers, which distributions package apart from it. If
# not, CC (usually gcc) is taken, with the objects of our own driver, and with coverage if it can count that. FUZZ_CC
# names another compiler to take.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sanitizers=address,undefined

echo 'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size);
int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size) { return size > 9 && data[0] == 1; }' >"$scratch/target.c"
echo 'int main(void) { return 0; }' >"$scratch/main.c"

has_libfuzzer() {
	"$1" -fsanitize=fuzzer,$sanitizers "$scratch/target.c" -o "$scratch/target" 2>/dev/null &&
		"$scratch/target" -runs=1 >/dev/null 2>&1
}

has_sanitizers() {
	"$1" -fsanitize=$sanitizers "$scratch/main.c" -o "$scratch/main" 2>/dev/null && "$scratch/main" 2>/dev/null
}

# Compiled only: the functions that the instrumented code calls are in driver.c.
has_coverage() {
	"$1" $coverage -c "$scratch/main.c" -o "$scratch/main.o" 2>/dev/null
}

fuzz_cc=${FUZZ_CC:-clang}
if has_libfuzzer "$fuzz_cc"; then
	echo "compile='$fuzz_cc -fsanitize=fuzzer-no-link,$sanitizers' link='$fuzz_cc -fsanitize=fuzzer,$sanitizers' driver="
	exit 0
fi
[ -n "${FUZZ_CC:-}" ] || fuzz_cc=$1
coverage=-fsanitize-coverage=trace-pc
has_coverage "$fuzz_cc" || coverage=
has_sanitizers "$fuzz_cc" || { echo "fuzz: $fuzz_cc has no address sanitizer here" >&2; exit 1; }
echo "compile='$fuzz_cc -fsanitize=$sanitizers $coverage' link='$fuzz_cc -fsanitize=$sanitizers' driver='$2'"
