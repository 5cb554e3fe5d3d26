#!/bin/sh
# Makes the nested host: a small Linux whose kvm-amd runs on the SVM that QEMU's TCG emulates. With it, tests run on a
# real KVM on machines without one.
#
#   make-host.sh OUT-DIR KVMLEAF-BOOT
#
# Leaves OUT-DIR/vmlinux (a bzImage if the kernel is not compressed with lz4) and OUT-DIR/initrd.cpio: busybox, the KVM
# and virtio modules, and this machine's QEMU and firmware, with the libraries that QEMU and KVMLEAF-BOOT need. Programs
# that change with each build of kvmleaf come on the disk of a job (init), so that the host stays the same.
set -eu
out=$1
boot=$2
here=$(cd "$(dirname "$0")" && pwd)
tree=$out/root

metas="linux-image-cloud-amd64 linux-image-virtual linux-image-amd64"
found=

fail() { echo "nested host: $*" >&2; exit 1; }

# kernel_packages META: prints the packages that it stands for today: image and modules in one package or in several (Ubuntu's
# linux-modules-…, Debian's linux-binary-… and linux-modules-…), which depend on each other.
kernel_packages() {
	LC_ALL=C apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
		"$1" 2>/dev/null | grep -E '^linux-(image|binary|modules)-[0-9]' | grep -v -e '-unsigned' -e '-dbg' | sort -u
}

# Unpacks the distribution's kernel packages into OUT-DIR/kernel, and installs nothing. Leaves in $found what it found, or
# why it failed.
download_kernel() {
	if ! { command -v apt-get && command -v dpkg-deb; } >/dev/null; then
		found="no apt-get and dpkg-deb to download a package with"
		return 1
	fi
	mkdir -p "$out/kernel"
	for meta in $metas; do
		packages=$(kernel_packages "$meta")
		[ -n "$packages" ] || continue
		# shellcheck disable=SC2086 # one argument each
		if ! (cd "$out/kernel" && apt-get download $packages) >"$out/download" 2>&1; then
			found="$meta stands for $(echo "$packages" | tr '\n' ' ')which cannot be downloaded: $(tail -n 1 "$out/download")"
			continue
		fi
		for package in "$out"/kernel/*.deb; do dpkg-deb -x "$package" "$out/kernel"; done
		found="$(echo "$packages" | tr '\n' ' ')unpacked, without a kernel and its kvm-amd module"
		return 0
	done
	[ -n "$found" ] || found="this distribution offers: $(apt-cache pkgnames linux-image | grep -v dbg | sort | head -n 8 | tr '\n' ' ')"
	return 1
}

# Sets kernel (an image) and modules (its folder) to those of a kernel that has kvm-amd.
find_kernel() {
	for top in "$out/kernel" ""; do
		for modules in "$top"/lib/modules/* "$top"/usr/lib/modules/*; do
			version=${modules##*/}
			[ -n "$(find "$modules" -name 'kvm-amd.ko*' 2>/dev/null)" ] || continue
			for kernel in "$top/boot/vmlinuz-$version" "$modules/vmlinuz"; do
				[ -r "$kernel" ] && return 0
			done
		done
	done
	return 1
}

number_at() { od -An -t u"$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

# On TCG, a vmlinux with a PVH entry starts in half the time of a bzImage, which has to unpack itself. The header fields are those of the x86 boot protocol: setup_sects, payload_offset, payload_length.
unpack_kernel() {
	start=$((($(number_at "$kernel" 497 1) + 1) * 512 + $(number_at "$kernel" 584 4)))
	length=$(number_at "$kernel" 588 4)
	# The last four bytes of the payload are its unpacked size, not part of the lz4 stream.
	if [ "$(od -An -t x4 -j "$start" -N 4 "$kernel" | tr -d ' ')" = 184c2102 ] && command -v lz4 >/dev/null; then
		tail -c +$((start + 1)) "$kernel" | head -c $((length - 4)) | lz4 -dc >"$out/vmlinux" && return 0
	fi
	cp "$kernel" "$out/vmlinux"
}

copy_module() {
	file=$(find "$modules" -name "$1.ko*" | head -n 1)
	case $file in
	*.ko) cp "$file" "$tree/modules/" ;;
	*.ko.xz) xz -dc "$file" >"$tree/modules/$1.ko" ;;
	*.ko.zst) zstd -qdc "$file" >"$tree/modules/$1.ko" ;;
	*.ko.gz) gzip -dc "$file" >"$tree/modules/$1.ko" ;;
	*) return 1 ;; # built into the kernel
	esac
}

