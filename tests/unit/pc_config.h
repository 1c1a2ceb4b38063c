/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config spaces of the made-up PC's functions. */
#ifndef GPUHOST_TESTS_PC_CONFIG_H
#define GPUHOST_TESTS_PC_CONFIG_H

#include <stddef.h>
#include <stdint.h>

struct pc_function {
	const char *slot;
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	uint32_t class_code; /* 24 bits */
	const char *driver; /* or NULL */
	unsigned group;
	uint8_t secondary; /* bridges: bus behind it */
	uint8_t port_type; /* PCIe capability's type; 0xff: no such capability */
	uint8_t lanes; /* of LnkCap and LnkSta */
	struct {
		uint64_t start, size;
		uint32_t flags; /* low bits of the BAR register */
	} bar[6];
};

extern const struct pc_function pc_functions[];
extern const size_t pc_n_functions;

void pc_fill_config(const struct pc_function *function, uint8_t config[4096]);
const struct pc_function *pc_find(const char *slot);

#endif
