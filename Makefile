# kvmleaf: `make help` lists what there is to do.

BUILD := build
# V=1 shows the commands.
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@)

# Of gnu-efi the headers alone are needed. Where it says itself where they are, there; else where distributions put
# them; for ia32 it may have none. Each can be given. SYSROOT: a tree to look in instead of the machine's own.
SYSROOT ?=
first_with = $(firstword $(patsubst %/$(1),%,$(wildcard $(addsuffix /$(1),$(2)))))
EFI_PC = $(patsubst -I%,%,$(shell pkg-config --cflags-only-I gnu-efi 2>/dev/null))
EFI_INC ?= $(call first_with,efi.h,$(EFI_PC) $(addprefix $(SYSROOT),/usr/include/efi /usr/local/include/efi))
EFI_INC64 ?= $(call first_with,efibind.h,$(addprefix $(EFI_INC)/,x86_64 x64))
EFI_INC32 ?= $(call first_with,efibind.h,$(EFI_INC)/ia32 efi/link/ia32)

# WERROR=-Werror, as in make lint: a user's compiler may warn of what did not exist when this was written.
WERROR ?=
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings

# An option where the compiler knows it: gcc has some that clang has not.
if_known = $(shell $(CC) -Werror $(1) -E - </dev/null >/dev/null 2>&1 && echo $(1))

# General registers only: a UEFI implementation need not have set up SSE. No red zone: interrupts run on our stack.
# Short wchar: UEFI's strings are 16-bit. Prefix map: no path of the build machine in the binary.
EFI_CFLAGS := -std=c11 -Os -ffreestanding -fno-strict-aliasing -fpie -fvisibility=hidden -fshort-wchar \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -mgeneral-regs-only \
	-ffile-prefix-map=$(CURDIR)=. $(WARNINGS) -Iinclude -Iefi -Itest-harness -isystem $(EFI_INC)
X86_64_CFLAGS := $(EFI_CFLAGS) -m64 -mno-red-zone -DGNU_EFI_USE_MS_ABI \
	$(call if_known,-maccumulate-outgoing-args) -isystem $(EFI_INC64)
# The compiler's own headers alone: a 64-bit system need not have any for 32 bits.
IA32_CFLAGS := $(EFI_CFLAGS) -m32 -march=i686 -nostdinc -isystem $(shell $(CC) -print-file-name=include) -isystem $(EFI_INC32)
# Packed relocations are what a linker may be set to make by itself.
EFI_LDFLAGS := -nostdlib -pie --no-dynamic-linker --no-undefined --build-id=none --fatal-warnings -z noexecstack \
	-z norelro $(shell $(LD) --help 2>/dev/null | grep -q pack-relative-relocs && echo -z nopack-relative-relocs) \
	-T efi/link/efi.lds

HOST_LIBS := gio-2.0 jansson libxml-2.0
HOST_CFLAGS = -std=c11 -O2 -g -D_GNU_SOURCE $(WARNINGS) -Iinclude -Iefi -Itest-harness/boot -Itest-harness \
	$(shell pkg-config --cflags $(HOST_LIBS) 2>/dev/null)
HOST_LDLIBS = $(shell pkg-config --libs $(HOST_LIBS) 2>/dev/null)
TEST_CFLAGS = $(HOST_CFLAGS) -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

