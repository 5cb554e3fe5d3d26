# SPDX-License-Identifier: BSD-2-Clause
## Checks that take too long for make check

.PHONY: check-soak check-power
# Many probed guests in a row, restored and booted from reset. None may hang.
RESTORES ?= 1000
COLD ?= 300
check-soak: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@RESTORES=$(RESTORES) COLD=$(COLD) SEED=$(SEED) test-harness/checks/lib/soak

# QEMU is killed at random moments around the write of the report. make check does this 20 times.
CUTS ?= 500
check-power: deps
	@$(MAKE) --no-print-directory -s all
	@CUTS=$(CUTS) SEED=$(SEED) test-harness/checks/power.t
