#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints what kvmleaf was built with and what the build gave, a line each, for the table of check-distros. Runs in the
# release's root, after the build.
cd "$(dirname "$0")/../.." || exit 1
build=${KVMLEAF_BUILD:-build}
app=$build/x86_64/kvmleaf.efi

version_of() { dpkg-query -W -f='${Version}' "$1" 2>/dev/null; }
# Prints the kernel's version, which the boot protocol has at an offset that the header names: https://docs.kernel.org/arch/x86/boot.html, kernel_version.
kernel() {
	offset=$(od -An -t u2 -j 526 -N 2 "$build/nested/vmlinuz" 2>/dev/null | tr -d ' ')
	[ -z "$offset" ] || tail -c +$((offset + 513)) "$build/nested/vmlinuz" | head -c 64 | tr '\0' ' ' | cut -d ' ' -f 1
}

echo "gcc|$(gcc -dumpfullversion)"
echo "binutils|$(ld --version | head -n 1 | sed 's/.* //')"
echo "gnu-efi|$(version_of gnu-efi)"
echo "QEMU|$(qemu-system-x86_64 --version | sed -n 's/.*version \([0-9.]*\).*/\1/p')"
echo "OVMF|$(version_of ovmf)"
echo "Linux|$(kernel)"
echo "size|$(stat -c %s "$app")"
echo "sections|$(objdump -h "$app" | awk '$1 ~ /^[0-9]+$/ { printf "%s ", $2 }')"
