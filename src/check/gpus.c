/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which display functions are judged: NVIDIA's, or the one that was asked for. */
#include "gpus.h"

#include <stdio.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/err.h"
#include "gpuhost/text.h"

static const char *name_of(
	const struct pci_function *display, const struct card *card, struct arena *arena)
{
	if (card)
		return arena_printf(arena, "NVIDIA %s", card->name);
	if (display->name)
		return display->name;
	return arena_printf(arena, "%s [%04x:%04x]",
		pci_class_name(arena, display->class_code), display->vendor_id,
		display->device_id);
}

static void fill_gpu(const struct machine *machine, const struct knowledge *knowledge,
	const struct pci_function *display, struct arena *arena, struct gpu *ret)
{
	struct gpu gpu = { .display = display };

	for (size_t i = 0; i < machine->pci.n_functions; i++) {
		const struct pci_function *function = &machine->pci.functions[i];

		if (!pci_same_slot(function, display) ||
			function->virtual_function == TRI_YES)
			continue;
		gpu.functions = arena_grow(
			arena, gpu.functions, gpu.n_functions, sizeof(*gpu.functions));
		gpu.functions[gpu.n_functions++] = function;
	}
	gpu.group = iommu_group_of(&machine->iommu, display);
	if (display->vendor_id == PCI_VENDOR_NVIDIA_GPU)
		gpu.card = card_by_id(knowledge, display->device_id);
	gpu.name = name_of(display, gpu.card, arena);
	*ret = gpu;
}

static bool fits_query(const struct pci_function *function, const char *query)
{
	char id[16];

	snprintf(id, sizeof(id), "%04x:%04x", function->vendor_id, function->device_id);
	if (strcasecmp(id, query) == 0 || strcasecmp(function->slot, query) == 0)
		return true;
	return function->domain == 0 && strcasecmp(function->slot + 5, query) == 0;
}

static bool is_wanted(const struct pci_function *function, const char *query)
{
	if (!pci_is_display(function) || function->virtual_function == TRI_YES)
		return false;
	return query ? fits_query(function, query)
		     : function->vendor_id == PCI_VENDOR_NVIDIA_GPU;
}

static int refuse(const struct machine *machine, const char *query, struct err *err)
{
	for (size_t i = 0; i < machine->pci.n_functions; i++)
		if (fits_query(&machine->pci.functions[i], query))
			return err_set(err, STATUS_USAGE,
				_("%s is no GPU, but a %04x device"), query,
				machine->pci.functions[i].class_code);
	if (machine->pci.n_functions == 0)
		return err_set(err, STATUS_NO_INPUT,
			_("%s can't be judged: no PCI devices were recorded"), query);
	return err_set(err, STATUS_NO_INPUT, _("this machine has no GPU \"%s\""), query);
}

int gpus_collect(const struct machine *machine, const struct knowledge *knowledge,
	const char *query, struct arena *arena, struct gpu **ret_gpus, size_t *ret_count,
	struct err *err)
{
	struct gpu *gpus = NULL;
	size_t n = 0;

	for (size_t i = 0; i < machine->pci.n_functions; i++) {
		const struct pci_function *function = &machine->pci.functions[i];

		/* One card, one GPU: a slot's second display function belongs to the
		 * first. */
		if (!is_wanted(function, query) ||
			(n && pci_same_slot(gpus[n - 1].display, function)))
			continue;
		gpus = arena_grow(arena, gpus, n, sizeof(*gpus));
		fill_gpu(machine, knowledge, function, arena, &gpus[n++]);
	}
	if (query && n == 0)
		return refuse(machine, query, err);
	*ret_gpus = gpus;
	*ret_count = n;
	return 0;
}
