# SPDX-License-Identifier: GPL-2.0-or-later
# gpuhost. `make help` lists the targets; everything built goes below build/.
#
# SAN=1 builds with AddressSanitizer and UBSan, CC=clang with the other compiler; each
# combination has a folder of its own, so they don't disturb each other.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=

CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
BUILD := build$(if $(findstring clang,$(CC)),/clang)$(if $(SAN),/san)

LIBRARIES := libpci blkid libarchive jansson
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 \
	-Wundef -Wcast-align
C_WARNINGS := $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
comma := ,
OPTIMISE := $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined,-O2 -D_FORTIFY_SOURCE=2)
CPPFLAGS += -Iinclude -D_GNU_SOURCE -DGPUHOST_VERSION='"$(VERSION)"' -MMD -MP
CFLAGS += -g $(OPTIMISE) -fstack-protector-strong
C_FLAGS = -std=gnu11 $(C_WARNINGS) $(CFLAGS) $(EXTRA_FLAGS)
CXX_FLAGS = -std=c++17 $(WARNINGS) $(CFLAGS) $(EXTRA_FLAGS)
LDLIBS = $(shell pkg-config --libs $(LIBRARIES)) -lstdc++
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES))

MODULES := base machine check report
LIB_SOURCES := $(foreach m,$(MODULES),$(wildcard src/$(m)/*.c)) src/base/toml.cc
LIB_OBJECTS := $(patsubst src/%,$(BUILD)/%.o,$(LIB_SOURCES))
CLI_OBJECTS := $(patsubst src/%,$(BUILD)/%.o,$(wildcard src/cli/*.c))
LIB := $(BUILD)/libgpuhost.a
UNIT_SOURCES := $(wildcard tests/unit/*_test.c)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))

.PHONY: all unit-tests
all: $(BUILD)/gpuhost

$(BUILD)/gpuhost: $(CLI_OBJECTS) $(LIB)
	$(CC) $(CFLAGS) $(EXTRA_FLAGS) $(LDFLAGS) -o $@ $(CLI_OBJECTS) $(LIB) $(LDLIBS)

$(LIB): $(LIB_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/%.c.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(C_FLAGS) -c -o $@ $<

$(BUILD)/%.cc.o: src/%.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXX_FLAGS) -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) -Itests/unit $(C_FLAGS) $(LDFLAGS) -o $@ $< $(LIB) \
		$(LDLIBS) -lcmocka

# Unit tests run from the top folder: they open tests/machines and profiles.
unit-tests: $(UNIT_TESTS)
	@for test in $(UNIT_TESTS); do echo "# $$test"; $$test || exit 1; done

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(wildcard $(BUILD)/tests/*.d)
