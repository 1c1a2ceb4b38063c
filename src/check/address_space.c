/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for large BARs: windows above 4 GiB, and BARs that have an address. */
#include "topics.h"

#include <string.h>

#define FOUR_GIB (1ull << 32)

/* The largest host-bridge window above 4 GiB, or NULL. */
static const struct host_window *high_window(const struct windows *windows)
{
	const struct host_window *best = NULL;

	for (size_t i = 0; i < windows->n; i++) {
		const struct host_window *window = &windows->list[i];

		if (window->start >= FOUR_GIB &&
			(!best || window->end - window->start > best->end - best->start))
			best = window;
	}
	return best;
}

/* A function that has an address above 4 GiB: a BAR or a bridge's prefetchable window.
 * *ret_complete: all were known, so that NULL means that there is none. */
static const struct pci_function *high_function(const struct pci *pci, bool *ret_complete)
{
	*ret_complete = pci->known == TRI_YES;
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *function = &pci->functions[i];

		if (function->prefetchable.open == TRI_YES &&
			function->prefetchable.start >= FOUR_GIB)
			return function;
		for (size_t j = 0; j < PCI_BARS; j++) {
			const struct pci_bar *bar = &function->bar[j];

			if (bar->assigned == TRI_YES && !bar->io &&
				bar->start >= FOUR_GIB)
				return function;
			if (bar->present == TRI_YES && bar->assigned == TRI_UNKNOWN)
				*ret_complete = false;
		}
		if (function->config.length < 64)
			*ret_complete = false;
	}
	return NULL;
}

static struct check_result run_above_4g(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const struct host_window *window = high_window(&machine->windows);
	bool complete;
	const struct pci_function *function = high_function(&machine->pci, &complete);

	if (command_line_has_option(&machine->system, "pci", "nocrs", input->arena))
		return check_result(input, FINDING_UNKNOWN, "hidden",
			_("the kernel was started with pci=nocrs, which hides what "
			  "firmware offers"));
	if (window)
		return check_result(input, FINDING_PASS, "on",
			_("host bridge %s has a window of %s at 0x%llx"), window->bus,
			text_size(input->arena, window->end - window->start + 1),
			(unsigned long long)window->start);
	if (function)
		return check_result(input, FINDING_PASS, "on",
			_("%s has an address above 4 GiB"),
			check_describe(input->arena, function));
	if (machine->windows.known == TRI_YES && complete)
		return check_result(input, FINDING_FAIL, "off",
			_("no host bridge has a window above 4 GiB, and no device an "
			  "address there"));
	if (machine->pci.n_functions == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("neither PCI devices nor the host bridges' windows were "
			  "recorded"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("no device is known to have an address above 4 GiB, but not all was "
		  "recorded (the host bridges' windows stand in /proc/iomem, for root)"));
}

static const char *advise_above_4g(
	const struct check_input *input, const struct check_result *result)
{
	if (result->answer && strcmp(result->answer, "hidden") == 0)
		return _("Start the kernel without pci=nocrs and judge again.");
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Switch Above 4G Decoding on: cards with large BARs and several GPUs "
		 "need it.");
}

const struct check check_above_4g = {
	.id = "above-4g",
	.title = N_("Devices can get addresses above 4 GiB"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_MACHINE,
	.run = run_above_4g,
	.advice = advise_above_4g,
	.menu = "above-4g",
	.ref = "PCI Firmware Specification 3.3, 4.1; Linux /proc/iomem",
};

/* A card that isn't there: is there a window that takes its largest BAR? */
static struct check_result predict_bars(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const struct card *card = input->with;
	const struct host_window *window = high_window(&machine->windows);
	uint64_t room = window ? window->end - window->start + 1 : 0;
	const char *largest = text_size(input->arena, card->bar1_max);

	if (room >= 2 * card->bar1_max) /* BAR1 is aligned to its size */
		return check_result(input, FINDING_PASS, "fits",
			_("host bridge %s has a window of %s above 4 GiB; if nothing "
			  "else fills it, the card's largest BAR (%s) fits"),
			window->bus, text_size(input->arena, room), largest);
	if (machine->windows.known != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the host bridges' windows were not recorded; the card's "
			  "largest BAR takes %s"),
			largest);
	if (card->bar1_default > 512ull << 20 && room < card->bar1_default)
		return check_result(input, FINDING_FAIL, "too-small",
			_("the card needs %s for BAR1 from the start; the windows above "
			  "4 GiB give at most %s"),
			text_size(input->arena, card->bar1_default),
			text_size(input->arena, room));
	if (room == 0)
		return check_result(input, FINDING_UNKNOWN, "small",
			_("BAR1 starts with %s, which usually finds room; there is no "
			  "window above 4 GiB for all of it (%s)"),
			text_size(input->arena, card->bar1_default), largest);
	return check_result(input, FINDING_UNKNOWN, "small",
		_("BAR1 starts with %s, which usually finds room; all of it (%s) would "
		  "not fit the largest window above 4 GiB (%s)"),
		text_size(input->arena, card->bar1_default), largest,
		text_size(input->arena, room));
}

