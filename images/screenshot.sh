#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Takes the picture in README: the screen of a guest on KVM that boots the ISO, during its countdown.
#
#   screenshot.sh ISO KVMLEAF-BOOT OUT.png
set -eu
iso=$1
boot=$2
out=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "screenshot: $*" >&2; exit 1; }

firmware=$("$(dirname "$0")/../test-harness/raw-firmware.sh" "$boot" "$scratch") || exit 1
cp "$iso" "$scratch/kvmleaf.iso"
cp "${firmware#*:}" "$scratch/VARS.fd"
mkdir "$scratch/out"
cat >"$scratch/run" <<END
{
	for second in \$(seq 150); do
		sleep 1
		grep -q "Press a key" out/serial.log 2>/dev/null && break
	done
	sleep 1
	echo "screendump out/screen.png -f png"
	echo quit
} | qemu-system-x86_64 -accel kvm -machine q35,smm=off,hpet=off -cpu host -m 128 -nodefaults -display none \\
	-no-reboot -monitor stdio -serial file:out/serial.log -device VGA,romfile= \\
	-drive if=pflash,unit=0,format=raw,readonly=on,file=${firmware%%:*} \\
	-drive if=pflash,unit=1,format=raw,file=VARS.fd \\
	-drive if=none,id=disk,format=raw,file=kvmleaf.iso -device virtio-blk-pci,drive=disk >out/monitor
END
if [ "$("$boot" host accelerator)" = kvm ]; then
	(cd "$scratch" && sh ./run)
else
	"$(dirname "$0")/../test-harness/nested/run-job.sh" "$scratch" 240
fi
[ -s "$scratch/out/screen.png" ] || fail "QEMU took no picture: $(tail -n 2 "$scratch/out/monitor")"
cp "$scratch/out/screen.png" "$out"