CORE := $(wildcard efi/core/*/*.c)
FIRMWARE := $(wildcard efi/firmware/*.c) efi/link/sbat.c
X86_64 := $(FIRMWARE) $(wildcard efi/firmware/x86_64/*.c)
IA32 := $(FIRMWARE) $(wildcard efi/firmware/ia32/*.c)
BOOT := $(wildcard test-harness/boot/*.c test-harness/boot/*/*.c)
UNIT := $(wildcard test-harness/unit/*/test-*.c)

EFI_APP := $(BUILD)/x86_64/kvmleaf.efi
EFI_APP32 := $(BUILD)/ia32/kvmleaf.efi
LAUNCHER := $(BUILD)/x86_64/launcher.efi
TRIAL := $(BUILD)/x86_64/returns.efi
BOOT_APP := $(BUILD)/kvmleaf-boot
NESTED := $(BUILD)/nested
NESTED_INTEL := $(BUILD)/nested-intel
UNIT_TESTS := $(patsubst test-harness/unit/%.c,$(BUILD)/test/%,$(UNIT))
CASES := $(wildcard test-harness/cases/*.ini)

.PHONY: help all run check check-cold check-random check-intel images nested nested-intel bench lint deps install clean
.DELETE_ON_ERROR:

help:
	@echo "make run      install what is missing, build, boot kvmleaf on the best accelerator, print its report"
	@echo "make check    install what is missing, build, run every test"
	@echo "make all      build only: $(EFI_APP), $(BOOT_APP)"
	@echo "make check-distros  DISTROS=\"bookworm trixie sid\"  make run and make check in minimal roots of Debian releases"
	@echo "make check-cold  every case restored and booted from reset: the same report"
	@echo "make images   the ISO, which is a USB disk too, and the ESP: images/out/"
	@echo "make sign     KEY= CERT=  the same, signed for Secure Boot: images/out/signed/"
	@echo "make screenshot  the picture in README: images/screen.png"
	@echo "make check-random  MASKS=200 SEED=1  random masks, each probed"
	@echo "make coverage  what the unit tests run of efi/core and test-harness/boot; COVERAGE_LISTS=1 names the rest"
	@echo "make check-mutations  MODULE=varstore  changes to the code that no unit test notices"
	@echo "make nested   build the small Linux that brings KVM to a machine without it"
	@echo "make nested-intel  the same with an Intel CPU, which Bochs emulates"
	@echo "make check-intel  the cases for KVM on an Intel CPU, in Bochs"
	@echo "make fuzz     SECONDS=60  random inputs to every reader, two at a time; finds in build/fuzz/crashes"
	@echo "make bench    measure"
	@echo "make bless    write down anew what each dump of test-harness/corpus is decoded to"
	@echo "make lint     compiler warnings as errors, cppcheck, clang-tidy, shellcheck, format"
	@echo "make deps     install the packages that are missing (apt, dnf or pacman)"
	@echo "make install  DESTDIR= PREFIX=/usr/local"
	@echo "make clean    remove what was built"

all: $(EFI_APP) $(EFI_APP32) $(LAUNCHER) $(TRIAL) $(BOOT_APP)

# The packages decide what the variables above find, so what comes after them is a make of its own.
run: deps
	@$(MAKE) --no-print-directory -s all
	@[ "$$($(BOOT_APP) --best-accel)" != nested ] || $(MAKE) --no-print-directory -s nested
	@$(BOOT_APP) $(RUN_ARGS)

check:
	@test-harness/install-deps.sh check
	@$(MAKE) --no-print-directory -s check-built

deps:
	@test-harness/install-deps.sh

## The firmware application

objects = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(2))

$(BUILD)/x86_64/%.o: %.c Makefile
	$(if $(EFI_INC64),,$(error gnu-efi's headers are not here; 'make deps' installs them))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(X86_64_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/ia32/%.o: %.c Makefile
	$(if $(EFI_INC),,$(error gnu-efi's headers are not here; 'make deps' installs them))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(IA32_CFLAGS) -MMD -MP -c $< -o $@

LINK64 = $(LD) -m elf_x86_64 $(EFI_LDFLAGS) $(filter %.o,$^) -o $@
LINK32 = $(LD) -m elf_i386 $(EFI_LDFLAGS) $(filter %.o,$^) -o $@
$(BUILD)/%.so: efi/link/efi.lds

$(BUILD)/x86_64/kvmleaf.so: $(call objects,x86_64,$(CORE) $(X86_64))
	$(call say,LD)
	$(Q)$(LINK64)

$(BUILD)/ia32/kvmleaf.so: $(call objects,ia32,$(CORE) $(IA32))
	$(call say,LD)
	$(Q)$(LINK32)

$(BUILD)/%.efi: $(BUILD)/%.so $(BUILD)/elf-to-efi
	$(call say,EFI)
	$(Q)$(BUILD)/elf-to-efi $< $@

$(BUILD)/elf-to-efi: efi/link/elf-to-efi.c efi/link/pe.c efi/link/pe.h
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -std=c11 -O2 $(WARNINGS) $(filter %.c,$^) -o $@

# What a captured guest stops in (test-harness/launcher).
$(BUILD)/x86_64/launcher.so: $(call objects,x86_64,test-harness/launcher/launcher.c efi/core/base/text.c efi/firmware/cpu.c)
	$(call say,LD)
	$(Q)$(LINK64)

# Apps with one fault each, to see the harness catch it: the linker puts the fault in the place of a function.
MUTANTS := drops-bit-7:cpu_query shifts-edx:cpu_query lies-on-console:table_body never-stores:variable_store \
	never-reports:table_end lies-at-end:table_end believes:probe_run unguarded:catch_faults_begin no-cpu-arch:protocol_anywhere \
	read-only-code:ring0_probe silent:cpu_query first-only:vcpus_compare \
	says-off:variable_store ends-internal:judge_status never-probes:ring0_probe hides-kvm:discover \
	loops:judge_report triple-faults:judge_report resets:judge_report floods:judge_report wrecks-store:variable_store
mutant_of = $(firstword $(subst :, ,$(1)))
wrapped_by = $(lastword $(subst :, ,$(filter $(1):%,$(MUTANTS))))
MUTANT_APPS := $(foreach mutant,$(MUTANTS),$(BUILD)/x86_64/mutants/$(call mutant_of,$(mutant)).efi)

$(MUTANT_APPS:.efi=.so): $(BUILD)/x86_64/mutants/%.so: $(BUILD)/x86_64/test-harness/mutants/%.o $(call objects,x86_64,$(CORE) $(X86_64))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK64) --wrap=$(call wrapped_by,$*)

# An app that only returns: the trial of a KVM, and in bench what a boot costs without kvmleaf.
$(BUILD)/x86_64/returns.so: $(call objects,x86_64,test-harness/launcher/returns.c)
	$(call say,LD)
	$(Q)$(LINK64)

## The harness

$(BUILD)/host/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(HOST_CFLAGS) -MMD -MP -c $< -o $@

$(BOOT_APP): $(call objects,host,$(CORE) $(BOOT))
	$(call say,LD)
	$(Q)$(CC) $^ $(HOST_LDLIBS) -o $@

nested: $(NESTED)/sums

# Which libraries the harness needs decides what the nested host carries; the harness itself travels apart.
$(NESTED)/libraries: $(BOOT_APP)
	@mkdir -p $(@D)
	@ldd $< | grep -o '/[^ )]*' | sort >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(NESTED)/sums: test-harness/nested/make-host.sh test-harness/nested/init $(NESTED)/libraries
	$(call say,HOST)
	$(Q)test-harness/nested/make-host.sh $(NESTED) $(BOOT_APP)

nested-intel: $(NESTED_INTEL)/sums

$(NESTED_INTEL)/sums: test-harness/nested/make-host.sh test-harness/nested/init-intel $(NESTED)/libraries
	$(call say,HOST)
	$(Q)test-harness/nested/make-host.sh $(NESTED_INTEL) $(BOOT_APP) intel

include test-harness/fuzz/rules.mk

## Images

IMAGES := images/out/SHA256SUMS
images: $(IMAGES)

$(IMAGES): images/make-images.sh images/kvmleaf.conf images/README.TXT images/startup.nsh $(EFI_APP) $(EFI_APP32)
	$(call say,IMAGE)
	$(Q)images/make-images.sh $(EFI_APP) $(EFI_APP32) images/out

# With a key of the user's own, for a machine with Secure Boot that knows it.
.PHONY: sign
sign: all
	@images/sign.sh "$(KEY)" "$(CERT)" $(EFI_APP) $(EFI_APP32) images/out/signed

# The picture in README, to be taken again when the table looks different.
.PHONY: screenshot
screenshot: $(IMAGES) $(NESTED)/sums
	@images/screenshot.sh images/out/kvmleaf.iso $(BOOT_APP) images/screen.png

## Tests

$(BUILD)/test/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(TEST_CFLAGS) -MMD -MP -c $< -o $@

$(UNIT_TESTS): $(BUILD)/test/%: $(BUILD)/test/test-harness/unit/%.o $(call objects,test,$(CORE) $(filter-out %/main.c,$(BOOT)))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -fsanitize=address,undefined $^ $(HOST_LDLIBS) -o $@

CHECKS := $(wildcard test-harness/checks/*.t)
TESTS ?= $(CHECKS) $(UNIT_TESTS)

# Long ones first, so that the short ones fill the gaps.
.PHONY: check-built
check-built: all $(IMAGES) $(MUTANT_APPS) $(NESTED)/sums $(UNIT_TESTS)
	@rm -rf $(BUILD)/test/tap
	@prove -j 2 --exec test-harness/checks/lib/record $(TESTS) :: --tap; status=$$?; \
		test-harness/checks/lib/count $(TESTS) && exit $$status

# Random masks, enforced and not, each probed and held against KVM's rules. Takes its time.
MASKS ?= 200
SEED ?= 1
check-random: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@$(BOOT_APP) --random $(MASKS) --seed $(SEED) --require-kvm --out $(BUILD)/results-random

# KVM on an Intel CPU, on a machine that has none. Bochs and what its host is built with are not among the packages that
# make check installs.
check-intel: deps
	@$(MAKE) --no-print-directory -s all $(NESTED_INTEL)/sums
	@$(BOOT_APP) cases --accel nested-intel --cases test-harness/cases/intel --require-kvm --out $(BUILD)/results-intel

include test-harness/mutations/rules.mk

# Every case restored and every case booted from reset must give the same report. Takes its time.
check-cold: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@test-harness/checks/lib/cold-equals

# README's two commands on a clone of HEAD in minimal Debian roots, as a stranger would type them. As root; takes its time.
.PHONY: check-distros
check-distros:
	@DISTROS="$(DISTROS)" test-harness/distros/check-distros

$(BUILD)/bench-decode: $(call objects,host,test-harness/bench/decode.c $(CORE) $(filter-out %/main.c,$(BOOT)))
	$(call say,LD)
	$(Q)$(CC) $^ $(HOST_LDLIBS) -o $@

bench: deps
	@$(MAKE) --no-print-directory -s all $(BUILD)/bench-decode
	@$(MAKE) --no-print-directory -s $(NESTED)/sums
	@test-harness/bench/boot-cost.sh
	@test-harness/bench/fan-out.sh
	@test-harness/bench/vcpus.sh
	@$(BUILD)/bench-decode

include test-harness/coverage/rules.mk

# What each dump of the corpus is decoded to, written anew; review the difference.
.PHONY: bless
bless: all
	@test-harness/corpus/bless

## Lint: here, and nowhere else, the compiler's warnings are errors

SOURCES := $(wildcard efi/*/*.[ch] efi/*/*/*.[ch] include/kvmleaf/*.h test-harness/*/*.[ch] test-harness/*/*/*.[ch])

