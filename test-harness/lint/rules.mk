# SPDX-License-Identifier: BSD-2-Clause
## Lint. Only here the compiler's warnings are errors

SOURCES := $(wildcard efi/*/*.[ch] efi/*/*/*.[ch] include/kvmleaf/*.h test-harness/*/*.[ch] test-harness/*/*/*.[ch])

.PHONY: format compiled lint-compile lint-format lint-c lint-shell
# Everything that is compiled.
compiled: all $(MUTANT_APPS) $(UNIT_TESTS) $(BUILD)/x86_64/returns.efi $(BUILD)/bench-decode

lint: lint-compile lint-format lint-c lint-shell

lint-compile:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint WERROR=-Werror compiled

# The version that .clang-format is written for, where it is installed beside another one (test-harness/lint/check-format.sh).
CLANG_FORMAT ?= $(notdir $(or $(shell command -v clang-format-14),clang-format))
lint-format:
	@test-harness/lint/check-format.sh $(CLANG_FORMAT) $(SOURCES)

lint-c:
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem -Iinclude -Iefi -Itest-harness/boot -Itest-harness $(CORE) $(BOOT) \
		efi/link/elf-to-efi.c efi/link/pe.c
	@clang-tidy --quiet --warnings-as-errors='*' $(CORE) -- -std=c11 -ffreestanding -Iinclude -Iefi
	@clang-tidy --quiet --warnings-as-errors='*' efi/link/elf-to-efi.c efi/link/pe.c -- -std=c11
	@clang-tidy --quiet --warnings-as-errors='*' $(BOOT) -- $(HOST_CFLAGS) -Wno-unused-variable

lint-shell:
	@shellcheck -x -P . $(wildcard images/*.sh test-harness/*.sh test-harness/*/*.sh test-harness/*/*/*.sh test-harness/*/*.t) test-harness/checks/lib/record \
		test-harness/checks/lib/count test-harness/checks/lib/cold-equals test-harness/checks/lib/soak test-harness/checks/lib/power-qemu test-harness/corpus/bless test-harness/distros/check-distros test-harness/forecast/guest-init .ci/run

format:
	$(CLANG_FORMAT) -i $(SOURCES)
