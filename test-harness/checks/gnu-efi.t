#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# gnu-efi's headers are found wherever a distribution puts them: trees that look like those are looked into.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree

# layout FILE...: a tree with these headers, and nothing else.
layout() {
	rm -rf "$tree"
	for file in "$@"; do install -D -m 644 /dev/null "$tree$file"; done
}

# describe FILE PREFIX: gnu-efi.pc, as the releases from 3.0.16 on have it.
describe() {
	mkdir -p "$tree${1%/*}"
	# shellcheck disable=SC2016 # pkg-config's own variables
	printf 'prefix=%s\nincludedir=${prefix}/include\n\nName: gnu-efi\nDescription: EFI\nVersion: 4.0.3\nCflags: -I${includedir}/efi\nLibs: -lefi\n' \
		"$2" >"$tree$1"
}

# found: the three folders that the Makefile takes, below the tree; pkg-config knows of the tree alone.
found() {
	# shellcheck disable=SC2016 # make's own variables
	printf 'include Makefile\nprint-found:\n\t@echo $(EFI_INC) $(EFI_INC64) $(EFI_INC32)\n' |
		PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_LIBDIR=$(find "$tree" -type d -name pkgconfig | tr '\n' ':') \
			make -s -f - SYSROOT="$tree" print-found 2>&1 | sed "s,$tree,,g"
}

# finds NAME INC INC64 INC32
finds() {
	local output
	read -r output < <(found)
	[ "$output" = "$2${2:+ $3 }$4" ]
	report $? "$1" "expected $2 $3 $4; found $output"
}

efi=/usr/include/efi
layout $efi/efi.h $efi/x86_64/efibind.h $efi/ia32/efibind.h
finds "Debian 12: no pkg-config file" $efi $efi/x86_64 $efi/ia32
describe /usr/lib/pkgconfig/gnu-efi.pc /usr
describe /usr/lib32/pkgconfig/gnu-efi.pc /usr
finds "Debian 13" $efi $efi/x86_64 $efi/ia32
rm -r "$tree/usr/lib"
describe /usr/lib/x86_64-linux-gnu/pkgconfig/gnu-efi.pc /usr
finds "Debian unstable" $efi $efi/x86_64 $efi/ia32
layout $efi/efi.h $efi/x64/efibind.h $efi/ia32/efibind.h
finds "Fedora" $efi $efi/x64 $efi/ia32
layout $efi/efi.h $efi/x86_64/efibind.h
describe /usr/lib/pkgconfig/gnu-efi.pc /usr
finds "Arch: nothing for ia32, for which kvmleaf has its own" $efi $efi/x86_64 efi/link/ia32
efi=/usr/local/include/efi
layout $efi/efi.h $efi/x86_64/efibind.h $efi/ia32/efibind.h
finds "upstream's own install, without pkg-config" $efi $efi/x86_64 $efi/ia32
efi=/opt/efi/include/efi
layout $efi/efi.h $efi/x86_64/efibind.h $efi/ia32/efibind.h /usr/include/efi/efi.h /usr/include/efi/x86_64/efibind.h
describe /opt/efi/lib/pkgconfig/gnu-efi.pc /opt/efi
finds "what pkg-config says comes first" $efi $efi/x86_64 $efi/ia32
layout /usr/include/stdio.h
finds "none" "" "" efi/link/ia32

# Without them the build says what is missing, in words. A compiler's own list of errors would not.
output=$(make -s SYSROOT="$tree" PKG_CONFIG_LIBDIR=/nowhere BUILD="$scratch/build" EFI_INC= "$scratch/build/x86_64/efi/core/base/text.o" 2>&1)
[ $? -eq 2 ] && grep -q "gnu-efi's headers are not here; 'make deps' installs them" <<<"$output"
report $? "the build says that they are missing" "$output"

# Where gnu-efi has headers for ia32, kvmleaf's own give the same app, to the byte.
make -s BUILD="$scratch/build" EFI_INC32=efi/link/ia32 "$scratch/build/ia32/kvmleaf.efi" >"$scratch/log" 2>&1 &&
	cmp build/ia32/kvmleaf.efi "$scratch/build/ia32/kvmleaf.efi"
report $? "ia32 by kvmleaf's own header: the same app" "$(tail -n 5 "$scratch/log")"
plan
