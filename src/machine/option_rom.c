/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option ROMs: the chain of images in one, and reading a GPU's where that harms nobody.
 * Layouts: PCI Firmware Specification 3.3, 5.1; UEFI specification 14.4.2. */
#include "option_rom.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "gpuhost/pci.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "recorder.h"

enum {
	ROM_SIGNATURE = 0xaa55,
	ROM_UNIT = 512,
	ROM_MOST_IMAGES = 16,
	ROM_MOST_BYTES = 4 << 20,
	CODE_X86 = 0,
	CODE_EFI = 3,
	EFI_SIGNATURE = 0x0ef1,
	EFI_X64 = 0x8664,
};

/* "efi-x64" needs its own header to say so: other machines' drivers have code type 3 too.
 */
static const char *image_kind(struct bytes image, struct bytes data)
{
	switch (bytes_u8(data, 0x14)) {
	case CODE_X86:
		return "x86";
	case CODE_EFI:
		return bytes_u32(image, 4) == EFI_SIGNATURE &&
				bytes_u16(image, 0x0a) == EFI_X64
			? "efi-x64"
			: "efi-other";
	default:
		return "other";
	}
}

const char *option_rom_describe(
	struct bytes rom, uint16_t vendor, uint16_t device, struct arena *arena)
{
	const char *list = NULL;

	for (unsigned i = 0; i < ROM_MOST_IMAGES; i++) {
		struct bytes data = bytes_from(rom, bytes_u16(rom, 0x18));
		size_t length = (size_t)bytes_u16(data, 0x10) * ROM_UNIT;

		if (bytes_u16(rom, 0) != ROM_SIGNATURE || !bytes_has(data, 0, 0x18) ||
			memcmp(data.data, "PCIR", 4) != 0 ||
			bytes_u16(data, 4) != vendor ||
			(i == 0 && bytes_u16(data, 6) != device))
			break;
		list = list ? arena_printf(arena, "%s, %s", list, image_kind(rom, data))
			    : image_kind(rom, data);
		if (bytes_u8(data, 0x15) & 0x80 || length == 0)
			break;
		rom = bytes_from(rom, length);
	}
	return list;
}

/* Linux shows the ROM while "1" stands in the file. */
static struct bytes read_rom(const char *path, struct arena *arena)
{
	struct bytes rom = { NULL, 0 };
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return rom;
	if (write(fd, "1", 1) == 1) {
		if (file_read(AT_FDCWD, path, ROM_MOST_BYTES, arena, &rom) < 0)
			rom = (struct bytes){ NULL, 0 };
		if (pwrite(fd, "0", 1, 0) != 1)
			rom.length = 0;
	}
	close(fd);
	return rom;
}

/* No driver may be using the card, a guest least of all, and nothing be shown on it: its
 * ROM and BARs may share one address decoder. */
static bool is_idle_gpu(
	const struct record *record, const char *slot, uint64_t *ret_device)
{
	struct arena *arena = record->arena;
	uint64_t class_code, vendor, boot_vga = 0;
	const char *driver;

	return record_number(record, &class_code, "sys/bus/pci/devices/%s/class", slot) &&
		class_code >> 16 == 0x03 &&
		record_number(record, &vendor, "sys/bus/pci/devices/%s/vendor", slot) &&
		vendor == PCI_VENDOR_NVIDIA_GPU &&
		record_number(
			record, ret_device, "sys/bus/pci/devices/%s/device", slot) &&
		record_link(record,
			arena_printf(arena, "sys/bus/pci/devices/%s/driver", slot),
			&driver) == PRESENCE_ABSENT &&
		!(record_number(
			  record, &boot_vga, "sys/bus/pci/devices/%s/boot_vga", slot) &&
			boot_vga);
}

void option_roms_record(struct record *record)
{
	const char **slots;
	size_t n;

	if (geteuid() != 0)
		return;
	record_list(record, "sys/bus/pci/devices", &slots, &n);
	for (size_t i = 0; i < n; i++) {
		struct arena *arena = record->arena;
		const char *images;
		uint64_t device;

		if (!is_idle_gpu(record, slots[i], &device))
			continue;
		images = option_rom_describe(
			read_rom(arena_printf(
					 arena, "/sys/bus/pci/devices/%s/rom", slots[i]),
				arena),
			PCI_VENDOR_NVIDIA_GPU, (uint16_t)device, arena);
		if (images)
			record_add_fact(
				record, arena_printf(arena, "rom.%s", slots[i]), images);
	}
}
