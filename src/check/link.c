/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GPU's PCI Express lanes. Speed at idle says nothing, so width alone is judged. */
#include "topics.h"

static struct num least(struct num a, struct num b)
{
	if (!a.known || !b.known)
		return a.known ? a : b;
	return a.value < b.value ? a : b;
}

static struct num width_of(const struct pci_function *function)
{
	return function->express.width.known ? function->express.width
					     : function->link_width;
}

static struct num max_width_of(const struct pci_function *function)
{
	return function->express.max_width.known ? function->express.max_width
						 : function->link_width_max;
}

/* The widest port with a slot that a card could sit in. */
static struct num widest_slot(const struct pci *pci)
{
	struct num widest = { 0 };

	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *port = &pci->functions[i];
		struct num width = max_width_of(port);

		if ((port->express.port_type == 4 || port->express.port_type == 6) &&
			port->express.slot.known && width.known &&
			(!widest.known || width.value > widest.value))
			widest = width;
	}
	return widest;
}

static struct check_result predict(const struct check_input *input)
{
	struct num widest = widest_slot(&input->machine->pci);

	if (!widest.known)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the slots' widths were not recorded; the card has %u lanes"),
			input->with->lanes);
	if (widest.value >= input->with->lanes)
		return check_result(input, FINDING_PASS, "full",
			_("the widest slot has %u lanes, the card %u"),
			(unsigned)widest.value, input->with->lanes);
	if (input->machine->pci.known != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the list of devices isn't complete"));
	return check_result(input, FINDING_FAIL, "narrow",
		_("the widest slot has %u lanes, the card %u"), (unsigned)widest.value,
		input->with->lanes);
}

static struct check_result run_gpu_link(const struct check_input *input)
{
	const struct pci_function *display, *port;
	struct num width, own, slot = { 0 }, possible;

	if (input->with)
		return predict(input);
	display = input->gpu->display;
	if (display->express.present == TRI_NO)
		return check_result(
			input, FINDING_NA, NULL, _("the GPU has no PCI Express link"));
	port = pci_parent(&input->machine->pci, display);
	width = width_of(display);
	own = max_width_of(display);
	if (port)
		slot = max_width_of(port);
	possible = least(own, slot);
	if (!width.known || !own.known || width.value == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the link's width was not recorded"));
	if (width.value >= own.value)
		return check_result(input, FINDING_PASS, "full",
			_("%u lanes, as many as the card has"), (unsigned)width.value);
	if (!slot.known)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("%u lanes of the card's %u; what the slot offers was not "
			  "recorded"),
			(unsigned)width.value, (unsigned)own.value);
	if (width.value >= possible.value)
		return check_result(input, FINDING_PASS, "slot",
			_("%u lanes: the slot (%s) gives no more of the card's %u"),
			(unsigned)width.value, port->slot, (unsigned)own.value);
	return check_result(input, FINDING_FAIL, "degraded",
		_("%u lanes, though card and slot (%s) both offer %u"),
		(unsigned)width.value, port->slot, (unsigned)possible.value);
}

static const char *advise_gpu_link(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return input->with ? NULL : advice_read_as_root(input);
	if (input->with)
		return _("The card works with fewer lanes, but slower.");
	return _("Seat the card again, look for dirt on its contacts or a weak riser, "
		 "and see "
		 "whether another slot or an M.2 disk shares its lanes. If it came after "
		 "a reset, "
		 "switch the machine off and on.");
}

const struct check check_gpu_link = {
	.id = "gpu-link",
	.title = N_("The GPU has all the lanes that card and slot offer"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_GPU,
	.run = run_gpu_link,
	.advice = advise_gpu_link,
	.ref = "PCI Express Base Specification 7.5.3.6-7.5.3.8",
};
