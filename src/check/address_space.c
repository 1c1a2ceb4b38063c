/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for large BARs: windows above 4 GiB, assigned BARs, Resizable BAR. */
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

	if (text_has_word(
		    machine->system.command_line ? machine->system.command_line : "",
		    "pci=nocrs"))
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the kernel was started with pci=nocrs, which hides what "
			  "firmware "
			  "offers"));
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
			  "address "
			  "there"));
	if (machine->pci.n_functions == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("neither PCI devices nor the host bridges' windows were "
			  "recorded"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("no device is known to have an address above 4 GiB, but not all was "
		  "recorded "
		  "(the host bridges' windows stand in /proc/iomem, for root)"));
}

static const char *advise_above_4g(
	const struct check_input *input, const struct check_result *result)
{
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
			_("host bridge %s has a window of %s above 4 GiB; the card's "
			  "largest BAR "
			  "takes %s"),
			window->bus, text_size(input->arena, room), largest);
	if (machine->windows.known != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the host bridges' windows were not recorded; the card's "
			  "largest BAR "
			  "takes %s"),
			largest);
	if (card->bar1_default > 512ull << 20 && room < card->bar1_default)
		return check_result(input, FINDING_FAIL, "too-small",
			_("the card needs %s for BAR1 from the start; the largest window "
			  "above 4 "
			  "GiB has %s"),
			text_size(input->arena, card->bar1_default),
			text_size(input->arena, room));
	return check_result(input, FINDING_UNKNOWN, "small",
		_("BAR1 starts with %s, which usually finds room; all of it (%s) would "
		  "not fit "
		  "the largest window above 4 GiB (%s)"),
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
				_("%s does not answer (all ones): it sleeps in D3cold or "
				  "fell off "
				  "the bus"),
				function->slot);
		count_bars(input, function, &census);
		line = line ? line : log_line(input, function);
	}
	if (census.lacking)
		return check_result(input, FINDING_FAIL, "unassigned",
			line ? _("without an address: %s; the kernel says: %s")
			     : _("without an address: %s"),
			census.lacking, line);
	if (census.unknown)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("not known whether these have an address, or exist: %s"),
			census.unknown);
	if (census.assigned == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the GPU's BARs were not recorded"));
	return check_result(input, FINDING_PASS, "assigned",
		_("all %u memory BARs of the slot have an address"), census.assigned);
}

static const char *advise_gpu_bars(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN && result->answer &&
		strcmp(result->answer, "no-answer") == 0)
		return _(
			"Wake the card (write \"on\" to its power/control) or switch the "
			"machine off and on, then run it again.");
	if (result->status == FINDING_UNKNOWN)
		return input->with ? NULL : advice_read_as_root(input);
	return _("Firmware found no room for the card: switch Above 4G Decoding on, CSM "
		 "off, "
		 "and update the firmware.");
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

static struct check_result predict_rebar(const struct check_input *input)
{
	if (input->with->rebar == TRI_NO)
		return check_result(input, FINDING_NA, "not-offered",
			_("the %s family does not offer it: BAR1 stays at %s"),
			input->with->family,
			text_size(input->arena, input->with->bar1_default));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("the card offers up to %s; whether firmware grants it shows only with "
		  "the card "
		  "in the machine"),
		text_size(input->arena, input->with->bar1_max));
}

static unsigned highest_bit(uint64_t sizes)
{
	return sizes ? 63 - (unsigned)__builtin_clzll(sizes) : 0;
}

/* The entry for the frame buffer: the one that can grow largest. */
static const struct pci_rebar *main_rebar(const struct pci_function *display)
{
	const struct pci_rebar *best = NULL;

	for (size_t i = 0; i < display->n_rebars; i++)
		if (!best || display->rebar[i].sizes > best->sizes)
			best = &display->rebar[i];
	return best;
}

static struct check_result run_rebar(const struct check_input *input)
{
	const struct pci_rebar *rebar;
	unsigned largest;
	enum {
		QUARTER_GIB = 8
	}; /* 2^8 MiB */

	if (input->with)
		return predict_rebar(input);
	rebar = main_rebar(input->gpu->display);
	if (input->gpu->display->rebar_present == TRI_NO)
		return check_result(input, FINDING_NA, "not-offered",
			_("the GPU has no Resizable BAR capability"));
	if (!rebar || !rebar->current.known || !rebar->sizes)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the Resizable BAR capability was not recorded (extended "
			  "config space, "
			  "as root)"));
	largest = highest_bit(rebar->sizes);
	if (largest <= QUARTER_GIB)
		return check_result(input, FINDING_NA, "not-offered",
			_("the GPU or its vBIOS offers no more than %s for BAR%u"),
			text_size(input->arena, 1ull << (20 + largest)), rebar->bar);
	return check_result(input,
		rebar->current.value >= largest ? FINDING_PASS : FINDING_FAIL,
		rebar->current.value >= largest ? "on" : "off",
		_("BAR%u has %s of at most %s"), rebar->bar,
		text_size(input->arena, 1ull << (20 + (rebar->current.value & 31))),
		text_size(input->arena, 1ull << (20 + (largest & 31))));
}

static const char *advise_rebar(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_FAIL)
		return NULL;
	return _("Passthrough works without it. For some percent more speed switch "
		 "Resizable "
		 "BAR on in the firmware setup (with Above 4G Decoding on and CSM off).");
}

const struct check check_rebar = {
	.id = "rebar",
	.title = N_("Resizable BAR gives the GPU its largest BAR"),
	.severity = SEVERITY_INFO,
	.each = EACH_GPU,
	.run = run_rebar,
	.advice = advise_rebar,
	.menu = "rebar",
	.ref = "PCI Express Base Specification 7.8.6",
};
