# SPDX-License-Identifier: BSD-2-Clause
# make check-mutations: finds changes to the code that no unit test notices (test-harness/mutations/README.md).

MUTATIONS := test-harness/mutations
# One module or several, by name or path. The default is all modules that unit tests run.
MODULE ?=
# The number of changes, chosen at random with SEED; 0 for all.
SAMPLE ?= 0
JOBS ?= 2
GCOV ?= gcov

.PHONY: check-mutations
check-mutations:
	@test-harness/install-deps.sh check
	@python3 -B $(MUTATIONS)/check.py --cc '$(CC)' --cflags '$(filter-out -O% -g -Werror,$(HOST_CFLAGS))' --libs '$(HOST_LDLIBS)' \
		--gcov '$(GCOV)' --build $(BUILD)/mutations --tree efi include test-harness --accepted $(MUTATIONS)/accepted.tsv \
		--sources $(CORE) $(filter-out %/main.c,$(BOOT)) --tests $(filter-out test-harness/unit/store/%,$(UNIT)) --fakes $(FAKES) \
		--module '$(MODULE)' --sample '$(SAMPLE)' --seed '$(SEED)' --jobs '$(JOBS)'
