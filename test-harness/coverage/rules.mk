# SPDX-License-Identifier: BSD-2-Clause
# `make coverage`: what the unit tests run of each folder. COVERAGE_LISTS=1 names what they do not.

# FOLDER:LINES:BRANCHES, the least in per cent. This is the one place where the limits stand.
COVERAGE_LIMITS ?= efi/core:95:90 test-harness/boot:70:0

# Each gcov reads what the gcc of its own version writes, and nothing of clang's.
COVERAGE_CC ?= $(if $(findstring clang,$(CC)),gcc,$(CC))
GCOV ?= $(if $(findstring gcc,$(COVERAGE_CC)),$(subst gcc,gcov,$(COVERAGE_CC)),gcov)
# A line of its own for each statement, no code made for a sanitizer: what is counted is what the source says.
COVERAGE_CFLAGS = $(HOST_CFLAGS) -O0 --coverage
COVERAGE_DIR := $(BUILD)/coverage
COVERAGE_OBJECTS := $(patsubst %.c,$(COVERAGE_DIR)/%.o,$(CORE) $(BOOT))
COVERAGE_TESTS := $(patsubst test-harness/unit/%.c,$(COVERAGE_DIR)/%,$(UNIT))

$(COVERAGE_DIR)/%.o: %.c Makefile test-harness/coverage/rules.mk
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COVERAGE_CC) $(COVERAGE_CFLAGS) -MMD -MP -c $< -o $@

$(COVERAGE_DIR)/fakes.a: $(patsubst %.c,$(COVERAGE_DIR)/%.o,$(FAKES))
	@rm -f $@
	@$(AR) cr $@ $^

$(COVERAGE_TESTS): $(COVERAGE_DIR)/%: $(COVERAGE_DIR)/test-harness/unit/%.o $(COVERAGE_DIR)/fakes.a \
		$(filter-out %/main.o,$(COVERAGE_OBJECTS))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COVERAGE_CC) --coverage $^ $(HOST_LDLIBS) -o $@

# main.c is in no unit test and is counted all the same. Counts of an earlier run would add up with this one's.
.PHONY: coverage coverage-built
coverage:
	@test-harness/install-deps.sh check
	@$(MAKE) --no-print-directory -s coverage-built

coverage-built: $(COVERAGE_TESTS) $(COVERAGE_OBJECTS)
	@find $(COVERAGE_DIR) -name '*.gcda' -delete
	@prove -j 2 --exec '' $(COVERAGE_TESTS) :: --tap
	@python3 test-harness/coverage/table.py $(if $(COVERAGE_LISTS),--lists) --gcov $(GCOV) $(COVERAGE_LIMITS) -- \
		$(COVERAGE_OBJECTS:.o=.gcno)
