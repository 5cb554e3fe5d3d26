#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every case on TCG; on KVM one of each kind: the first of each file of cases, restored or cold, and one mask.
boot=build/kvmleaf-boot
mapfile -t cases < <(
	"$boot" --list | awk '$2 == "tcg" { print $1 }'
	for file in test-harness/cases/*.ini; do
		awk '/^\[/ { name = substr($0, 2, length($0) - 2) } /^accel *= *kvm/ { print name; exit }' "$file"
	done
	"$boot" --list | awk '$2 == "kvm" && $1 ~ /^mask-/ { print $1; exit }'
)
# Older versions of prove refuse to read version 14, of which nothing is used here.
set -o pipefail
"$boot" "${cases[@]/#/--case=}" --require-kvm --out build/results-quick | grep -v '^TAP version'
