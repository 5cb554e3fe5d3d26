# SPDX-License-Identifier: BSD-2-Clause
# Tests that run the whole app on the host, on mock firmware. The app's firmware layer is compiled as for the app where the
# C code depends on it: the firmware's calls, its 16-bit characters, and the stack, on which assembly code pushes.
MOCK_CFLAGS = -mno-red-zone -fshort-wchar -fno-strict-aliasing -DGNU_EFI_USE_MS_ABI -isystem $(EFI_INC) -isystem $(EFI_INC64)
MOCKS := $(filter-out $(UNIT),$(wildcard test-harness/unit/firmware/*.c))
FIRMWARE_TESTS := $(filter $(BUILD)/test/firmware/%,$(UNIT_TESTS))
# The mock has versions of its own of these files, whose instructions are privileged.
MOCKED := efi/firmware/cpu.c efi/firmware/x86_64/interrupt_table.c efi/link/sbat.c
TESTED_FIRMWARE := $(filter-out $(MOCKED),$(X86_64))

$(BUILD)/test/efi/firmware/%.o: efi/firmware/%.c Makefile test-harness/unit/firmware/rules.mk
	$(if $(EFI_INC64),,$(error gnu-efi's headers are not here; 'make deps' installs them))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(TEST_CFLAGS) $(MOCK_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/test/test-harness/unit/firmware/%.o: test-harness/unit/firmware/%.c Makefile test-harness/unit/firmware/rules.mk
	$(if $(EFI_INC64),,$(error gnu-efi's headers are not here; 'make deps' installs them))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(TEST_CFLAGS) $(MOCK_CFLAGS) -MMD -MP -c $< -o $@

$(FIRMWARE_TESTS): $(BUILD)/test/%: $(BUILD)/test/test-harness/unit/%.o $(call objects,test,$(MOCKS) $(TESTED_FIRMWARE) $(CORE)) \
		$(BUILD)/test/fakes.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -fsanitize=address,undefined $^ $(HOST_LDLIBS) -o $@
