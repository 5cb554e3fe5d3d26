# SPDX-License-Identifier: BSD-2-Clause
# `make coverage`: how much of each folder the unit tests run. COVERAGE_LISTS=1 names the lines that they do not run.

# FOLDER:LINES:BRANCHES, with the least coverage in per cent. The limits are written only here.
COVERAGE_LIMITS ?= efi/core:95:90 efi/firmware:85:75 test-harness/boot:70:0

# gcov reads only what the gcc of the same version writes, and nothing that clang writes.
COVERAGE_CC ?= $(if $(findstring clang,$(CC)),gcc,$(CC))
GCOV ?= $(if $(findstring gcc,$(COVERAGE_CC)),$(subst gcc,gcov,$(COVERAGE_CC)),gcov)
# Without optimization and sanitizers, so that the counts are those of the statements in the source.
COVERAGE_CFLAGS = $(HOST_CFLAGS) -O0 --coverage
COVERAGE_DIR := $(BUILD)/coverage
COVERAGE_OBJECTS := $(patsubst %.c,$(COVERAGE_DIR)/%.o,$(CORE) $(BOOT))
COVERAGE_FIRMWARE := $(patsubst %.c,$(COVERAGE_DIR)/%.o,$(TESTED_FIRMWARE))
COVERAGE_TESTS := $(patsubst test-harness/unit/%.c,$(COVERAGE_DIR)/%,$(filter-out test-harness/unit/store/%,$(UNIT)))
COVERAGE_FIRMWARE_TESTS := $(filter $(COVERAGE_DIR)/firmware/%,$(COVERAGE_TESTS))

$(COVERAGE_DIR)/%.o: %.c Makefile test-harness/coverage/rules.mk
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COVERAGE_CC) $(COVERAGE_CFLAGS) -MMD -MP -c $< -o $@

# What has 16-bit characters and the firmware's calls; see test-harness/unit/firmware/rules.mk.
$(COVERAGE_DIR)/efi/firmware/%.o $(COVERAGE_DIR)/test-harness/unit/firmware/%.o: COVERAGE_CFLAGS += $(MOCK_CFLAGS)

$(COVERAGE_DIR)/fakes.a: $(patsubst %.c,$(COVERAGE_DIR)/%.o,$(FAKES))
	@rm -f $@
	@$(AR) cr $@ $^

$(COVERAGE_FIRMWARE_TESTS): $(COVERAGE_DIR)/%: $(COVERAGE_DIR)/test-harness/unit/%.o $(COVERAGE_FIRMWARE) \
		$(patsubst %.c,$(COVERAGE_DIR)/%.o,$(MOCKS) $(CORE)) $(COVERAGE_DIR)/fakes.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COVERAGE_CC) --coverage $^ $(HOST_LDLIBS) -o $@

$(filter-out $(COVERAGE_FIRMWARE_TESTS),$(COVERAGE_TESTS)): $(COVERAGE_DIR)/%: $(COVERAGE_DIR)/test-harness/unit/%.o $(COVERAGE_DIR)/fakes.a \
		$(filter-out %/main.o,$(COVERAGE_OBJECTS))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(COVERAGE_CC) --coverage $^ $(HOST_LDLIBS) -o $@

# main.c is counted although no unit test has it. The counts of an earlier run are removed, since gcov would add them.
.PHONY: coverage coverage-built
coverage:
	@test-harness/install-deps.sh check
	@$(MAKE) --no-print-directory -s coverage-built

coverage-built: $(COVERAGE_TESTS) $(COVERAGE_OBJECTS) $(COVERAGE_FIRMWARE)
	@find $(COVERAGE_DIR) -name '*.gcda' -delete
	@prove -j 2 --exec '' $(COVERAGE_TESTS) :: --tap
	@python3 test-harness/coverage/table.py $(if $(COVERAGE_LISTS),--lists) --gcov $(GCOV) $(COVERAGE_LIMITS) -- \
		$(COVERAGE_OBJECTS:.o=.gcno) $(COVERAGE_FIRMWARE:.o=.gcno)
