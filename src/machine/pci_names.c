/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of classes, slots as text, and the way about in the list of functions. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "pci_parts.h"

/* The words of pci.ids, which lspci prints: they serve to read its text, too. */
static const struct class_name {
	uint16_t code;
	const char *name;
} class_names[] = {
	{ 0x0000, N_("Non-VGA unclassified device") },
	{ 0x0100, N_("SCSI storage controller") },
	{ 0x0101, N_("IDE interface") },
	{ 0x0104, N_("RAID bus controller") },
	{ 0x0106, N_("SATA controller") },
	{ 0x0107, N_("Serial Attached SCSI controller") },
	{ 0x0108, N_("Non-Volatile memory controller") },
	{ 0x0180, N_("Mass storage controller") },
	{ 0x0200, N_("Ethernet controller") },
	{ 0x0207, N_("Infiniband controller") },
	{ 0x0280, N_("Network controller") },
	{ PCI_CLASS_VGA, N_("VGA compatible controller") },
	{ PCI_CLASS_3D, N_("3D controller") },
	{ PCI_CLASS_DISPLAY_OTHER, N_("Display controller") },
	{ 0x0400, N_("Multimedia video controller") },
	{ 0x0401, N_("Multimedia audio controller") },
	{ PCI_CLASS_AUDIO_HD, N_("Audio device") },
	{ 0x0480, N_("Multimedia controller") },
	{ 0x0500, N_("RAM memory") },
	{ 0x0580, N_("Memory controller") },
	{ PCI_CLASS_HOST_BRIDGE, N_("Host bridge") },
	{ 0x0601, N_("ISA bridge") },
	{ PCI_CLASS_PCI_BRIDGE, N_("PCI bridge") },
	{ 0x0607, N_("CardBus bridge") },
	{ 0x0680, N_("Bridge") },
	{ 0x0700, N_("Serial controller") },
	{ 0x0780, N_("Communication controller") },
	{ 0x0800, N_("PIC") },
	{ 0x0805, N_("SD Host controller") },
	{ PCI_CLASS_IOMMU_FUNCTION, N_("IOMMU") },
	{ 0x0807, N_("Root Complex Event Collector") },
	{ 0x0880, N_("System peripheral") },
	{ PCI_CLASS_USB, N_("USB controller") },
	{ 0x0c05, N_("SMBus") },
	{ 0x0c80, N_("Serial bus controller") },
	{ 0x0d11, N_("Bluetooth") },
	{ 0x1080, N_("Encryption controller") },
	{ 0x1101, N_("Performance counters") },
	{ 0x1180, N_("Signal processing controller") },
	{ 0x1200, N_("Processing accelerators") },
	{ 0x1300, N_("Non-Essential Instrumentation") },
};

enum {
	N_CLASS_NAMES = sizeof(class_names) / sizeof(class_names[0])
};

const char *pci_class_name(struct arena *arena, uint16_t class_code)
{
	for (size_t i = 0; i < N_CLASS_NAMES; i++)
		if (class_names[i].code == class_code)
			return _(class_names[i].name);
	return arena_printf(arena, _("device of class %04x"), class_code);
}

int pci_class_of_words(const char *words, size_t length)
{
	for (size_t i = 0; i < N_CLASS_NAMES; i++)
		if (strlen(class_names[i].name) == length &&
			memcmp(class_names[i].name, words, length) == 0)
			return class_names[i].code;
	return -1;
}

static size_t hex_digits(const char *text)
{
	size_t n = 0;

	while (isxdigit((unsigned char)text[n]))
		n++;
	return n;
}

size_t pci_slot_parse(const char *text, struct pci_slot *ret_slot)
{
	size_t domain = hex_digits(text), start = 0;
	unsigned long device;
	struct pci_slot slot = { 0 };

	if (domain >= 4 && domain <= 8 && text[domain] == ':') {
		slot.domain = (uint32_t)strtoul(text, NULL, 16);
		start = domain + 1;
		text += start;
	}
	if (hex_digits(text) != 2 || text[2] != ':' || hex_digits(text + 3) != 2 ||
		text[5] != '.' || text[6] < '0' || text[6] > '7')
		return 0;
	if (isxdigit((unsigned char)text[7]))
		return 0;
	slot.bus = (uint8_t)strtoul(text, NULL, 16);
	device = strtoul(text + 3, NULL, 16);
	if (device > 0x1f || slot.domain > INT32_MAX) /* libpci's domain is an int */
		return 0;
	slot.device = (uint8_t)device;
	slot.function = (uint8_t)(text[6] - '0');
	*ret_slot = slot;
	return start + 7;
}

const char *pci_slot_text(struct arena *arena, const struct pci_slot *slot)
{
	return arena_printf(arena, "%04x:%02x:%02x.%x", slot->domain, slot->bus,
		slot->device, slot->function);
}

void pci_set_slot(
	struct pci_function *function, const struct pci_slot *slot, struct arena *arena)
{
	function->domain = slot->domain;
	function->bus = slot->bus;
	function->device = slot->device;
	function->function = slot->function;
	function->slot = pci_slot_text(arena, slot);
}

struct pci_function *pci_add(struct pci *pci, struct arena *arena)
{
	struct pci_function *function;

	pci->functions = arena_grow(
		arena, pci->functions, pci->n_functions, sizeof(*pci->functions));
	function = &pci->functions[pci->n_functions++];
	*function = (struct pci_function){ 0 };
	return function;
}

static uint64_t address(const struct pci_function *f)
{
	return (uint64_t)f->domain << 16 | (uint64_t)f->bus << 8 |
		(unsigned)f->device << 3 | f->function;
}

static int by_address(const void *a, const void *b)
{
	uint64_t left = address(a), right = address(b);

	return left < right ? -1 : left > right;
}

void pci_sort(struct pci *pci)
{
	if (pci->n_functions)
		qsort(pci->functions, pci->n_functions, sizeof(*pci->functions),
			by_address);
}

const struct pci_function *pci_find(const struct pci *pci, const char *slot)
{
	struct pci_slot wanted;
	size_t length = pci_slot_parse(slot, &wanted);
	struct pci_function key = { 0 };

	if (!length || slot[length])
		return NULL;
	key.domain = wanted.domain;
	key.bus = wanted.bus;
	key.device = wanted.device;
	key.function = wanted.function;
	if (!pci->n_functions)
		return NULL;
	return bsearch(&key, pci->functions, pci->n_functions, sizeof(key), by_address);
}

const struct pci_function *pci_parent(
	const struct pci *pci, const struct pci_function *function)
{
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *bridge = &pci->functions[i];

		/* A bus below has a higher number, so that walking up always ends. */
		if (bridge->domain == function->domain && bridge->secondary_bus.known &&
			bridge->secondary_bus.value == function->bus &&
			bridge->bus < function->bus)
			return bridge;
	}
	return NULL;
}

bool pci_same_slot(const struct pci_function *a, const struct pci_function *b)
{
	return address(a) >> 3 == address(b) >> 3;
}

bool pci_is_display(const struct pci_function *function)
{
	return function->class_code >> 8 == 0x03;
}

bool pci_has_host_bridge(const struct pci *pci)
{
	const struct pci_function *first = pci_find(pci, "0000:00:00.0");

	return first && first->class_code == PCI_CLASS_HOST_BRIDGE;
}
