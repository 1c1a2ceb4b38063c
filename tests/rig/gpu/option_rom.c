/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expansion ROMs as PCI Firmware Specification 3.3, chapter 5, and UEFI 2.10, 14.4.2 have
 * them. Their code is our own and does nothing. */
#include <string.h>

#include "card.h"
#include "gpuhost/arena.h"
#include "put.h"

enum {
	BLOCK = 512, /* unit of image lengths */
	X86_LENGTH = 4 * BLOCK,
	EFI_LENGTH = 5 * BLOCK,
	PCIR_OFFSET = 0x1c,
	PCIR_LENGTH = 0x1c,
	CODE_X86 = 0,
	CODE_EFI = 3,
	LAST_IMAGE = 0x80,
	PE_OFFSET = BLOCK, /* of the EFI program in its image */
	PE_HEADERS = 0x200,
	PE_CODE = 0x200,
	PE_CODE_ADDRESS = 0x1000,
};

static void put_pcir(uint8_t *image, const struct card_function *function, size_t length,
	uint8_t code, bool last)
{
	uint8_t *pcir = image + PCIR_OFFSET;

	put_u16(image, 0xaa55);
	put_u16(image + 0x18, PCIR_OFFSET);
	memcpy(pcir, "PCIR", 4);
	put_u16(pcir + 4, function->vendor);
	put_u16(pcir + 6, function->device);
	put_u16(pcir + 10, PCIR_LENGTH);
	pcir[12] = 3; /* revision of this structure */
	put_le(pcir + 13, function->class_code, 3);
	put_u16(pcir + 16, (uint16_t)(length / BLOCK));
	pcir[20] = code;
	pcir[21] = last ? LAST_IMAGE : 0;
	put_u16(pcir + 22, (uint16_t)(length / BLOCK));
}

/* What legacy firmware calls at offset 3 is a far return. */
static void put_x86(uint8_t *image, const struct card_function *function, bool last)
{
	uint8_t sum = 0;

	image[2] = X86_LENGTH / BLOCK;
	image[3] = 0xcb; /* retf */
	put_pcir(image, function, X86_LENGTH, CODE_X86, last);
	for (size_t i = 0; i < X86_LENGTH; i++)
		sum = (uint8_t)(sum + image[i]);
	image[X86_LENGTH - 1] = (uint8_t)-sum;
}

/* The smallest PE32+ program that firmware loads: its entry returns EFI_UNSUPPORTED. */
static void put_program(uint8_t *program)
{
	static const uint8_t code[] = { 0x48, 0xb8, 3, 0, 0, 0, 0, 0, 0, 0x80, 0xc3 };
	uint8_t *coff = program + 0x44, *optional = coff + 20, *section = optional + 240;

	memcpy(program, "MZ", 2);
	put_u32(program + 0x3c, 0x40);
	memcpy(program + 0x40, "PE\0", 4);
	put_u16(coff, 0x8664);
	put_u16(coff + 2, 1); /* sections */
	put_u16(coff + 16, 240); /* size of the optional header */
	put_u16(coff + 18, 0x2022); /* executable, large addresses, DLL */
	put_u16(optional, 0x20b); /* PE32+ */
	put_u32(optional + 4, PE_CODE);
	put_u32(optional + 16, PE_CODE_ADDRESS); /* entry */
	put_u32(optional + 20, PE_CODE_ADDRESS);
	put_u32(optional + 32, 0x1000); /* section alignment */
	put_u32(optional + 36, 0x200); /* file alignment */
	put_u32(optional + 56, PE_CODE_ADDRESS + 0x1000); /* size of the image */
	put_u32(optional + 60, PE_HEADERS);
	put_u16(optional + 68, 11); /* subsystem: EFI boot service driver */
	put_u32(optional + 108, 16); /* data directories, all empty */
	memcpy(section, ".text", 5);
	put_u32(section + 8, sizeof(code));
	put_u32(section + 12, PE_CODE_ADDRESS);
	put_u32(section + 16, PE_CODE);
	put_u32(section + 20, PE_HEADERS);
	put_u32(section + 36, 0x60000020); /* code, executable, readable */
	memcpy(program + PE_HEADERS, code, sizeof(code));
}

static void put_efi(uint8_t *image, const struct card_function *function, bool last)
{
	put_u16(image + 2, EFI_LENGTH / BLOCK);
	put_u32(image + 4, 0x0ef1);
	put_u16(image + 8, 11); /* subsystem: EFI boot service driver */
	put_u16(image + 10, 0x8664);
	put_u16(image + 12, 0); /* not compressed */
	put_u16(image + 0x16, PE_OFFSET);
	put_pcir(image, function, EFI_LENGTH, CODE_EFI, last);
	put_program(image + PE_OFFSET);
}

struct bytes option_rom_make(struct arena *arena, const struct card_function *function,
	struct rom_images images, size_t size)
{
	uint8_t *rom = arena_alloc(arena, size);
	size_t used = 0;

	if (images.x86) {
		put_x86(rom, function, !images.efi);
		used = X86_LENGTH;
	}
	if (images.efi)
		put_efi(rom + used, function, true);
	return (struct bytes){ rom, size };
}
