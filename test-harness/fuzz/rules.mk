# SPDX-License-Identifier: BSD-2-Clause
# Fuzzing, described in test-harness/fuzz/README.md. All targets share one set of instrumented objects. compiler.sh chooses
# the compiler.

FUZZ := $(BUILD)/fuzz
FUZZ_TARGETS := $(patsubst test-harness/fuzz/fuzz-%.c,%,$(wildcard test-harness/fuzz/fuzz-*.c))
FUZZ_PROGRAMS := $(addprefix $(FUZZ)/,$(FUZZ_TARGETS))
FUZZ_COMMON := test-harness/fuzz/fuzz.c test-harness/fuzz/fuzz_report.c test-harness/fuzz/fuzz_vcpus.c
FUZZ_DRIVER := $(FUZZ)/driver.o $(FUZZ)/mutate.o
# Without -Werror: the compiler of the fuzz targets may have warnings that the one of the other builds has not.
FUZZ_CFLAGS = $(filter-out -Werror,$(HOST_CFLAGS)) -Wno-unused-variable -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all -Itest-harness/fuzz

.PHONY: fuzz fuzz-build
fuzz-build: $(FUZZ_PROGRAMS) $(FUZZ)/seeds/made

# SECONDS is the time for each target; two run at a time.
fuzz: fuzz-build
	@test-harness/fuzz/run.sh $(or $(SECONDS),60) $(or $(TARGETS),$(FUZZ_TARGETS))

.PHONY: FORCE
$(FUZZ)/compiler: FORCE
	@mkdir -p $(@D)
	@FUZZ_CC="$(FUZZ_CC)" test-harness/fuzz/compiler.sh "$(CC)" "$(FUZZ_DRIVER)" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(FUZZ)/%.o: %.c Makefile test-harness/fuzz/rules.mk $(FUZZ)/compiler
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q). $(abspath $(FUZZ)/compiler); $$compile $(FUZZ_CFLAGS) -MMD -MP -c $< -o $@

# The driver is not instrumented, since it is not what is tested.
$(FUZZ_DRIVER): $(FUZZ)/%.o: test-harness/fuzz/%.c test-harness/fuzz/rules.mk
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(HOST_CFLAGS) -Itest-harness/fuzz -MMD -MP -c $< -o $@

$(FUZZ)/code.a: $(call objects,fuzz,$(FUZZ_COMMON) $(CORE) $(filter-out %/main.c,$(BOOT)))
	@rm -f $@
	@$(AR) cr $@ $^

$(FUZZ_PROGRAMS): $(FUZZ)/%: $(FUZZ)/test-harness/fuzz/fuzz-%.o $(FUZZ)/code.a $(FUZZ_DRIVER)
	$(call say,LD)
	$(Q). $(abspath $(FUZZ)/compiler); $$link -Wl,-u,LLVMFuzzerInitialize $< $$driver $(FUZZ)/code.a $(HOST_LDLIBS) -o $@

$(FUZZ)/seeds/made: test-harness/fuzz/make-seeds.py \
		test-harness/corpus/generate test-harness/corpus/signatures.tsv test-harness/unit/fake/kvm_expected.def \
		$(wildcard test-harness/corpus/*.txt test-harness/corpus/*.json test-harness/cases/*.ini test-harness/fuzz/seeds/*/*)
	$(call say,SEEDS)
	@rm -rf $(@D) $(FUZZ)/once
	@test-harness/fuzz/make-seeds.py $(@D)
	@touch $@
