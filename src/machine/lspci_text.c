/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions from what lspci prints for people (-v, -vv, -nn, -k): less than config
 * space tells, and never an error. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "lspci_parts.h"

enum {
	LINE_SIZE = 1024 /* longer lines are cut: nothing we read stands so far right */
};

struct text_reader {
	struct arena *arena;
	struct pci *pci;
	struct pci_function now;
	struct lspci_function at;
	bool open; /* inside a function */
	bool drivers, groups; /* lspci shows them (-k, -v) */
	bool last_whole; /* the last function's text was not cut off */
};

static const struct {
	const char *words;
	uint16_t id;
} vendors[] = {
	{ "NVIDIA Corporation", PCI_VENDOR_NVIDIA_GPU },
	{ "nVidia Corporation", PCI_VENDOR_NVIDIA_GPU },
	{ "Intel Corporation", PCI_VENDOR_INTEL },
	{ "Advanced Micro Devices, Inc. [AMD/ATI]", PCI_VENDOR_ATI },
	{ "Advanced Micro Devices", PCI_VENDOR_AMD },
};

static bool is_hex(const char *text, size_t digits)
{
	for (size_t i = 0; i < digits; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool is_id_pair(const char *text)
{
	return is_hex(text, 4) && text[4] == ':' && is_hex(text + 5, 4);
}

static void set_ids(struct pci_function *f, const char *pair)
{
	f->vendor_id = (uint16_t)strtoul(pair, NULL, 16);
	f->device_id = (uint16_t)strtoul(pair + 5, NULL, 16);
}

/* "VGA compatible controller [0300]", "VGA compatible controller", "0300" */
static void read_class(struct pci_function *f, const char *text, size_t length)
{
	int code;

	if (length == 4 && is_hex(text, 4)) {
		f->class_code = (uint16_t)strtoul(text, NULL, 16);
		return;
	}
	if (length > 7 && text[length - 6] == '[' && text[length - 1] == ']' &&
		is_hex(text + length - 5, 4)) {
		f->class_code = (uint16_t)strtoul(text + length - 5, NULL, 16);
		return;
	}
	code = pci_class_of_words(text, length);
	if (code >= 0)
		f->class_code = (uint16_t)code;
}

/* "NVIDIA Corporation AD103 [GeForce RTX 4080] [10de:2704]", or "10de:2704" */
static void read_device(struct text_reader *reader, const char *text, size_t length)
{
	struct pci_function *f = &reader->now;
	struct bytes name = { (const uint8_t *)text, length };

	if (length >= 9 && is_id_pair(text)) {
		set_ids(f, text);
		return;
	}
	if (length > 11 && text[length - 11] == '[' && text[length - 1] == ']' &&
		is_id_pair(text + length - 10)) {
		set_ids(f, text + length - 10);
		name.length = length - 11;
	}
	for (size_t i = 0; !f->vendor_id && i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (text_starts(text, vendors[i].words))
			f->vendor_id = vendors[i].id;
	f->name = text_trim(reader->arena, name);
}

static struct num hex_byte(const char *text)
{
	if (!text || !is_hex(text, 2))
		return (struct num){ 0 };
	return num_of(strtoul(text, NULL, 16) & 0xff);
}

static bool start_function(struct text_reader *reader, const char *line)
{
	struct pci_slot slot;
	size_t length = pci_slot_parse(line, &slot);
	const char *class_words = line + length + 1, *colon, *device, *revision,
		   *interface;
	const char *end;

	if (!length || line[length] != ' ' || !(colon = strstr(class_words, ": ")))
		return false;
	device = colon + 2;
	revision = lspci_after(device, " (rev ");
	interface = lspci_after(device, " (prog-if ");
	end = revision	    ? revision - strlen(" (rev ")
		: interface ? interface - strlen(" (prog-if ")
			    : device + strlen(device);
	reader->now = (struct pci_function){ 0 };
	reader->at = (struct lspci_function){ .f = &reader->now };
	reader->open = true;
	pci_set_slot(&reader->now, &slot, reader->arena);
	read_class(&reader->now, class_words, (size_t)(colon - class_words));
	read_device(reader, device, (size_t)(end - device));
	reader->now.revision = hex_byte(revision);
	reader->now.programming_interface = hex_byte(interface);
	return true;
}

static void settle(enum tri *answer)
{
	if (*answer == TRI_UNKNOWN)
		*answer = TRI_NO;
}

/* A capability that was not named is absent; one that was named but not decoded (-v)
 * stays unknown. */
static void settle_capabilities(const struct lspci_function *at)
{
	struct pci_function *f = at->f;
	bool none = at->no_capabilities && !at->listed;
	bool extended;

	if (at->denied || (!none && !at->listed))
		return;
	if (!(at->named & LSPCI_PM))
		settle(&f->pm_reset);
	if (!(at->named & LSPCI_EXPRESS))
		settle(&f->express.present);
	extended = none || at->extended || f->express.present == TRI_NO;
	if (extended && !(at->named & LSPCI_ACS))
		settle(&f->acs.present);
	if (extended && !(at->named & LSPCI_SRIOV))
		settle(&f->sriov.present);
	if (extended && !(at->named & LSPCI_REBAR))
		settle(&f->rebar_present);
}

/* `whole`: nothing of its text was cut off, so that what it lacks is absent. */
static void end_function(struct text_reader *reader, bool whole)
{
	struct pci_function *f = &reader->now;

	if (!reader->open)
		return;
	reader->open = false;
	reader->last_whole = whole;
	reader->drivers = reader->drivers || f->driver_known == TRI_YES;
	reader->groups = reader->groups || f->in_group == TRI_YES;
	if (f->responds == TRI_UNKNOWN && reader->at.verbose)
		f->responds = TRI_YES;
	if (whole && reader->at.verbose && f->responds == TRI_YES) {
		for (size_t i = 0; i < PCI_BARS; i++) {
			if (f->bar[i].present == TRI_YES)
				continue;
			f->bar[i].present = TRI_NO;
			f->bar[i].assigned = TRI_NO;
		}
		if (!f->header_type.known)
			f->header_type = num_of(0);
	}
	if (whole)
		settle_capabilities(&reader->at);
	if (reader->pci->n_functions < PCI_MAX_FUNCTIONS)
		*pci_add(reader->pci, reader->arena) = *f;
}

static void read_line(struct text_reader *reader, const char *line)
{
	const char *text = line + strspn(line, " \t\r");

	if (!*text) {
		end_function(reader, true);
		return;
	}
	if (pci_slot_parse(line, &(struct pci_slot){ 0 }))
		end_function(reader, true);
	if (!start_function(reader, line) && reader->open)
		lspci_read_line(&reader->at, text, reader->arena);
}

/* lspci shows drivers and groups of all functions or of none. */
static void settle_linux(struct text_reader *reader)
{
	struct pci *pci = reader->pci;

	for (size_t i = 0; i < pci->n_functions; i++) {
		if (i + 1 == pci->n_functions && !reader->last_whole)
			return;
		if (reader->drivers)
			settle(&pci->functions[i].driver_known);
		if (reader->groups)
			settle(&pci->functions[i].in_group);
	}
}

static void drop_doubles(struct pci *pci)
{
	size_t kept = 0;

	for (size_t i = 0; i < pci->n_functions; i++)
		if (!kept ||
			strcmp(pci->functions[kept - 1].slot, pci->functions[i].slot) !=
				0)
			pci->functions[kept++] = pci->functions[i];
	pci->n_functions = kept;
}

size_t pci_parse_lspci_text(struct bytes text, struct arena *arena, struct pci *ret)
{
	struct text_reader reader = { .arena = arena, .pci = ret };
	char line[LINE_SIZE];
	bool cut;

	*ret = (struct pci){ 0 };
	for (size_t offset = 0; offset < text.length;) {
		const uint8_t *start = text.data + offset;
		const uint8_t *end = memchr(start, '\n', text.length - offset);
		size_t length = end ? (size_t)(end - start) : text.length - offset;
		size_t shown = length < LINE_SIZE ? length : LINE_SIZE - 1;

		memcpy(line, start, shown);
		line[shown] = '\0';
		if (shown && line[shown - 1] == '\r')
			line[shown - 1] = '\0';
		read_line(&reader, line);
		offset += length + 1;
	}
	end_function(&reader, false);
	settle_linux(&reader);
	cut = ret->n_functions == PCI_MAX_FUNCTIONS;
	pci_sort(ret);
	drop_doubles(ret);
	if (!cut && pci_has_host_bridge(ret))
		ret->known = TRI_YES;
	return ret->n_functions;
}