static const char *name_bar(
	const struct check_input *input, const struct pci_function *function, size_t bar)
{
	return arena_printf(input->arena, "%s BAR%zu", function->slot, bar);
}

/* The kernel's line on a BAR of this function that found no room. */
static const char *log_line(
	const struct check_input *input, const struct pci_function *function)
{
	const struct kernel_log *log = &input->machine->log;

	for (size_t i = 0; i < log->n_lines; i++)
		if (strstr(log->lines[i], function->slot) &&
			(strstr(log->lines[i], "no space") ||
				strstr(log->lines[i], "no compatible bridge window")))
			return log->lines[i];
	return NULL;
}

struct bar_census {
	const char *lacking, *unknown;
	unsigned assigned;
};

static void count_bars(const struct check_input *input,
	const struct pci_function *function, struct bar_census *census)
{
	for (size_t i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bar[i];
		const char **list;

		if (bar->present == TRI_NO || (bar->present == TRI_YES && bar->io))
			continue;
		/* A register that reads 0 is an unassigned 32-bit BAR or none at all.
		 * NVIDIA's functions have such a BAR at the first place only. */
		if (bar->present == TRI_UNKNOWN && i > 0 && function->config.length >= 64)
			continue;
		if (bar->present == TRI_YES && bar->assigned == TRI_YES) {
			census->assigned++;
			continue;
		}
		list = bar->present == TRI_YES && bar->assigned == TRI_NO
			? &census->lacking
			: &census->unknown;
		*list = check_join(input->arena, *list, name_bar(input, function, i));
	}
}

static struct check_result run_gpu_bars(const struct check_input *input)
{
	struct bar_census census = { 0 };
	const char *line = NULL;

	if (input->with)
		return predict_bars(input);
	for (size_t i = 0; i < input->gpu->n_functions; i++) {
		const struct pci_function *function = input->gpu->functions[i];

		if (function->responds == TRI_NO)
			return check_result(input, FINDING_UNKNOWN, "no-answer",
				_("%s does not answer (all ones): it sleeps in D3cold "
				  "or fell off the bus"),
				function->slot);
		count_bars(input, function, &census);
		line = line ? line : log_line(input, function);
	}
	if (census.lacking)
		return check_result(input, FINDING_FAIL, "unassigned",
			line ? _("without an address: %s; the kernel says: %s")
			     : _("without an address: %s"),
			census.lacking, line);
	if (census.assigned == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the GPU's BARs were not recorded"));
	if (census.unknown)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("not known whether these have an address, or exist: %s"),
			census.unknown);
	return check_result(input, FINDING_PASS, "assigned",
		_("all %u memory BARs of the slot have an address"), census.assigned);
}

static const char *advise_gpu_bars(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN && result->answer &&
		strcmp(result->answer, "no-answer") == 0)
		return _("Wake the card (write \"on\" to its power/control) or switch "
			 "the machine off and on, then run it again.");
	if (input->with)
		return result->status == FINDING_FAIL
			? _("Switch Above 4G Decoding on before you buy: this "
			    "card does not start without it.")
			: NULL;
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Firmware found no room for the card: switch Above 4G Decoding on, CSM "
		 "off, and update the firmware.");
}

const struct check check_gpu_bars = {
	.id = "gpu-bars",
	.title = N_("Every memory BAR of the GPU has an address"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_GPU,
	.run = run_gpu_bars,
	.advice = advise_gpu_bars,
	.menu = "above-4g",
	.ref = "PCI Express Base Specification 7.5.1.2.1",
};
