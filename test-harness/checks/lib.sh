# SPDX-License-Identifier: BSD-2-Clause
# What the check scripts share: TAP, and the paths of what was built. Sourced from the top of the tree.
# shellcheck shell=sh disable=SC2034
boot=build/kvmleaf-boot
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
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

plan() { echo "1..$number"; }
