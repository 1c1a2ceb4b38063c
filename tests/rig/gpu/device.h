/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function at work: regions that are read and written, and reset. */
#ifndef RIG_DEVICE_H
#define RIG_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "card.h"

/* The regions of vfio's PCI devices (Linux include/uapi/linux/vfio.h). */
enum region {
	REGION_BAR0 = 0,
	REGION_ROM = 6,
	REGION_CONFIG = 7,
	REGION_VGA = 8,
	REGION_COUNT = 9,
};

enum {
	CONFIG_SIZE = 4096
};

struct device {
	const struct card_function *function;
	uint8_t config[CONFIG_SIZE];
	uint8_t initial[CONFIG_SIZE]; /* as after power-on */
	uint8_t writable[CONFIG_SIZE]; /* bits that stick */
	unsigned resets; /* FLRs and the client's */
};

void device_init(
	struct device *device, const struct card_function *function, bool multifunction);
void device_reset(struct device *device);
/* 0 for a region that is not there. */
uint64_t device_region_size(const struct device *device, unsigned region);
/* The range must lie in the region. */
void device_read(const struct device *device, unsigned region, uint64_t offset,
	uint8_t *ret_data, size_t count);
/* Returns true if the write reset the function (FLR). */
bool device_write(struct device *device, unsigned region, uint64_t offset,
	const uint8_t *data, size_t count);

#endif