.PHONY: format compiled
# Everything that is compiled anywhere.
compiled: all $(MUTANT_APPS) $(UNIT_TESTS) $(BUILD)/x86_64/returns.efi $(BUILD)/bench-decode

lint:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint WERROR=-Werror compiled
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem -Iinclude -Iefi -Itest-harness/boot -Itest-harness $(CORE) $(BOOT) \
		efi/link/elf-to-efi.c efi/link/pe.c
	@clang-tidy --quiet --warnings-as-errors='*' $(CORE) -- -std=c11 -ffreestanding -Iinclude -Iefi
	@clang-tidy --quiet --warnings-as-errors='*' efi/link/elf-to-efi.c efi/link/pe.c -- -std=c11
	@clang-tidy --quiet --warnings-as-errors='*' $(BOOT) -- $(HOST_CFLAGS) -Wno-unused-variable
	@shellcheck -x -P . $(wildcard images/*.sh test-harness/*.sh test-harness/*/*.sh test-harness/*/*/*.sh test-harness/*/*.t) test-harness/checks/lib/record \
		test-harness/checks/lib/count test-harness/checks/lib/cold-equals test-harness/corpus/bless test-harness/distros/check-distros .ci/run

format:
	clang-format -i $(SOURCES)

## Housekeeping

PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share/kvmleaf

install: all
	install -Dm755 -t $(DESTDIR)$(PREFIX)/bin $(BOOT_APP)
	install -Dm644 -t $(SHARE) $(EFI_APP) $(LAUNCHER) $(TRIAL) include/kvmleaf/report.schema.json
	install -Dm644 -t $(SHARE)/cases $(CASES)

clean:
	rm -rf $(BUILD) images/out

.SECONDARY:
# Not among the roots of other systems.
-include $(shell find $(BUILD) -path $(BUILD)/distros -prune -o -type f -name '*.d' -print 2>/dev/null)
