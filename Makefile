# kvmleaf: `make help` lists what there is to do.

BUILD := build
# V=1 shows the commands.
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@)

# Where gnu-efi keeps its parts differs by distribution: the first that exists is taken, and each can be given.
first = $(firstword $(wildcard $(1)))
EFI_INC ?= $(or $(patsubst %/efi.h,%,$(call first,/usr/include/efi/efi.h)),/usr/include/efi)
EFI_CRT0 ?= $(call first,/usr/lib/gnuefi/x64/crt0.o $(foreach lib,/usr/lib64 /usr/lib,\
	$(lib)/gnuefi/crt0-efi-x86_64.o $(lib)/crt0-efi-x86_64.o))
EFI_LDS ?= $(call first,/usr/lib/gnuefi/x64/efi.lds $(foreach lib,/usr/lib64 /usr/lib,\
	$(lib)/gnuefi/elf_x86_64_efi.lds $(lib)/elf_x86_64_efi.lds))
EFI_LIB ?= $(call first,$(dir $(EFI_CRT0))libgnuefi.a /usr/lib64/libgnuefi.a /usr/lib/libgnuefi.a)
EFI32_CRT0 ?= $(call first,/usr/lib/gnuefi/ia32/crt0.o $(foreach lib,/usr/lib32 /usr/lib,\
	$(lib)/gnuefi/crt0-efi-ia32.o $(lib)/crt0-efi-ia32.o))
EFI32_LDS ?= $(call first,/usr/lib/gnuefi/ia32/efi.lds $(foreach lib,/usr/lib32 /usr/lib,\
	$(lib)/gnuefi/elf_ia32_efi.lds $(lib)/elf_ia32_efi.lds))
EFI32_LIB ?= $(call first,$(dir $(EFI32_CRT0))libgnuefi.a /usr/lib32/libgnuefi.a)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings

# General registers only: a UEFI implementation need not have set up SSE. No red zone: interrupts run on our stack.
# Short wchar: UEFI's strings are 16-bit. Prefix map: no path of the build machine in the binary.
EFI_CFLAGS := -std=c11 $(shell $(CC) -Oz -E - </dev/null >/dev/null 2>&1 && echo -Oz || echo -Os) -ffreestanding -fno-strict-aliasing -fpic -fvisibility=hidden -fshort-wchar -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fcf-protection=none -mgeneral-regs-only \
	-ffile-prefix-map=$(CURDIR)=. $(WARNINGS) -Iinclude -Iefi/core -Iefi/firmware -isystem $(EFI_INC)
X86_64_CFLAGS := $(EFI_CFLAGS) -m64 -mno-red-zone -maccumulate-outgoing-args -DGNU_EFI_USE_MS_ABI \
	-Iefi/firmware/x86_64 -isystem $(EFI_INC)/x86_64
# The compiler's own headers alone: a 64-bit system need not have any for 32 bits.
IA32_CFLAGS := $(EFI_CFLAGS) -m32 -march=i686 -nostdinc -isystem $(shell $(CC) -print-file-name=include) -isystem $(EFI_INC)/ia32
EFI_LDFLAGS := -nostdlib -shared -Bsymbolic --no-undefined --build-id=none --fatal-warnings -z nocombreloc -z noexecstack
# Pointers in tables cost 24 bytes each in the long form; old linkers know no other.
EFI_LDFLAGS64 := $(EFI_LDFLAGS) $(shell $(LD) --help | grep -q pack-relative-relocs && echo -z pack-relative-relocs)
# gnu-efi before 3.0.16 has no .rodata of its own, later ones do: without it the program loads and prints nothing.
EFI_SECTIONS := .text .sdata .data .rodata .dynamic .dynsym .rel .rela .rel.* .rela.* .relr.* .reloc .sbat

HOST_LIBS := gio-2.0 jansson libxml-2.0
HOST_CFLAGS = -std=c11 -O2 -g -D_GNU_SOURCE $(WARNINGS) -Iinclude -Iefi/core -Itest-harness/boot -Itest-harness/launcher \
	$(shell pkg-config --cflags $(HOST_LIBS) 2>/dev/null)
HOST_LDLIBS = $(shell pkg-config --libs $(HOST_LIBS) 2>/dev/null)
TEST_CFLAGS = $(HOST_CFLAGS) -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

