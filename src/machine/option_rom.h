/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option ROMs of PCI functions; private to src/machine. */
#ifndef MACHINE_OPTION_ROM_H
#define MACHINE_OPTION_ROM_H

#include <stdint.h>

#include "gpuhost/bytes.h"

struct arena;
struct record;

/* The images in a ROM that starts at 55AA: "x86, efi-x64" ("efi-other", "other"). NULL if
 * the first one isn't for this device; what comes behind a broken image isn't named. */
const char *option_rom_describe(
	struct bytes rom, uint16_t vendor, uint16_t device, struct arena *arena);

/* Adds a fact "rom.SLOT" for each idle NVIDIA GPU of the running machine. Needs root. */
void option_roms_record(struct record *record);

#endif
