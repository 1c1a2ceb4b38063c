# SPDX-License-Identifier: GPL-2.0-or-later
# The emulated PC: its programs. Included by the Makefile.

RIG_GPU_OBJECTS := $(patsubst tests/%.c,$(BUILD)/%.o,\
	$(filter-out tests/rig/gpu/main.c,$(wildcard tests/rig/gpu/*.c)))
RIG_PROGRAMS := $(BUILD)/rig/gpu-server $(BUILD)/rig/rig-watch
RIG_WATCH_OBJECTS := $(patsubst tests/%.c,$(BUILD)/%.o,$(wildcard tests/rig/watch/*.c))

.PHONY: rig
rig: $(RIG_PROGRAMS) ## the emulated PC's programs (tests/rig/rig uses them)

$(BUILD)/rig/%.o: tests/rig/%.c $(BUILD)/flags | need-build
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(C_FLAGS) -c -o $@ $<

$(BUILD)/rig/gpu-server: $(BUILD)/rig/gpu/main.o $(RIG_GPU_OBJECTS) $(LIB) | need-build
	@echo "  LD      $@"
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

$(BUILD)/rig/rig-watch: $(RIG_WATCH_OBJECTS) | need-build
	@echo "  LD      $@"
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(LDLIBS)

.PHONY: rig-boot
rig-boot: all rig ## boot the image on every emulated board (BOARDS=, RIG_ARGS=--direct)
	@RIG_BUILD=$(abspath $(BUILD)) GPUHOST=$(abspath $(BUILD)/gpuhost) tests/rig/boot.sh $(RIG_ARGS) \
		$(BOARDS)

.PHONY: rig-damage
rig-damage: rig ## boot damaged copies of the image
	@RIG_BUILD=$(abspath $(BUILD)) tests/rig/damage.sh

# The protocol's unit tests speak to the server's own objects.
$(BUILD)/tests/vfio_user_test $(BUILD)/tests/vfio_user_abuse_test: $(RIG_GPU_OBJECTS)

-include $(RIG_GPU_OBJECTS:.o=.d) $(RIG_WATCH_OBJECTS:.o=.d) $(BUILD)/rig/gpu/main.d
