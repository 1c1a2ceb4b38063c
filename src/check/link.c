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

/* What sits behind a port, or NULL. */
static const struct pci_function *occupant(
	const struct pci *pci, const struct pci_function *port)
{
	for (size_t i = 0; i < pci->n_functions; i++)
		if (pci_parent(pci, &pci->functions[i]) == port)
			return &pci->functions[i];
	return NULL;
}

/* The widest port with a slot that is empty or holds a display; M.2 disks sit in slots
 * too. */
static const struct pci_function *widest_slot(const struct pci *pci)
{
	const struct pci_function *widest = NULL;

	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *port = &pci->functions[i], *card;

		if ((port->express.port_type != 4 && port->express.port_type != 6) ||
			!port->express.slot.known || !max_width_of(port).known)
			continue;
		card = occupant(pci, port);
		if ((!card || pci_is_display(card)) &&
			(!widest ||
				max_width_of(port).value > max_width_of(widest).value))
			widest = port;
	}
	return widest;
}

/* Firmware hides the ports of empty slots, so a narrow slot says nothing of the others.
 */
static struct check_result predict(const struct check_input *input)
{
	const struct pci_function *slot = widest_slot(&input->machine->pci);
	unsigned lanes = input->with->lanes, width;

	if (!slot)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("no slot for a card was seen (firmware hides empty ones); the "
			  "card has %u lanes"),
			lanes);
	width = (unsigned)max_width_of(slot).value;
	if (width < lanes)
		return check_result(input, FINDING_UNKNOWN, "maybe-narrow",
			_("the widest slot seen has %u lanes, the card %u; firmware "
			  "hides empty slots, so there may be a wider one"),
			width, lanes);
	if (occupant(&input->machine->pci, slot))
		return check_result(input, FINDING_PASS, "full",
			_("the widest slot (%s) has %u lanes, the card %u; another card "
			  "is in it now"),
			slot->slot, width, lanes);
	return check_result(input, FINDING_PASS, "full",
		_("the widest slot (%s) has %u lanes, the card %u"), slot->slot, width,
		lanes);
}

/* Another port of the same device that is in use: the two share the lanes of one slot. */
static const struct pci_function *lane_sharer(
	const struct pci *pci, const struct pci_function *port)
{
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *other = &pci->functions[i];

		if (other != port && pci_same_slot(other, port) &&
			other->class_code == PCI_CLASS_PCI_BRIDGE && occupant(pci, other))
			return other;
	}
	return NULL;
}

static struct check_result run_gpu_link(const struct check_input *input)
{
	const struct pci_function *display, *port;
	const struct pci_function *sharer;
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
	sharer = lane_sharer(&input->machine->pci, port);
	if (sharer)
		return check_result(input, FINDING_PASS, "shared",
			_("%u lanes of the card's %u: the slot (%s) shares its lanes "
			  "with %s"),
			(unsigned)width.value, (unsigned)own.value, port->slot,
			sharer->slot);
	return check_result(input, FINDING_FAIL, "degraded",
		_("%u lanes, though card and slot (%s) both offer %u"),
		(unsigned)width.value, port->slot, (unsigned)possible.value);
}

static const char *advise_gpu_link(
	const struct check_input *input, const struct check_result *result)
{
	if (input->with)
		return NULL;
	if (input->gpu->display->responds == TRI_NO)
		return _("The card sleeps or does not answer: wake it (write \"on\" to "
			 "its power/control) and run it again.");
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Seat the card again, look for dirt on its contacts or a weak riser, "
		 "and see whether another slot or an M.2 disk shares its lanes. If it "
		 "came after a reset, switch the machine off and on.");
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
