/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resizable BAR: does the GPU offer it, and did firmware grant it? */
#include "topics.h"

#include <string.h>

enum {
	USUAL_SIZE = 8, /* 2^8 MiB: what BAR1 has without it */
	LARGEST_SIZE = 43, /* 2^43 MiB (PCIe 6.0, 7.8.6.3) */
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
		  "the card in the machine"),
		text_size(input->arena, input->with->bar1_max));
}

static unsigned highest_bit(uint64_t sizes)
{
	unsigned bit = sizes ? 63 - (unsigned)__builtin_clzll(sizes) : 0;

	return bit > LARGEST_SIZE ? LARGEST_SIZE : bit;
}

static const char *size_text(const struct check_input *input, uint64_t exponent)
{
	if (exponent > LARGEST_SIZE)
		exponent = LARGEST_SIZE;
	return text_size(input->arena, 1ull << (20 + exponent));
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

/* A normal user sees no capability, but the size that BAR1 has. */
static struct check_result judge_unread(
	const struct check_input *input, const struct pci_function *display)
{
	const struct num size = display->bar[1].size;

	if (size.known && size.value > 1ull << (20 + USUAL_SIZE))
		return check_result(input, FINDING_UNKNOWN, "not-off",
			_("BAR1 has %s, so it is not off; its largest size was not "
			  "recorded"),
			text_size(input->arena, size.value));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("the Resizable BAR capability was not recorded (extended config "
		  "space, as root)"));
}

static struct check_result run_rebar(const struct check_input *input)
{
	const struct pci_rebar *rebar;
	unsigned largest;

	if (input->with)
		return predict_rebar(input);
	rebar = main_rebar(input->gpu->display);
	if (input->gpu->display->rebar_present == TRI_NO)
		return check_result(input, FINDING_NA, "not-offered",
			_("the GPU has no Resizable BAR capability"));
	if (!rebar || !rebar->current.known || !rebar->sizes)
		return judge_unread(input, input->gpu->display);
	largest = highest_bit(rebar->sizes);
	if (largest <= USUAL_SIZE)
		return check_result(input, FINDING_NA, "not-offered",
			_("the GPU or its vBIOS offers no more than %s for BAR%u"),
			size_text(input, largest), rebar->bar);
	if (rebar->current.value >= largest)
		return check_result(input, FINDING_PASS, "on",
			_("BAR%u has its largest size, %s"), rebar->bar,
			size_text(input, largest));
	return check_result(input, FINDING_FAIL,
		rebar->current.value > USUAL_SIZE ? "partial" : "off",
		_("BAR%u has %s of at most %s"), rebar->bar,
		size_text(input, rebar->current.value), size_text(input, largest));
}

static const char *advise_rebar(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_FAIL)
		return NULL;
	if (strcmp(result->answer, "partial") == 0)
		return _("Passthrough works with it as it is. Firmware found no room "
			 "for more: an update may help.");
	return _("Passthrough works without it. For some percent more speed switch "
		 "Resizable BAR on in the firmware setup (with Above 4G Decoding on and "
		 "CSM off).");
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
