# SPDX-License-Identifier: GPL-2.0-or-later
# gpuhost. `make help` lists the targets; everything built goes below build/.
#
# Each target first lets tests/need.sh install what it lacks, so pkg-config is asked when
# a recipe runs, never when this file is read.
# SAN=1 builds with AddressSanitizer and UBSan, FUZZ=1 for libFuzzer, CC=clang with the
# other compiler; each has a folder of its own, so they don't disturb each other.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

CC := $(if $(FUZZ),clang,$(if $(filter default,$(origin CC)),gcc,$(CC)))
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
BUILD := build$(if $(FUZZ),/fuzz,$(if $(findstring clang,$(CC)),/clang)$(if $(SAN),/san))

LIBRARIES := libpci blkid libarchive jansson
# clang minds adjacent strings in a table, which is how clang-format wraps long ones.
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 \
	-Wundef -Wcast-align -Wno-string-concatenation $(if $(WERROR),-Werror)
C_WARNINGS := $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
comma := ,
# NULL + 0 for an empty array is not worth a report: C2y defines it (WG14 N3322).
SANITIZE := -O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined -fno-sanitize=pointer-overflow $(if $(FUZZ),-fsanitize=fuzzer-no-link)
OPTIMISE := $(if $(SAN)$(FUZZ),$(SANITIZE),-O2 -D_FORTIFY_SOURCE=2)
CPPFLAGS += -Iinclude -D_GNU_SOURCE -DGPUHOST_VERSION='"$(VERSION)"' -MMD -MP
CFLAGS += -g $(OPTIMISE) -fstack-protector-strong
C_FLAGS = -std=gnu11 $(C_WARNINGS) $(CFLAGS) $(EXTRA_FLAGS)
CXX_FLAGS = -std=c++17 $(WARNINGS) $(CFLAGS) $(EXTRA_FLAGS)
# Each replaces itself by its value on first use, so that pkg-config runs once.
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBRARIES)))$(PKG_LIBS)
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES)))$(PKG_CFLAGS)
LDLIBS = $(PKG_LIBS)
LINK = $(CXX) $(CFLAGS) $(EXTRA_FLAGS) $(LDFLAGS)