copy_with_libraries() {
	mkdir -p "$tree$(dirname "$1")"
	cp -L "$1" "$tree$1"
	copy_libraries_of "$1"
}

copy_libraries_of() {
	ldd "$1" | grep -o '/[^ )]*' | while read -r library; do
		mkdir -p "$tree$(dirname "$library")"
		[ -e "$tree$library" ] || cp -L "$library" "$tree$library"
	done
}

# Copies the firmware images and their descriptors, at the paths where kvmleaf-boot looks for them, and the ROMs that a q35
# machine without disks loads.
copy_firmware() {
	for folder in /usr/share/qemu/firmware /etc/qemu/firmware; do
		[ -d "$folder" ] || continue
		mkdir -p "$tree$folder"
		cp -L "$folder"/*.json "$tree$folder/"
	done
	grep -rho '"/[^"]*\(CODE\|VARS\)[^"]*"' "$tree/usr/share/qemu/firmware" | tr -d '"' | sort -u | while read -r image; do
		case $image in *secboot* | *.ms.* | *snakeoil*) continue ;; esac
		[ -r "$image" ] || continue
		mkdir -p "$tree$(dirname "$image")"
		cp -L "$image" "$tree$image"
	done
	for file in /usr/share/ovmf/OVMF.fd /usr/share/seabios/bios-256k.bin /usr/share/qemu/kvmvapic.bin \
		/usr/share/seabios/kvmvapic.bin /usr/share/qemu/linuxboot_dma.bin /usr/share/qemu/bios-256k.bin; do
		[ -r "$file" ] || continue
		mkdir -p "$tree$(dirname "$file")"
		cp -L "$file" "$tree$file"
	done
}

rm -rf "$tree" "$out/kernel"
mkdir -p "$tree/bin" "$tree/modules" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/tmp"
qemu=$(command -v qemu-system-x86_64) || fail "qemu-system-x86_64 is not installed; 'make deps' installs it"
busybox=$(command -v busybox) || fail "busybox is not installed; 'make deps' installs it"
download_kernel || true
find_kernel || fail "no kernel with a kvm-amd module is installed, nor to be had: looked for ${metas}; $found"

unpack_kernel
for module in irqbypass kvm kvm-amd virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci \
	virtio_blk virtio_console; do
	copy_module "$module" && echo "$module" >>"$tree/modules/order"
done
cp -L "$busybox" "$tree/bin/busybox"
ldd "$busybox" >/dev/null 2>&1 && copy_libraries_of "$busybox"
copy_with_libraries "$(readlink -f "$qemu")"
[ "$(readlink -f "$qemu")" = "$qemu" ] || ln -sf "$(readlink -f "$qemu")" "$tree$qemu"
copy_libraries_of "$boot"
copy_firmware
cp "$here/init" "$tree/init"
chmod 755 "$tree/init"
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$out/initrd.cpio"
# For a guest that is to read the report (checks/linux.t).
cp "$kernel" "$out/vmlinuz"
copy_module efivarfs && mv "$tree/modules/efivarfs.ko" "$out/"
rm -rf "$out/kernel" "$out/download" "$tree"
# The name of a captured host in the cache depends on these sums.
(cd "$out" && sha256sum vmlinux initrd.cpio) >"$out/sums"
