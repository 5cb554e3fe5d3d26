#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A folder of the sources (a "room") includes only itself and the folders below it. This check reads the include lines,
# so that the order of the folders that the documentation describes stays true.
. test-harness/checks/lib/lib.sh

# The order, lowest first. This is the only place where it is written. An entry is a folder or one file; a source
# belongs to the longest entry that it lies in. There are two towers on the same core: what runs in the firmware, and
# what runs on the host. A room of one tower must not include a room of the other.
# The layout of the launcher's disk is a contract of both, as the headers in include/kvmleaf are.
core='include/kvmleaf test-harness/launcher/payload.h
	efi/core/base efi/core/report efi/core/leaves efi/core/probe efi/core/judge efi/core/forecast
	efi/core/output efi/core/arguments'
firmware='efi/firmware efi/firmware/x86_64 efi/firmware/ia32
	test-harness/launcher test-harness/mutants'
# test-harness/boot itself has the headers that say what was asked (options) and what was found on the machine (host).
host='test-harness/boot/base test-harness/boot/qemu test-harness/boot/report test-harness/boot/guest
	test-harness/boot/cases test-harness/boot/judge test-harness/boot test-harness/boot/nested test-harness/boot/run
	test-harness/boot/main.c test-harness/forecast test-harness/unit/fake test-harness/unit test-harness/fuzz test-harness/bench'
# Unit tests of firmware code on the host: the only places that have both towers beneath them.
stores='efi/firmware test-harness/boot/qemu test-harness/unit/fake test-harness/unit/store'
mock='efi/firmware efi/firmware/x86_64 test-harness/unit/fake test-harness/unit/firmware'
# What makes an EFI file of a linked one knows nothing of what it links.
link='include/kvmleaf efi/link'

# Headers that are not the project's own. The core is compiled for firmware, where there is no C library.
freestanding='stdint.h stddef.h stdbool.h stdarg.h'

# violations TREE: one line for each include that breaks the order.
violations() {
	(
		cd "$1" || exit
		find include efi test-harness -name '*.[ch]' -o -name '*.def' | sed 's/^/file /'
		grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' --include='*.[ch]' --include='*.def' include efi test-harness
	) | awk -v towers="$core $firmware|$core $host|$core $stores|$core $mock|$link" -v freestanding="$freestanding" '
		function room_of(path) {
			while (path != "" && !(path in rooms))
				if (!sub(/\/[^\/]*$/, "", path)) path = ""
			return path
		}
		# The file that the compiler finds, in the order of the options -I in the Makefile.
		function resolve(from, name,    i, folders, path) {
			sub(/\/[^\/]*$/, "", from)
			split(from " include efi test-harness/boot test-harness", folders, " ")
			for (i = 1; i <= 5; i++) {
				path = folders[i] "/" name
				if (path in known) return path
			}
			return ""
		}
		function check_own(from, to,    tower, is_together) {
			if (from == to) return ""
			for (tower = 1; tower <= count; tower++) {
				if (!((tower, from) in place) || !((tower, to) in place)) continue
				is_together = 1
				if (place[tower, to] <= place[tower, from]) return ""
			}
			return "room " from " includes room " to (is_together ? " above it" : ", which must stay apart from it")
		}
		function check_foreign(from, name) {
			if (name ~ /^efi[a-z]*\.h$/)
				return from ~ /^(efi\/firmware|test-harness\/(launcher|mutants|unit\/(store|firmware)))/ ? "" : "room " from " includes gnu-efi: " name
			if (from ~ /^(efi\/core|include)/ && index(" " freestanding " ", " " name " ") == 0)
				return "room " from " includes " name ", which a freestanding compiler does not have"
			return ""
		}
		BEGIN {
			count = split(towers, lists, "|")
			for (tower = 1; tower <= count; tower++) {
				length_of = split(lists[tower], words, /[ \t\n]+/)
				for (i = 1; i <= length_of; i++) {
					place[tower, words[i]] = i
					rooms[words[i]] = 1
				}
			}
		}
		$1 == "file" { known[$2] = 1; if (room_of($2) == "") print $2 ": no room of the order has this file"; next }
		{
			split($0, parts, ":")
			name = $0
			sub(/^[^<"]*[<"]/, "", name)
			sub(/[>"].*/, "", name)
			from = room_of(parts[1])
			if (from == "") next
			to = resolve(parts[1], name)
			wrong = to == "" ? check_foreign(from, name) : check_own(from, room_of(to))
			if (wrong != "") print parts[1] ":" parts[2] ": " wrong
		}'
}

found=$(violations .)
[ -z "$found" ]
report $? "no room includes a room above it" "$found"

# The check itself, on a made-up tree: one that keeps the order, and then one broken include at a time.
tree=$scratch/tree
mkdir -p "$tree"/{include/kvmleaf,efi/core/{base,probe},efi/firmware,test-harness/{boot/{base,run},mutants}}
: >"$tree/include/kvmleaf/abi.h"
printf '#include <stdint.h>\n#include "kvmleaf/abi.h"\n' >"$tree/efi/core/base/text.h"
printf '#include "core/base/text.h"\n' >"$tree/efi/core/probe/probe.h"
printf '#include <efi.h>\n#include "core/probe/probe.h"\n' >"$tree/efi/firmware/cpu.h"
printf '#include <glib.h>\n#include "core/base/text.h"\n' >"$tree/test-harness/boot/base/tail.h"
printf '#include "run.h"\n#include "base/tail.h"\n' >"$tree/test-harness/boot/run/run.h"
printf '#include "run/run.h"\n' >"$tree/test-harness/boot/main.c"
printf '#include "firmware/cpu.h"\n' >"$tree/test-harness/mutants/loops.c"
found=$(violations "$tree")
[ -z "$found" ]
report $? "a tree that keeps the order passes" "$found"

# breaks FILE LINE MESSAGE: with this line at its end, the file breaks the order, and the message says how.
breaks() {
	local found
	cp "$tree/$1" "$scratch/saved"
	printf '%s\n' "$2" >>"$tree/$1"
	found=$(violations "$tree")
	[ "$found" = "$1:$(wc -l <"$tree/$1"): $3" ]
	report $? "$1 with $2 is named" "$found"
	mv "$scratch/saved" "$tree/$1"
}
breaks efi/core/base/text.h '#include "core/probe/probe.h"' "room efi/core/base includes room efi/core/probe above it"
breaks test-harness/boot/base/tail.h '# include "run/run.h"' \
	"room test-harness/boot/base includes room test-harness/boot/run above it"
breaks test-harness/boot/run/run.h '#include "firmware/cpu.h"' \
	"room test-harness/boot/run includes room efi/firmware, which must stay apart from it"
breaks test-harness/boot/run/run.h '#include <efi.h>' "room test-harness/boot/run includes gnu-efi: efi.h"
breaks efi/core/base/text.h '#include <string.h>' \
	"room efi/core/base includes string.h, which a freestanding compiler does not have"
breaks efi/firmware/cpu.h '#include "base/tail.h"' \
	"room efi/firmware includes room test-harness/boot/base, which must stay apart from it"
mkdir "$tree/efi/attic"
: >"$tree/efi/attic/old.c"
[ "$(violations "$tree")" = "efi/attic/old.c: no room of the order has this file" ]
report $? "a folder that the order does not name is named" "$(violations "$tree")"
plan
