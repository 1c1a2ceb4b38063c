/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump with both hex and text: hex decides, text fills the gaps. */
#include "pci_parts.h"

static void fill_number(struct num *to, struct num from)
{
	if (!to->known)
		*to = from;
}

static void fill_bar(struct pci_bar *to, const struct pci_bar *from)
{
	if (to->present == TRI_UNKNOWN) {
		*to = *from;
		return;
	}
	if (to->present != TRI_YES || from->present != TRI_YES)
		return;
	fill_number(&to->size, from->size);
	if (from->assigned == TRI_NO) {
		to->assigned = TRI_NO; /* <ignored>: Linux has given up on it */
		to->start = 0;
	}
}

/* Of a function that doesn't answer, lspci still knows the name. */
static void fill_identity(struct pci_function *to, const struct pci_function *from)
{
	if (to->responds == TRI_YES)
		return;
	to->vendor_id = from->vendor_id;
	to->device_id = from->device_id;
	to->class_code = from->class_code;
	to->name = from->name;
}

static void fill_capabilities(struct pci_function *to, const struct pci_function *from)
{
	if (to->express.present == TRI_UNKNOWN)
		to->express = from->express;
	if (to->acs.present == TRI_UNKNOWN)
		to->acs = from->acs;
	if (to->sriov.present == TRI_UNKNOWN)
		to->sriov = from->sriov;
	if (to->pm_reset == TRI_UNKNOWN)
		to->pm_reset = from->pm_reset;
	if (to->rebar_present != TRI_UNKNOWN)
		return;
	to->rebar_present = from->rebar_present;
	to->n_rebars = from->n_rebars;
	for (size_t i = 0; i < from->n_rebars; i++)
		to->rebar[i] = from->rebar[i];
}

static void fill_linux(struct pci_function *to, const struct pci_function *from)
{
	to->driver_known = from->driver_known;
	to->driver = from->driver;
	to->in_group = from->in_group;
	to->group = from->group;
	fill_number(&to->numa_node, from->numa_node);
	fill_number(&to->rom_size, from->rom_size);
}

void pci_merge_text(struct pci *pci, const struct pci *text)
{
	for (size_t i = 0; i < pci->n_functions; i++) {
		struct pci_function *to = &pci->functions[i];
		const struct pci_function *from = pci_find(text, to->slot);

		if (!from)
			continue;
		fill_identity(to, from);
		for (size_t bar = 0; bar < PCI_BARS; bar++)
			fill_bar(&to->bar[bar], &from->bar[bar]);
		if (to->responds != TRI_NO)
			fill_capabilities(to, from);
		fill_linux(to, from);
	}
}