CORE := $(wildcard efi/core/*.c)
FIRMWARE := $(wildcard efi/firmware/*.c)
X86_64 := $(FIRMWARE) $(wildcard efi/firmware/x86_64/*.c)
IA32 := $(FIRMWARE) $(wildcard efi/firmware/ia32/*.c)
BOOT := $(wildcard test-harness/boot/*.c)
UNIT := $(wildcard test-harness/unit/test-*.c)

EFI_APP := $(BUILD)/x86_64/kvmleaf.efi
EFI_APP32 := $(BUILD)/ia32/kvmleaf.efi
LAUNCHER := $(BUILD)/x86_64/launcher.efi
BOOT_APP := $(BUILD)/kvmleaf-boot
NESTED := $(BUILD)/nested
UNIT_TESTS := $(patsubst test-harness/unit/%.c,$(BUILD)/test/%,$(UNIT))
CASES := $(wildcard test-harness/cases/*.ini)

.PHONY: help all run check check-cold check-random images nested bench lint deps install clean
.DELETE_ON_ERROR:

help:
	@echo "make run      install what is missing, build, boot kvmleaf on the best accelerator, print its report"
	@echo "make check    install what is missing, build, run every test"
	@echo "make all      build only: $(EFI_APP), $(BOOT_APP)"
	@echo "make check-cold  every case restored and booted from reset: the same report"
	@echo "make images   the ISO, which is a USB disk too, and the ESP: images/out/"
	@echo "make sign     KEY= CERT=  the same, signed for Secure Boot: images/out/signed/"
	@echo "make screenshot  the picture in README: images/screen.png"
	@echo "make check-random  MASKS=200 SEED=1  random masks, each probed"
	@echo "make nested   build the small Linux that brings KVM to a machine without it"
	@echo "make fuzz     SECONDS=60  random inputs to every reader, two at a time; finds in build/fuzz/crashes"
	@echo "make bench    measure"
	@echo "make bless    write down anew what each dump of test-harness/corpus is decoded to"
	@echo "make lint     compiler warnings, cppcheck, clang-tidy, shellcheck, format"
	@echo "make deps     install the packages that are missing (apt, dnf or pacman)"
	@echo "make install  DESTDIR= PREFIX=/usr/local"
	@echo "make clean    remove what was built"

all: $(EFI_APP) $(EFI_APP32) $(LAUNCHER) $(BOOT_APP)

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
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(X86_64_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/ia32/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(IA32_CFLAGS) -MMD -MP -c $< -o $@

LINK64 = $(LD) $(EFI_LDFLAGS64) -T $(EFI_LDS) $(EFI_CRT0) $^ $(EFI_LIB) -o $@
RELOCATE := efi/firmware/x86_64/relocate.c
LINK32 = $(LD) -m elf_i386 $(EFI_LDFLAGS) -T $(EFI32_LDS) $(EFI32_CRT0) $^ $(EFI32_LIB) -o $@

$(BUILD)/x86_64/kvmleaf.so: $(call objects,x86_64,$(CORE) $(X86_64))
	$(if $(EFI_CRT0),,$(error gnu-efi is not installed; 'make deps' installs it))
	$(call say,LD)
	$(Q)$(LINK64)

$(BUILD)/ia32/kvmleaf.so: $(call objects,ia32,$(CORE) $(IA32))
	$(if $(EFI32_CRT0),,$(error gnu-efi has no parts for ia32 here))
	$(call say,LD)
	$(Q)$(LINK32)

# One step from ELF to PE: a PE that objcopy writes again gets the time of day. A section's name there has eight
# characters at most.
TO_EFI = objcopy -S --rename-section .relr.dyn=.relr $(addprefix -j ,$(EFI_SECTIONS)) -O efi-app-$(1) $< $@
$(BUILD)/x86_64/%.efi: $(BUILD)/x86_64/%.so $(BUILD)/mark-nx
	$(call say,EFI)
	$(Q)$(call TO_EFI,x86_64)
	$(Q)$(BUILD)/mark-nx $@

$(BUILD)/ia32/%.efi: $(BUILD)/ia32/%.so $(BUILD)/mark-nx
	$(call say,EFI)
	$(Q)$(call TO_EFI,ia32)
	$(Q)$(BUILD)/mark-nx $@

$(BUILD)/mark-nx: images/mark-nx.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -std=c11 -O2 $(WARNINGS) $< -o $@

# What a captured guest stops in (test-harness/launcher).
$(BUILD)/x86_64/launcher.so: $(call objects,x86_64,test-harness/launcher/launcher.c efi/core/text.c efi/firmware/cpu.c $(RELOCATE))
	$(call say,LD)
	$(Q)$(LINK64)

# Apps with one fault each, to see the harness catch it: the linker puts the fault in the place of a function.
MUTANTS := drops-bit-7:cpu_query shifts-edx:cpu_query lies-on-console:table_body never-stores:variable_store \
	never-reports:table_end lies-at-end:table_end believes:probe_run unguarded:guard_begin no-cpu-arch:protocol_anywhere \
	read-only-code:ring0_probe silent:cpu_query first-only:vcpus_compare \
	loops:judge triple-faults:judge resets:judge floods:judge wrecks-store:variable_store
mutant_of = $(firstword $(subst :, ,$(1)))
wrapped_by = $(lastword $(subst :, ,$(filter $(1):%,$(MUTANTS))))
MUTANT_APPS := $(foreach mutant,$(MUTANTS),$(BUILD)/x86_64/mutants/$(call mutant_of,$(mutant)).efi)

$(MUTANT_APPS:.efi=.so): $(BUILD)/x86_64/mutants/%.so: $(BUILD)/x86_64/test-harness/mutants/%.o $(call objects,x86_64,$(CORE) $(X86_64))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(LINK64) --wrap=$(call wrapped_by,$*)

# An app that only returns: what a boot costs without kvmleaf.
$(BUILD)/x86_64/returns.so: $(call objects,x86_64,test-harness/bench/returns.c $(RELOCATE))
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

$(BUILD)/test/test-%: $(BUILD)/test/test-harness/unit/test-%.o $(call objects,test,$(CORE) $(filter-out %/main.c,$(BOOT)))
	$(call say,LD)
	$(Q)$(CC) -fsanitize=address,undefined $^ $(HOST_LDLIBS) -o $@

CHECKS := $(wildcard test-harness/checks/*.t)

# Long ones first, so that the short ones fill the gaps.
.PHONY: check-built
check-built: all $(IMAGES) $(MUTANT_APPS) $(NESTED)/sums $(UNIT_TESTS)
	@rm -rf $(BUILD)/test/tap
	@prove -j 2 --exec test-harness/checks/record $(CHECKS) $(UNIT_TESTS) :: --tap; status=$$?; \
		test-harness/checks/count; exit $$status

# Random masks, enforced and not, each probed and held against KVM's rules. Takes its time.
MASKS ?= 200
SEED ?= 1
check-random: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@$(BOOT_APP) --random $(MASKS) --seed $(SEED) --require-kvm --out $(BUILD)/results-random

# Every case restored and every case booted from reset must give the same report. Takes its time.
check-cold: deps
	@$(MAKE) --no-print-directory -s all $(NESTED)/sums
	@test-harness/checks/cold-equals

$(BUILD)/bench-decode: $(call objects,host,test-harness/bench/decode.c $(CORE) $(filter-out %/main.c,$(BOOT)))
	$(call say,LD)
	$(Q)$(CC) $^ $(HOST_LDLIBS) -o $@

bench: deps
	@$(MAKE) --no-print-directory -s all $(BUILD)/x86_64/returns.efi $(BUILD)/bench-decode
	@$(MAKE) --no-print-directory -s $(NESTED)/sums
	@test-harness/bench/boot-cost.sh
	@test-harness/bench/fan-out.sh
	@test-harness/bench/vcpus.sh
	@$(BUILD)/bench-decode

# What each dump of the corpus is decoded to, written anew; review the difference.
.PHONY: bless
bless: all
	@test-harness/corpus/bless

## Lint: the compiler's own warnings are errors in every build

SOURCES := $(wildcard images/*.c efi/*/*.[ch] efi/firmware/*/*.[ch] include/kvmleaf/*.h test-harness/*/*.[ch])

.PHONY: format
lint:
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem -Iinclude -Iefi/core -Itest-harness/boot -Itest-harness/launcher $(CORE) $(BOOT)
	@clang-tidy --quiet --warnings-as-errors='*' $(CORE) -- -std=c11 -ffreestanding -Iinclude -Iefi/core
	@clang-tidy --quiet --warnings-as-errors='*' $(BOOT) -- $(filter-out -Werror,$(HOST_CFLAGS)) -Wno-unused-variable
	@shellcheck -x -P . $(wildcard images/*.sh test-harness/*.sh test-harness/*/*.sh test-harness/*/*.t) test-harness/checks/record \
		test-harness/checks/count test-harness/checks/cold-equals test-harness/corpus/bless .ci/run

format:
	clang-format -i $(SOURCES)

## Housekeeping

PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share/kvmleaf

install: all
	install -Dm755 -t $(DESTDIR)$(PREFIX)/bin $(BOOT_APP)
	install -Dm644 -t $(SHARE) $(EFI_APP) $(LAUNCHER) include/kvmleaf/report.schema.json
	install -Dm644 -t $(SHARE)/cases $(CASES)

clean:
	rm -rf $(BUILD) images/out

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
