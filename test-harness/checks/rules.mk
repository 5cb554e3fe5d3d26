# SPDX-License-Identifier: BSD-2-Clause
## Checks that take too long for make check

.PHONY: check-soak
# Many probed guests in a row, restored and booted from reset. None may hang.
RESTORES ?= 1000
COLD ?= 300
check-soak: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@RESTORES=$(RESTORES) COLD=$(COLD) SEED=$(SEED) test-harness/checks/lib/soak