MODULES := base machine check report live
LIB_SOURCES := $(sort $(foreach m,$(MODULES),$(wildcard src/$(m)/*.c src/$(m)/*.cc)))
CLI_SOURCES := $(sort $(wildcard src/cli/*.c))
LIB_OBJECTS := $(patsubst src/%,$(BUILD)/%.o,$(LIB_SOURCES))
CLI_OBJECTS := $(patsubst src/%,$(BUILD)/%.o,$(CLI_SOURCES))
LIB := $(BUILD)/libgpuhost.a
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*_test.c)))
UNIT_HELPERS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%.o,\
	$(filter-out %_test.c,$(wildcard tests/unit/*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
REPLAYS := $(FUZZERS:_fuzz=_replay)
CATALOGUES := $(patsubst src/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/gpuhost.mo,\
	$(wildcard src/po/*.po))
NEED := tests/need.sh
Q := $(if $(V),,@)

.PHONY: all check unit-tests binaries fuzzers replays demo bench fuzz lint po install \
	uninstall clean help need-build need-unit need-fuzz force
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/gpuhost catalogues ## build build/gpuhost (the default)

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile */*.mk */*/*.mk | expand -t 14
	@echo; echo "variables: SAN=1, CC=clang, WERROR=1, V=1, FUZZ_SECONDS=N, PREFIX=DIR, DESTDIR=DIR"

need-build:
	@$(NEED) build
need-unit:
	@$(NEED) build unit
need-fuzz:
	@$(NEED) build fuzz

# ---- build ----
# Changes when the compiler or its flags do, and objects with it.
FLAGS := $(CC) $(CPPFLAGS) $(C_FLAGS) $(CXX_FLAGS) $(LDFLAGS)
$(BUILD)/flags: force
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(FLAGS))' > $@

$(BUILD)/gpuhost: $(CLI_OBJECTS) $(LIB) | need-build
	@echo "  LD      $@"
	$(Q)$(LINK) -o $@ $(CLI_OBJECTS) $(LIB) $(LDLIBS)

$(LIB): $(LIB_OBJECTS) | need-build
	@rm -f $@
	@echo "  AR      $@"
	$(Q)$(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/%.c.o: src/%.c $(BUILD)/flags | need-build
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(C_FLAGS) -c -o $@ $<

$(BUILD)/%.cc.o: src/%.cc $(BUILD)/flags | need-build
	@mkdir -p $(@D)
	@echo "  CXX     $@"
	$(Q)$(CXX) $(CPPFLAGS) $(CXX_FLAGS) -c -o $@ $<

# ---- messages ----
.PHONY: catalogues
catalogues: $(CATALOGUES) $(CATALOGUES:gpuhost.mo=SYS_LC_MESSAGES)

$(BUILD)/locale/%/LC_MESSAGES/gpuhost.mo: src/po/%.po | need-build
	@mkdir -p $(@D)
	@echo "  MSGFMT  $@"
	$(Q)msgfmt --check -o $@ $<

# The smallest locale gettext is content with: see src/base/language.c.
%/LC_MESSAGES/SYS_LC_MESSAGES:
	@mkdir -p $(@D)
	@cp /usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES $@ 2>/dev/null || \
		localedef -i zh_CN -f UTF-8 --no-archive $(BUILD)/locale/zh_CN 2>/dev/null || \
		echo "note: Chinese will need the system's zh_CN.UTF-8 locale"

# Sentences in the code, and those in the data files, which C code shows through gettext.
po: | need-build ## bring src/po/*.po up to date with the sources
	@mkdir -p build/po
	@sed -n 's/^reset-note *= *\(".*"\) *$$/_(\1)/p' profiles/gpus/*.toml \
		> build/po/notes.c
	@find src -name '*.c' | LC_ALL=C sort > build/po/files
	xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --add-comments=TRANSLATORS \
		--language=C --no-wrap --package-name=gpuhost --package-version=$(VERSION) \
		--add-location=file --force-po -f build/po/files build/po/notes.c \
		-o build/po/gpuhost.pot
	@for po in src/po/*.po; do \
		if [ -s "$$po" ]; then \
			msgmerge -q --update --backup=none --no-wrap --add-location=file \
				--no-fuzzy-matching "$$po" build/po/gpuhost.pot; \
		fi; msgfmt --statistics -o /dev/null "$$po"; done

# ---- tests ----
$(BUILD)/tests/%.o: tests/unit/%.c $(BUILD)/flags | need-unit
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) -Itests/unit $(C_FLAGS) -c -o $@ $<

$(BUILD)/tests/%.o: tests/fuzz/%.c $(BUILD)/flags | need-build
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) -Itests/fuzz $(C_FLAGS) -c -o $@ $<

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(UNIT_HELPERS) $(LIB) | need-unit
	@echo "  LD      $@"
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LDLIBS) -lcmocka

$(BUILD)/tests/%_fuzz: $(BUILD)/tests/%_fuzz.o $(LIB) | need-fuzz
	@echo "  LD      $@"
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $(filter %.o %.a,$^) $(LDLIBS)

$(BUILD)/tests/%_replay: $(BUILD)/tests/%_fuzz.o $(BUILD)/tests/replay.o $(LIB) | need-build
	@echo "  LD      $@"
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

binaries: all $(UNIT_TESTS)

# Unit tests run from the top folder: they open tests/machines and profiles.
unit-tests: $(UNIT_TESTS) ## build and run the unit tests
	@for test in $(UNIT_TESTS); do echo "# $$test"; $$test || exit 1; done

# make check gives its numbers for the whole: see tests/check.sh.
check: ## all tests; ends with "N passed, N failed"
	@$(NEED) build unit fuzz test lint init rig
	@MAKE='$(MAKE)' MAKEFLAGS= FUZZ_SECONDS='$(if $(filter file,$(origin \
		FUZZ_SECONDS)),10,$(FUZZ_SECONDS))' tests/check.sh

lint: ## style and structure of sources, scripts and documents
	@$(NEED) build lint
	@tests/lint/run.sh

fuzzers: $(FUZZERS)
replays: $(REPLAYS)

fuzz: ## run each fuzzer for FUZZ_SECONDS (60)
	@$(NEED) build fuzz
	@+$(MAKE) --no-print-directory FUZZ=1 fuzzers
	@tests/fuzz/run.sh build/fuzz/tests $(FUZZ_SECONDS)

# ---- the image and the emulated PC ----
include src/init/init.mk image/image.mk tests/rig/rig.mk

.PHONY: e2e
e2e: ## boot the image and its PID 1 in emulated PCs (BOARDS="…" for some)
	@$(NEED) build init init-qemu image rig
	@+$(MAKE) --no-print-directory init-qemu iso rig-boot rig-damage

# ---- to look at ----
demo: ## build, judge machines, write reports and pictures, boot the image in an emulated PC
	@$(NEED) build demo
	@+$(MAKE) --no-print-directory all
	@tests/demo.sh $(BUILD)/gpuhost

$(BUILD)/bench: tests/bench/bench.c $(BUILD)/flags | need-build
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(C_FLAGS) -o $@ $<

bench: all $(BUILD)/bench ## measure: medians, and virt-host-validate beside
	@tests/bench/run.sh $(BUILD)

# ---- install ----
DATA := $(DESTDIR)$(PREFIX)/share/gpuhost
MAN := $(DESTDIR)$(PREFIX)/share/man/man1
COMPLETIONS := $(DESTDIR)$(PREFIX)/share/bash-completion/completions

install: all ## install below DESTDIR and PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DATA)/boards $(DATA)/gpus $(MAN) $(COMPLETIONS)
	install -m 755 $(BUILD)/gpuhost $(DESTDIR)$(PREFIX)/bin/gpuhost
	install -m 644 profiles/boards/*.toml $(DATA)/boards
	install -m 644 profiles/gpus/*.toml $(DATA)/gpus
	install -m 644 src/cli/gpuhost.1 $(MAN)/gpuhost.1
	install -m 644 src/cli/gpuhost.bash $(COMPLETIONS)/gpuhost
	cd $(BUILD) && find locale -type f -exec install -D -m 644 {} $(abspath $(DATA))/{} \;

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/gpuhost $(MAN)/gpuhost.1 $(COMPLETIONS)/gpuhost
	rm -rf $(DATA)

clean: ## remove build/
	rm -rf build

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(wildcard $(BUILD)/tests/*.d)
