#!/bin/sh
# Installs the packages that kvmleaf needs and this machine lacks: what building and booting need, and with "check"
# what the tests and linters need as well.
#
#   install-deps.sh [check]
set -eu

fail() { echo "deps: $*" >&2; exit 1; }

# One set a package manager, building and booting first, tests behind the bar.
if command -v apt-get >/dev/null; then
	packages="gcc libc6-dev binutils pkg-config libglib2.0-dev libjansson-dev libxml2-dev gnu-efi qemu-system-x86 qemu-utils
		ovmf busybox-static cpio lz4 xz-utils zstd mtools xorriso |
		linux-libc-dev dosfstools openssl sbsigntool ovmf-ia32 u-boot-qemu grub-efi-amd64-bin grub-common systemd-boot-efi efivar
		libxml2-utils jq cpuid python3-jsonschema perl cppcheck clang-tidy shellcheck"
	has() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
	install() {
		export DEBIAN_FRONTEND=noninteractive
		# A list that is missing or old names packages that are not there: fetched anew, they are.
		$as_root apt-get install -y -qq --no-install-recommends "$@" 2>/dev/null ||
			{ $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends "$@"; }
	}
elif command -v dnf >/dev/null; then
	packages="gcc glibc-devel binutils pkgconf-pkg-config glib2-devel jansson-devel libxml2-devel gnu-efi-devel qemu-system-x86-core
		qemu-img edk2-ovmf busybox cpio lz4 xz zstd kernel-core mtools xorriso |
		kernel-headers dosfstools openssl sbsigntools edk2-ovmf-ia32 grub2-efi-x64-modules systemd-boot-unsigned efivar libxml2 jq cpuid python3-jsonschema perl-Test-Harness cppcheck clang-tools-extra ShellCheck libasan
		libubsan"
	has() { rpm -q "$1" >/dev/null 2>&1; }
	install() { $as_root dnf install -y -q "$@"; }
elif command -v pacman >/dev/null; then
	packages="gcc binutils pkgconf glib2 jansson libxml2 gnu-efi qemu-system-x86 qemu-img edk2-ovmf busybox cpio lz4 xz zstd linux mtools libisoburn |
		linux-api-headers dosfstools openssl sbsigntools grub efivar libxml2 jq cpuid python-jsonschema perl cppcheck clang shellcheck"
	has() { pacman -Q "$1" >/dev/null 2>&1; }
	install() { $as_root pacman -S --noconfirm --needed "$@"; }
else
	fail "no apt-get, dnf or pacman here: install gcc, pkg-config, GLib, jansson, gnu-efi, QEMU, OVMF, busybox, cpio and lz4 by hand"
fi

[ "${1:-}" = check ] || packages=${packages%%|*}
missing=
for package in $packages; do
	[ "$package" = "|" ] || has "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || fail "missing:$missing; neither root nor sudo is at hand to install them"
	as_root=sudo
fi
echo "deps: installing$missing"
# shellcheck disable=SC2086 # a list of words
install $missing || fail "these could not be installed:$missing"
