# kvmleaf: `make help` lists the targets.

# The folder of all that is built. The scripts below find it by KVMLEAF_BUILD.
BUILD := build
export KVMLEAF_BUILD = $(BUILD)
# V=1 shows the commands.
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@)

# Of gnu-efi only the headers are needed. They are taken from where gnu-efi's pkg-config file says, or from where
# distributions put them. For ia32 some distributions have none, and efi/link/ia32 is taken. Each of these variables can be
# set on the command line. SYSROOT is a tree to search in place of the machine's own.
SYSROOT ?=
first_with = $(firstword $(patsubst %/$(1),%,$(wildcard $(addsuffix /$(1),$(2)))))
EFI_PC = $(patsubst -I%,%,$(shell pkg-config --cflags-only-I gnu-efi 2>/dev/null))
EFI_INC ?= $(call first_with,efi.h,$(EFI_PC) $(addprefix $(SYSROOT),/usr/include/efi /usr/local/include/efi))
EFI_INC64 ?= $(call first_with,efibind.h,$(addprefix $(EFI_INC)/,x86_64 x64))
EFI_INC32 ?= $(call first_with,efibind.h,$(EFI_INC)/ia32 efi/link/ia32)

# Empty by default, since a newer compiler may have warnings that did not exist when this was written. make lint sets it.
WERROR ?=
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings

# if_known: the option, if the compiler knows it. gcc has some that clang does not have.
if_known = $(shell $(CC) -Werror $(1) -E - </dev/null >/dev/null 2>&1 && echo $(1))

# General registers only, since firmware does not have to set up SSE. No red zone, since interrupts run on our stack. Short
# wchar, since UEFI's strings are 16-bit. The prefix map keeps paths of the build machine out of the binary.
EFI_CFLAGS := -std=c11 -Os -ffreestanding -fno-strict-aliasing -fpie -fvisibility=hidden -fshort-wchar \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -mgeneral-regs-only \
	-ffile-prefix-map=$(CURDIR)=. $(WARNINGS) -Iinclude -Iefi -Itest-harness -isystem $(EFI_INC)
X86_64_CFLAGS := $(EFI_CFLAGS) -m64 -mno-red-zone -DGNU_EFI_USE_MS_ABI \
	$(call if_known,-maccumulate-outgoing-args) -isystem $(EFI_INC64)
