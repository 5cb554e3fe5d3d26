#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures what reading every vCPU costs: the time from the app's first line to its last, on TCG, as the least of ROUNDS.
set -eu
app=${KVMLEAF_BUILD:-build}/x86_64/kvmleaf.efi
rounds=${ROUNDS:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
boot=${KVMLEAF_BOOT:-${KVMLEAF_BUILD:-build}/kvmleaf-boot}
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")

# app_time VCPUS: prints the time in microseconds. The app prints its table and writes its variable.
app_time() {
	cp "${firmware#*:}" "$scratch/VARS.fd"
	timeout 300 qemu-system-x86_64 -accel tcg -machine q35 -cpu qemu64 -smp "$1" -m 256 -nodefaults -display none -no-reboot \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=${firmware%%:*}" \
		-drive "if=pflash,unit=1,format=raw,file=$scratch/VARS.fd" -device isa-debug-exit,iobase=0xf4,iosize=4 \
		-serial stdio -kernel "$app" -append "--exit=qemu" 2>/dev/null |
		while IFS= read -r line; do
			case $line in
			*KVMLEAF-BEGIN*) begin=${EPOCHREALTIME/./} ;;
			*KVMLEAF-END*) echo $((${EPOCHREALTIME/./} - begin)) ;;
			esac
		done
}

echo "vCPUs  app time in ms, and as a ratio to one vCPU"
declare -A best
for ((round = 0; round < rounds; round++)); do
	for vcpus in 1 2 4 16 64 255; do
		time=$(app_time "$vcpus")
		[ -n "${best[$vcpus]:-}" ] && [ "${best[$vcpus]}" -le "$time" ] || best[$vcpus]=$time
	done
done
for vcpus in 1 2 4 16 64 255; do
	awk -v n="$vcpus" -v t="${best[$vcpus]}" -v one="${best[1]}" 'BEGIN { printf "%5d  %8.1f  %5.2f\n", n, t / 1000, t / one }'
done
