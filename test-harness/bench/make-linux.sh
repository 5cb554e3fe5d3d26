#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes the initial file system of the Linux that the benchmark compares kvmleaf with: busybox and cpuid. It prints the
# first two hypervisor leaves and switches the machine off.
#
#   make-linux.sh INITRD
set -eu
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bin" "$tree/proc" "$tree/dev"
for tool in busybox cpuid; do
	path=$(command -v "$tool") || { echo "make-linux.sh: $tool is not installed" >&2; exit 1; }
	cp -L "$path" "$tree/bin/"
	ldd "$path" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
		mkdir -p "$tree$(dirname "$library")"
		cp -L "$library" "$tree$library"
	done
done
cat >"$tree/init" <<'END'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/cpuid -1 -r -l 0x40000000
/bin/cpuid -1 -r -l 0x40000001
/bin/busybox poweroff -f
END
chmod 755 "$tree/init"
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$1"
