#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The Makefile finds gnu-efi's headers wherever a distribution puts them. Each layout is built as a tree of empty files.
. test-harness/checks/lib/lib.sh
tree=$scratch/tree

# layout FILE...: makes a tree that has these headers and nothing else.
layout() {
	rm -rf "$tree"
	for file in "$@"; do install -D -m 644 /dev/null "$tree$file"; done
}

# describe FILE PREFIX: writes a gnu-efi.pc like that of the releases from 3.0.16 on.
describe() {
	mkdir -p "$tree${1%/*}"
	# shellcheck disable=SC2016 # variables of pkg-config
	printf 'prefix=%s\nincludedir=${prefix}/include\n\nName: gnu-efi\nDescription: EFI\nVersion: 4.0.3\nCflags: -I${includedir}/efi\nLibs: -lefi\n' \
		"$2" >"$tree$1"
}

# found: prints the three folders that the Makefile takes, relative to the tree. pkg-config looks into the tree only.
found() {
	# shellcheck disable=SC2016 # variables of make
	printf 'include Makefile\nprint-found:\n\t@echo $(EFI_INC) $(EFI_INC64) $(EFI_INC32)\n' |
		PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_LIBDIR=$(find "$tree" -type d -name pkgconfig | tr '\n' ':') \
			make -s -f - SYSROOT="$tree" print-found 2>&1 | sed "s,$tree,,g"
}

# finds NAME INC INC64 INC32: the Makefile takes these folders.
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
finds "Arch: no headers for ia32, so kvmleaf's own are taken" $efi $efi/x86_64 efi/link/ia32
efi=/usr/local/include/efi
layout $efi/efi.h $efi/x86_64/efibind.h $efi/ia32/efibind.h
finds "upstream's own install, without pkg-config" $efi $efi/x86_64 $efi/ia32
efi=/opt/efi/include/efi
layout $efi/efi.h $efi/x86_64/efibind.h $efi/ia32/efibind.h /usr/include/efi/efi.h /usr/include/efi/x86_64/efibind.h
describe /opt/efi/lib/pkgconfig/gnu-efi.pc /opt/efi
finds "the folder that pkg-config names comes first" $efi $efi/x86_64 $efi/ia32
layout /usr/include/stdio.h
finds "no headers of gnu-efi at all" "" "" efi/link/ia32

# Without the headers the build says in one sentence what is missing, instead of a list of compiler errors.
output=$(make -s SYSROOT="$tree" PKG_CONFIG_LIBDIR=/nowhere BUILD="$scratch/build" EFI_INC= "$scratch/build/x86_64/efi/core/base/text.o" 2>&1)
[ $? -eq 2 ] && grep -q "gnu-efi's headers are not here; 'make deps' installs them" <<<"$output"
report $? "the build says that they are missing" "$output"

# Where gnu-efi has headers for ia32, a build with kvmleaf's own headers gives the same bytes.
make -s BUILD="$scratch/build" EFI_INC32=efi/link/ia32 "$scratch/build/ia32/kvmleaf.efi" >"$scratch/log" 2>&1 &&
	cmp "$app_ia32" "$scratch/build/ia32/kvmleaf.efi"
report $? "kvmleaf's own header for ia32 gives the same app" "$(tail -n 5 "$scratch/log")"
plan
