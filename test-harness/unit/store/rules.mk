# SPDX-License-Identifier: BSD-2-Clause
## Unit tests of the code by which the app stores its report, on models of EDK2's drivers

STORE_TESTS := $(filter $(BUILD)/test/store/%,$(UNIT_TESTS))
STORE_FAKES := $(filter-out $(UNIT),$(wildcard test-harness/unit/store/*.c))
# The firmware's calls and its 16-bit characters, for code that is compiled for the host.
STORE_CFLAGS = $(TEST_CFLAGS) -fshort-wchar -fno-strict-aliasing -DGNU_EFI_USE_MS_ABI -isystem $(EFI_INC) -isystem $(EFI_INC64)

$(BUILD)/test/store/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(STORE_CFLAGS) -MMD -MP -c $< -o $@

$(STORE_TESTS): $(BUILD)/test/%: $(BUILD)/test/store/test-harness/unit/%.o \
		$(call objects,test/store,$(STORE_FAKES) efi/firmware/variable.c efi/firmware/volume.c \
			efi/firmware/owned.c efi/firmware/firmware.c) \
		$(BUILD)/test/fakes.a $(call objects,test,$(CORE) $(filter-out %/main.c,$(BOOT)))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -fsanitize=address,undefined $^ $(HOST_LDLIBS) -o $@
