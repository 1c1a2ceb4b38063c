/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out a function's config space. */
#ifndef RIG_CONFIG_SPACE_H
#define RIG_CONFIG_SPACE_H

#include "device.h"

/* Where NVIDIA's functions have these. */
enum {
	CONFIG_PM = 0x60,
	CONFIG_MSI = 0x68,
	CONFIG_EXPRESS = 0x78,
	CONFIG_DEVICE_CONTROL = CONFIG_EXPRESS + 8,
	CONFIG_AER = 0x100,
	CONFIG_REBAR = 0xbb0,
};

/* Fills `initial` and `writable`. */
void config_space_make(struct device *device, bool multifunction);

#endif