# Only the compiler's own headers, since a 64-bit system may have no C library headers for 32 bits.
IA32_CFLAGS := $(EFI_CFLAGS) -m32 -march=i686 -nostdinc -isystem $(shell $(CC) -print-file-name=include) -isystem $(EFI_INC32)
# Some distributions make the linker pack relocations by default, which elf-to-efi does not read.
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
FAKES := $(wildcard test-harness/unit/fake/*.c)

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
	@echo "make run             install missing packages, build, boot kvmleaf once and print its report"
	@echo "make check           install missing packages, build, run every test; TESTS=\"...\" runs only these"
	@echo "make all             build only: $(EFI_APP), $(BOOT_APP)"
	@echo "make images          the ISO, which is also a USB disk, and the ESP, in images/out/"
	@echo "make sign            KEY=db.key CERT=db.pem: the images signed for Secure Boot, in images/out/signed/"
	@echo "make install         PREFIX=/usr/local DESTDIR="
	@echo "make clean           remove everything that was built"
	@echo "make deps            install the packages that building and booting need (apt, dnf or pacman)"
	@echo "make nested          build the nested host, a small Linux that runs KVM on machines without it"
	@echo "make nested-intel    build the nested host whose CPU is Intel's; Bochs emulates it"
	@echo
	@echo "For developers:"
	@echo "make lint            compiler warnings as errors, the format, cppcheck, clang-tidy, shellcheck"
	@echo "make format          format the C sources with clang-format"
	@echo "make fuzz            SECONDS=60 TARGETS=\"dump report\": random inputs; crashes go to $(FUZZ)/crashes"
	@echo "make coverage        the lines that the unit tests run; COVERAGE_LISTS=1 names those that they do not run"
	@echo "make check-mutations MODULE=varstore: changes to the code that no unit test notices"
	@echo "make check-random    MASKS=200 SEED=1: cases with random masks"
	@echo "make check-cold      restored cases must give the same reports as cases booted from reset"
	@echo "make check-soak      RESTORES=1000 COLD=300 SEED=1: many probed guests in a row; none may hang"
	@echo "make check-power     CUTS=500 SEED=1: QEMU killed while it stores the report"
	@echo "make check-intel     all cases on the KVM of an Intel CPU, in Bochs"
	@echo "make check-distros   DISTROS=\"bookworm trixie sid\": make run and make check on Debian releases (as root)"
	@echo "make bench           BENCH=\"cold fan-out\": measure speed, ten minutes for all; writes $(BUILD)/bench.json"
	@echo "make bless           write the expected reports in test-harness/corpus again"
	@echo "make screenshot      take the picture in README, images/screen.png, again"
	@echo
	@echo "BUILD=folder builds into another folder than build/."

all: $(EFI_APP) $(EFI_APP32) $(LAUNCHER) $(TRIAL) $(BOOT_APP)

# The variables above depend on the installed packages, so after their installation another make reads them again.
run: deps
	@$(MAKE) --no-print-directory -s all
	@[ "$$($(BOOT_APP) host accelerator)" != nested ] || $(MAKE) --no-print-directory -s nested
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

# The program in which a captured guest waits for the app to start (test-harness/launcher).
$(BUILD)/x86_64/launcher.so: $(call objects,x86_64,test-harness/launcher/launcher.c efi/core/base/text.c efi/firmware/cpu.c)
	$(call say,LD)
	$(Q)$(LINK64)

include test-harness/mutants/rules.mk

# An app that only returns. The harness tries /dev/kvm with it, and bench measures a boot without kvmleaf with it.
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

include test-harness/nested/rules.mk
include test-harness/fuzz/rules.mk

## Images

IMAGES := images/out/SHA256SUMS
images: $(IMAGES)

$(IMAGES): images/make-images.sh images/kvmleaf.conf images/README.TXT images/startup.nsh $(EFI_APP) $(EFI_APP32)
	$(call say,IMAGE)
	$(Q)images/make-images.sh $(EFI_APP) $(EFI_APP32) images/out

# Signed with a key of the user, for a machine with Secure Boot that knows its certificate.
.PHONY: sign
sign: all
	@images/sign.sh "$(KEY)" "$(CERT)" $(EFI_APP) $(EFI_APP32) images/out/signed

# Takes the picture in README again, for when the table has changed.
.PHONY: screenshot
screenshot: $(IMAGES) $(NESTED)/sums
	@images/screenshot.sh images/out/kvmleaf.iso $(BOOT_APP) images/screen.png

## Tests

$(BUILD)/test/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(TEST_CFLAGS) -MMD -MP -c $< -o $@

# An archive: a test gets only the fakes that it uses.
$(BUILD)/test/fakes.a: $(call objects,test,$(FAKES))
	@rm -f $@
	@$(AR) cr $@ $^

include test-harness/unit/store/rules.mk
include test-harness/unit/firmware/rules.mk

$(filter-out $(STORE_TESTS) $(FIRMWARE_TESTS),$(UNIT_TESTS)): $(BUILD)/test/%: $(BUILD)/test/test-harness/unit/%.o $(BUILD)/test/fakes.a $(call objects,test,$(CORE) $(filter-out %/main.c,$(BOOT)))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -fsanitize=address,undefined $^ $(HOST_LDLIBS) -o $@

CHECKS := $(wildcard test-harness/checks/*.t)
TESTS ?= $(CHECKS) $(UNIT_TESTS)
# A unit test needs only itself; a check may use anything.
TEST_NEEDS = $(filter $(BUILD)/%,$(TESTS)) $(if $(filter %.t,$(TESTS)),all $(IMAGES) $(MUTANT_APPS) $(NESTED)/sums) \
	$(if $(filter %/fuzz.t,$(TESTS)),fuzz-build) $(if $(filter %/intel.t %/dead-harness.t,$(TESTS)),nested-intel-if-it-can)

# The checks come first, since they take longer: the short tests then fill the gaps.
.PHONY: check-built
check-built: $(TEST_NEEDS)
	@rm -rf $(BUILD)/test/tap
	@prove -j 2 --exec test-harness/checks/lib/record $(TESTS) :: --tap; status=$$?; \
		test-harness/checks/lib/count $(TESTS) && exit $$status

# Cases with random masks, enforced and not, each probed and compared with KVM's rules. This takes long.
MASKS ?= 200
SEED ?= 1
check-random: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@$(BOOT_APP) cases --random $(MASKS) --seed $(SEED) --require-kvm --out $(BUILD)/results-random

# KVM on an Intel CPU, on a machine that has none: all cases in test-harness/cases/intel, 12 with random masks, and then
# the cases that run on any KVM. This takes long.
check-intel:
	@test-harness/install-deps.sh check
	@$(MAKE) --no-print-directory -s all $(IMAGES) $(NESTED_INTEL)/sums
	@$(BOOT_APP) cases --accel nested-intel --cases test-harness/cases/intel '*' --random 12 --seed $(SEED) \
		--require-kvm --out $(BUILD)/results-intel; own=$$?; \
		$(BOOT_APP) cases --accel nested-intel --out $(BUILD)/results-intel-all && exit $$own

include test-harness/mutations/rules.mk

# Every case that is restored must give the same report when it is booted from reset. This takes long.
check-cold: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@test-harness/checks/lib/cold-equals

include test-harness/checks/rules.mk

# README's two commands on a clone of HEAD in minimal root folders of Debian releases. This needs root, and takes long.
.PHONY: check-distros
check-distros:
	@DISTROS="$(DISTROS)" test-harness/distros/check-distros

$(BUILD)/bench-decode: $(call objects,host,test-harness/bench/decode.c $(CORE) $(filter-out %/main.c,$(BOOT)))
	$(call say,LD)
	$(Q)$(CC) $^ $(HOST_LDLIBS) -o $@

# Speed, as ratios of what is measured side by side. BENCH names sections; cpuid, which is compared with, comes with the
# packages of the tests.
BENCH ?=
bench:
	@test-harness/install-deps.sh check
	@$(MAKE) --no-print-directory -s all $(BUILD)/bench-decode $(NESTED)/sums
	@BENCH="$(BENCH)" test-harness/bench/bench

include test-harness/coverage/rules.mk

# Decodes each dump of the corpus again and writes the reports; review the difference before it is committed.
.PHONY: bless
bless: all
	@test-harness/corpus/bless

include test-harness/lint/rules.mk

## Housekeeping

PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share/kvmleaf

install: all
	install -Dm755 -t $(DESTDIR)$(PREFIX)/bin $(BOOT_APP)
	install -Dm644 -t $(SHARE) $(EFI_APP) $(LAUNCHER) $(TRIAL) include/kvmleaf/report.schema.json
	install -Dm644 -t $(SHARE)/cases $(CASES)

# The scratch folders of failed checks lie elsewhere, and $(BUILD)/test/kept has links to them.
clean:
	rm -rf $(foreach link,$(wildcard $(BUILD)/test/kept/*),$(shell readlink $(link)))
	rm -rf $(BUILD) images/out

.SECONDARY:
# The root folders of other Debian releases are left out of the search.
-include $(shell find $(BUILD) -path $(BUILD)/distros -prune -o -type f -name '*.d' -print 2>/dev/null)
