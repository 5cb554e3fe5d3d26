#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The variable by which `make check` runs its quick part alone: the unit tests, which it runs anyway, the images, Secure
# Boot, the bad calls, and what quick.t takes of the cases.
cd "$(dirname "$0")/../.." || exit 1
printf 'CHECKS="test-harness/distros/quick.t'
for name in gnu-efi image nx secure-boot readme usage; do printf ' test-harness/checks/%s.t' "$name"; done
echo '"'
