#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Names the C files that clang-format would change, and ends with status 1 if there are any:
#
#   check-format.sh CLANG-FORMAT FILE...
#
# The sources have the format that clang-format 14 gives them, the version of Debian 12. From version 16 on it formats
# some constructs in another way, and no option in .clang-format prevents that. The declaration below is one of them: a
# clang-format that changes it is not used. Then one line says that nothing was checked, and the status is 0.
set -eu
clang_format=$1
shift

command -v "$clang_format" >/dev/null || {
	echo "lint: $clang_format is not installed; 'test-harness/install-deps.sh check' installs it" >&2
	exit 1
}
sample='static struct {
	int a;
} * first;'
if [ "$(echo "$sample" | "$clang_format" --assume-filename=efi/sample.c)" != "$sample" ]; then
	echo "lint: the format of the sources is not checked: it is that of clang-format 14, and this is another one:" \
		"$("$clang_format" --version)"
	exit 0
fi
"$clang_format" --dry-run --Werror "$@"
