#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints the variable that makes `make check` run its quick part: the unit tests, which it always runs, the images, Secure
# Boot, wrong calls, and the cases that quick.t chooses.
cd "$(dirname "$0")/../.." || exit 1
printf 'CHECKS="test-harness/distros/quick.t'
for name in gnu-efi image nx secure-boot readme usage; do printf ' test-harness/checks/%s.t' "$name"; done
echo '"'
