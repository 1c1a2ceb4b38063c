/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function at work. BAR memory costs nothing: it reads as zero but for the few
 * registers that the card's file names, and what is written there is gone. */
#include "device.h"

#include <string.h>

#include "config_space.h"
#include "put.h"

enum {
	INITIATE_FLR = 0x80 /* of the second byte of Device Control (PCIe 7.5.3.4) */
};

void device_init(
	struct device *device, const struct card_function *function, bool multifunction)
{
	*device = (struct device){ .function = function };
	config_space_make(device, multifunction);
	memcpy(device->config, device->initial, CONFIG_SIZE);
}

void device_reset(struct device *device)
{
	memcpy(device->config, device->initial, CONFIG_SIZE);
	device->resets++;
}

uint64_t device_region_size(const struct device *device, unsigned region)
{
	if (region < CARD_BARS)
		return device->function->bar[region].size;
	if (region == REGION_ROM)
		return device->function->rom.length;
	return region == REGION_CONFIG ? CONFIG_SIZE : 0;
}

/* Copies the part of a register that the range covers. */
static void read_register(
	const struct bar_register *item, uint64_t offset, uint8_t *ret_data, size_t count)
{
	uint8_t value[4];

	put_u32(value, item->value);
	for (size_t i = 0; i < sizeof(value); i++)
		if (item->offset + i >= offset && item->offset + i - offset < count)
			ret_data[item->offset + i - offset] = value[i];
}

void device_read(const struct device *device, unsigned region, uint64_t offset,
	uint8_t *ret_data, size_t count)
{
	const struct card_function *function = device->function;

	if (region == REGION_CONFIG) {
		memcpy(ret_data, device->config + offset, count);
		return;
	}
	if (region == REGION_ROM) {
		memcpy(ret_data, function->rom.data + offset, count);
		return;
	}
	memset(ret_data, 0, count);
	for (size_t i = 0; i < function->n_registers; i++)
		if (function->registers[i].bar == region)
			read_register(&function->registers[i], offset, ret_data, count);
}

bool device_write(struct device *device, unsigned region, uint64_t offset,
	const uint8_t *data, size_t count)
{
	bool reset = false;

	if (region != REGION_CONFIG)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint8_t mask = device->writable[offset + i];
		uint8_t *at = &device->config[offset + i];

		*at = (uint8_t)((*at & ~mask) | (data[i] & mask));
		if (offset + i == CONFIG_DEVICE_CONTROL + 1 && (data[i] & INITIATE_FLR))
			reset = device->function->flr;
	}
	if (reset)
		device_reset(device);
	return reset;
}
