#!/bin/sh
# Makes a nested host: a small Linux whose KVM runs on a CPU that an emulator gives it. With it, tests run on a real KVM
# on machines without one.
#
#   make-host.sh OUT-DIR KVMLEAF-BOOT [amd|intel]
#
# amd (the default): kvm-amd on the SVM that QEMU's TCG emulates. Leaves OUT-DIR/vmlinux (a bzImage if the kernel is not
# compressed with lz4) and OUT-DIR/initrd.cpio: busybox, the KVM and virtio modules, and this machine's QEMU and
# firmware, with the libraries that QEMU and KVMLEAF-BOOT need.
#
# intel: kvm-intel on the VMX that Bochs emulates. Leaves OUT-DIR/host.iso, a CD that boots the kernel with a small
# initial file system (busybox and modules). QEMU, firmware and libraries stay on the CD: unpacking them into memory
# would take longer than the rest of the start.
#
# Programs that change with each build of kvmleaf come on the disk of a job (init, init-intel), so that the host stays
# the same.
set -eu
out=$1
boot=$2
maker=${3:-amd}
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
		found="$(echo "$packages" | tr '\n' ' ')unpacked, without a kernel and its kvm-$maker module"
		return 0
	done
	[ -n "$found" ] || found="this distribution offers: $(apt-cache pkgnames linux-image | grep -v dbg | sort | head -n 8 | tr '\n' ' ')"
	return 1
}

# Sets kernel (an image) and modules (its folder) to those of a kernel that has KVM for this maker's CPUs.
find_kernel() {
	for top in "$out/kernel" ""; do
		for modules in "$top"/lib/modules/* "$top"/usr/lib/modules/*; do
			version=${modules##*/}
			[ -n "$(find "$modules" -name "kvm-$maker.ko*" 2>/dev/null)" ] || continue
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

# make_initial INIT MODULE...: the initial file system: busybox, modules with the order to load them in, and init.
make_initial() {
	init=$1
	shift
	mkdir -p "$tree/bin" "$tree/modules" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/tmp"
	for module in "$@"; do
		copy_module "$module" && echo "$module" >>"$tree/modules/order"
	done
	cp -L "$busybox" "$tree/bin/busybox"
	ldd "$busybox" >/dev/null 2>&1 && copy_libraries_of "$busybox"
	cp "$here/$init" "$tree/init"
	chmod 755 "$tree/init"
}

# QEMU, its firmware, and the libraries that it and the harness need.
copy_programs() {
	copy_with_libraries "$(readlink -f "$qemu")"
	[ "$(readlink -f "$qemu")" = "$qemu" ] || ln -sf "$(readlink -f "$qemu")" "$tree$qemu"
	copy_libraries_of "$boot"
	copy_firmware
}

pack_tree() { (cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0); }

make_amd() {
	unpack_kernel
	make_initial init irqbypass kvm kvm-amd virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci \
		virtio_blk virtio_console
	copy_programs
	pack_tree >"$out/initrd.cpio"
	# For a guest that is to read the report (checks/linux.t).
	cp "$kernel" "$out/vmlinuz"
	copy_module efivarfs && mv "$tree/modules/efivarfs.ko" "$out/"
	# For guests that show what they wrote to MSRs (checks/forecast.t).
	copy_module msr && mv "$tree/modules/msr.ko" "$out/"
	# The name of a captured host in the cache depends on these sums.
	(cd "$out" && sha256sum vmlinux initrd.cpio) >"$out/sums"
}

# Where a module has BTF (its types, for BPF), the kernel reads its own BTF when the module is loaded. In Bochs that takes
# 4 s.
strip_modules() {
	for module in "$tree"/modules/*.ko; do strip --strip-debug -R .BTF "$module"; done
}

# GRUB's tool has another name on Fedora. Only the loader for a PC's BIOS is wanted, which is what Bochs has. The CD is
# made aside and renamed: a Bochs that runs goes on reading the old one.
make_cd() {
	mkrescue=$(command -v grub-mkrescue || command -v grub2-mkrescue) ||
		fail "grub-mkrescue is not installed (package grub-common)"
	[ -d /usr/lib/grub/i386-pc ] || fail "/usr/lib/grub/i386-pc is not there (package grub-pc-bin)"
	if ! "$mkrescue" -d /usr/lib/grub/i386-pc --compress=no --install-modules="linux biosdisk iso9660" \
		--modules="linux biosdisk iso9660" --locales= --themes= --fonts= -o "$out/new.iso" "$tree" >"$out/mkrescue" 2>&1; then
		fail "$mkrescue: $(tail -n 1 "$out/mkrescue")"
	fi
	rm "$out/mkrescue"
	mv "$out/new.iso" "$out/host.iso"
}

# tsc_early_khz: the CPU models of Bochs report by CPUID the TSC frequency of the real CPU, but their TSC counts
# instructions. bochs_setup.c sets how many of them are a second of the guest's time; the kernel needs the same number.
make_intel() {
	make_initial init-intel irqbypass kvm kvm-intel scsi_common scsi_mod libata ata_piix sd_mod cdrom sr_mod isofs
	strip_modules
	# Bochs has APICv since 3.0. That version refuses the address of KVM's posted-interrupt descriptor, so no guest runs.
	echo kvm_intel.enable_apicv=0 >"$tree/modules/parameters"
	mkdir "$out/cd"
	pack_tree | lz4 -l -9 -c >"$out/cd/initrd"
	rm -rf "$tree"
	mkdir -p "$tree/boot/grub"
	cp "$kernel" "$tree/boot/vmlinuz"
	mv "$out/cd/initrd" "$tree/boot/initrd"
	rmdir "$out/cd"
	cat >"$tree/boot/grub/grub.cfg" <<-END
		linux /boot/vmlinuz console=ttyS0 panic=-1 mitigations=off nokaslr quiet rcupdate.rcu_expedited=1 tsc=reliable tsc_early_khz=200000
		initrd /boot/initrd
		boot
	END
	copy_programs
	make_cd
	(cd "$out" && sha256sum host.iso) >"$out/sums"
}

case $maker in
amd | intel) ;;
*) fail "$maker: expected amd or intel" ;;
esac
rm -rf "$tree" "$out/kernel"
mkdir -p "$out"
qemu=$(command -v qemu-system-x86_64) || fail "qemu-system-x86_64 is not installed; 'make deps' installs it"
busybox=$(command -v busybox) || fail "busybox is not installed; 'make deps' installs it"
download_kernel || true
find_kernel || fail "no kernel with a kvm-$maker module is installed, nor to be had: looked for ${metas}; $found"
"make_$maker"
rm -rf "$out/kernel" "$out/download" "$tree"
