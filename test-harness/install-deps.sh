#!/bin/sh
# Installs the missing packages that building and booting kvmleaf need, and with "check" also those that only the tests
# and linters need.
#
#   install-deps.sh [check]
set -eu

fail() { echo "deps: $*" >&2; exit 1; }

# One list for each package manager: first what building and booting need, behind the bar what only tests need.
if command -v apt-get >/dev/null; then
	packages="gcc libc6-dev binutils pkg-config libglib2.0-dev libjansson-dev libxml2-dev gnu-efi qemu-system-x86 qemu-utils
		ovmf busybox-static cpio lz4 xz-utils zstd mtools xorriso |
		linux-libc-dev dosfstools openssl sbsigntool shim-unsigned efi-shell-x64 ovmf-ia32 u-boot-qemu grub-efi-amd64-bin grub-pc-bin grub-common systemd-boot-efi efivar
		libxml2-utils jq cpuid python3-jsonschema perl cppcheck clang-format clang-tidy shellcheck clang libclang-rt-dev debootstrap
		bochs bochsbios vgabios bochs-term libvirt-clients"
	has() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
	export DEBIAN_FRONTEND=noninteractive
	install() { $as_root apt-get install -y -qq --no-install-recommends "$@"; }
	# An old package list names versions that the mirror does not have any more.
	refresh() { $as_root apt-get update -qq; }
	offers() { apt-get install -s -qq --no-install-recommends "$1" >/dev/null 2>&1; }
elif command -v dnf >/dev/null; then
	packages="gcc glibc-devel binutils pkgconf-pkg-config glib2-devel jansson-devel libxml2-devel gnu-efi-devel qemu-system-x86-core
		qemu-img edk2-ovmf busybox cpio lz4 xz zstd kernel-core kernel-modules-core mtools xorriso |
		kernel-headers dosfstools openssl sbsigntools shim-unsigned-x64 edk2-ovmf-ia32 grub2-efi-x64-modules systemd-boot-unsigned efivar libxml2 jq cpuid python3-jsonschema perl-Test-Harness cppcheck clang-tools-extra ShellCheck clang compiler-rt libasan
		libubsan bochs bochs-bios grub2-pc-modules grub2-tools-extra libvirt-client"
	has() { rpm -q "$1" >/dev/null 2>&1; }
	install() { $as_root dnf install -y -q "$@"; }
	refresh() { $as_root dnf makecache -q; }
	offers() { [ -n "$(dnf repoquery -q --whatprovides "$1" 2>/dev/null)" ]; }
elif command -v pacman >/dev/null; then
	packages="gcc binutils pkgconf glib2 jansson libxml2 gnu-efi qemu-system-x86 qemu-img edk2-ovmf busybox cpio lz4 xz zstd linux mtools libisoburn |
		linux-api-headers dosfstools openssl sbsigntools edk2-shell grub efivar libxml2 jq cpuid python-jsonschema perl cppcheck clang compiler-rt shellcheck bochs libvirt"
	has() { pacman -Q "$1" >/dev/null 2>&1; }
	install() { $as_root pacman -S --noconfirm --needed "$@"; }
	# Arch does not support a new package list without an upgrade of all packages, which is for the user to do.
	refresh() { :; }
	offers() { pacman -Sp "$1" >/dev/null 2>&1; }
else
	fail "no apt-get, dnf or pacman here: install gcc, pkg-config, GLib, jansson, gnu-efi, QEMU, OVMF, busybox, cpio and lz4 by hand"
fi

build_packages=${packages%%|*}
[ "${1:-}" = check ] || packages=$build_packages
# Packages that the distribution does not have are tried again after a day.
gone=${KVMLEAF_BUILD:-build}/deps-gone
[ -z "$(find "$gone" -mtime -1 2>/dev/null)" ] || known=$(cat "$gone")
missing=
for package in $packages; do
	[ "$package" = "|" ] || has "$package" || case " ${known:-} " in
	*" $package "*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || fail "missing:$missing; neither root nor sudo is at hand to install them"
	as_root=sudo
fi
echo "deps: installing$missing"
# shellcheck disable=SC2086 # a list of words
install $missing 2>/dev/null && exit 0

# A package that the distribution does not have must not prevent the installation of the others. The tests that need it
# are skipped or say what is missing.
fresh=yes
refresh || fresh=
offered=
absent=
for package in $missing; do
	if offers "$package"; then offered="$offered $package"; else absent="$absent $package"; fi
done
for package in $absent; do
	case " ${build_packages} " in
	*[[:space:]]"$package"[[:space:]]*) [ -n "$fresh" ] || fail "the package lists cannot be fetched; missing:$missing" ;;
	esac
done
if [ -n "$absent" ]; then
	[ -n "$fresh" ] && lists= || lists=" (by lists that could not be fetched anew)"
	echo "deps: this distribution does not offer:$absent$lists" >&2
	if [ -n "$fresh" ]; then
		mkdir -p "${gone%/*}"
		echo "${known:-}$absent " >"$gone"
	fi
fi
# shellcheck disable=SC2086 # a list of words
[ -z "$offered" ] || install $offered || fail "these could not be installed:$offered"
