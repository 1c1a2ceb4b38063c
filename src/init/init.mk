# SPDX-License-Identifier: GPL-2.0-or-later
# PID 1: static, with musl, because with glibc it would have eight times the size. Included
# by the Makefile.
#
# Its objects are also built as all others are ($(BUILD)/init/*.c.o), for the unit tests.

MUSL_CC := musl-gcc
INIT := $(BUILD)/init/gpuhost-init
INIT_SOURCES := $(sort $(wildcard src/init/*.c))
INIT_OBJECTS := $(patsubst src/init/%.c,$(BUILD)/init/musl/%.o,$(INIT_SOURCES))
INIT_TESTED := $(patsubst src/%,$(BUILD)/%.o,$(filter-out src/init/main.c,$(INIT_SOURCES)))
INIT_TESTS := $(filter $(BUILD)/tests/init_%,$(UNIT_TESTS))
# The kernel's own headers, <linux/...>, come from the system; musl's are found first.
KERNEL_HEADERS := -idirafter /usr/include -idirafter /usr/include/$(shell $(CC) -print-multiarch)
INIT_FLAGS := -std=gnu11 -D_GNU_SOURCE -Os -g -fstack-protector-strong -static \
	$(C_WARNINGS) $(KERNEL_HEADERS)

.PHONY: init init-tests init-qemu need-init need-init-qemu
init: $(INIT) ## build build/init/gpuhost-init, the image's PID 1

need-init:
	@$(NEED) build init
need-init-qemu:
	@$(NEED) build init init-qemu

# Part of make check: as PID 1 of a namespace, which needs no privilege.
init-tests: $(INIT) $(BUILD)/init/pty
	@tests/init/namespaces.sh $^

# Part of make e2e: as PID 1 of an emulated PC.
init-qemu: $(INIT) | need-init-qemu
	@tests/init/qemu.sh $^

$(BUILD)/init/pty: tests/init/pty.c $(BUILD)/flags | need-init
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(C_FLAGS) -o $@ $<

$(INIT): $(INIT_OBJECTS) | need-init
	@echo "  LD      $@"
	$(Q)$(MUSL_CC) $(filter-out $(KERNEL_HEADERS),$(INIT_FLAGS)) -s -o $@ $(INIT_OBJECTS)

$(BUILD)/init/musl/%.o: src/init/%.c src/init/init.mk | need-init
	@mkdir -p $(@D)
	@echo "  MUSLCC  $@"
	$(Q)$(MUSL_CC) $(INIT_FLAGS) -MMD -MP -c -o $@ $<

$(INIT_TESTS): $(INIT_TESTED)

-include $(INIT_OBJECTS:.o=.d) $(INIT_TESTED:.o=.d)
