# SPDX-License-Identifier: BSD-2-Clause
# Apps with one fault each, which the harness must notice. The linker puts __wrap_NAME, which the mutant defines, in
# the place of the function NAME.
MUTANTS := $(patsubst test-harness/mutants/%.c,%,$(wildcard test-harness/mutants/*.c))
wrapped_by = $(shell sed -n 's/.*__wrap_\([a-z0-9_]*\).*/\1/p' test-harness/mutants/$(1).c | sort -u)
MUTANT_APPS := $(MUTANTS:%=$(BUILD)/x86_64/mutants/%.efi)

$(MUTANT_APPS:.efi=.so): $(BUILD)/x86_64/mutants/%.so: $(BUILD)/x86_64/test-harness/mutants/%.o $(call objects,x86_64,$(CORE) $(X86_64))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK64) $(addprefix --wrap=,$(call wrapped_by,$*))
