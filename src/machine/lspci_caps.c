/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities in the text of lspci -vv. */
#include <ctype.h>
#include <string.h>

#include "gpuhost/text.h"
#include "lspci_parts.h"

static const struct {
	const char *words;
	enum lspci_capability capability;
} headings[] = {
	{ "Power Management", LSPCI_PM },
	{ "Express ", LSPCI_EXPRESS },
	{ "Access Control Services", LSPCI_ACS },
	{ "Single Root I/O Virtualization", LSPCI_SRIOV },
	{ "Physical Resizable BAR", LSPCI_REBAR },
	{ "Resizable BAR", LSPCI_REBAR },
	{ "Secure device", LSPCI_IOMMU },
};

static const struct {
	const char *words;
	uint8_t type;
} port_types[] = {
	{ "Endpoint", 0 },
	{ "Legacy Endpoint", 1 },
	{ "Root Port", 4 },
	{ "Upstream Port", 5 },
	{ "Downstream Port", 6 },
	{ "PCI-Express to PCI", 7 },
	{ "PCI/PCI-X to PCI-Express", 8 },
	{ "Root Complex Integrated Endpoint", 9 },
	{ "Root Complex Event Collector", 10 },
};

static void read_express(struct lspci_function *at, const char *words)
{
	const char *type = strstr(words, ") ");

	/* "Express (v2) Root Port (Slot+), MSI 00", in old ones without the version */
	type = text_starts(words, "Express (v") && type ? type + 2
							: lspci_after(words, " ");
	for (size_t i = 0; i < sizeof(port_types) / sizeof(port_types[0]); i++) {
		if (!type || !text_starts(type, port_types[i].words))
			continue;
		at->f->express.present = TRI_YES;
		at->f->express.port_type = port_types[i].type;
	}
}

/* "[60] Express (v2) Endpoint, MSI 00", "[100 v1] …", "<access denied>" */
void lspci_read_heading(struct lspci_function *at, const char *rest)
{
	const char *words = lspci_after(rest, "] ");
	size_t digits = 0;

	at->section = LSPCI_OTHER;
	if (text_starts(rest, "<access denied>"))
		at->denied = true;
	if (rest[0] != '[' || !words)
		return;
	while (isxdigit((unsigned char)rest[1 + digits]))
		digits++;
	at->listed = true;
	at->extended = at->extended || digits == 3;
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (text_starts(words, headings[i].words)) {
			at->section = headings[i].capability;
			at->named |= headings[i].capability;
		}
	if (at->section == LSPCI_EXPRESS)
		read_express(at, words);
}

static struct num speed_code(const char *text)
{
	static const char *const speeds[] = { "2.5GT", "5GT", "8GT", "16GT", "32GT",
		"64GT" };

	for (size_t i = 0; text && i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (text_starts(text, speeds[i]))
			return num_of(i + 1);
	return (struct num){ 0 };
}

static void read_express_line(struct lspci_function *at, const char *line)
{
	struct pci_express *e = &at->f->express;
	struct num width = lspci_decimal(lspci_after(line, "Width x"));
	struct num speed = speed_code(lspci_after(line, "Speed "));

	width.known = width.known && width.value && width.value <= 32;
	if (text_starts(line, "LnkCap:")) {
		e->max_width = width;
		e->max_speed = speed;
	} else if (text_starts(line, "LnkSta:")) {
		e->width = width;
		e->speed = speed;
	} else if (text_starts(line, "LnkCtl2:")) {
		e->target_speed = speed_code(lspci_after(line, "Target Link Speed: "));
	}
	if (strcmp(at->label, "DevCap") == 0 &&
		lspci_flag(line, "FLReset") != TRI_UNKNOWN)
		e->flr = lspci_flag(line, "FLReset");
	if (strcmp(at->label, "DevCap2") == 0 &&
		lspci_flag(line, "ARIFwd") != TRI_UNKNOWN)
		e->ari = lspci_flag(line, "ARIFwd");
	if (strcmp(at->label, "SltCap") == 0 && text_starts(line, "Slot #"))
		e->slot = lspci_decimal(line + strlen("Slot #"));
}

static void read_acs_line(struct lspci_function *at, const char *line)
{
	static const char *const names[] = { "SrcValid", "TransBlk", "ReqRedir",
		"CmpltRedir", "UpstreamFwd", "EgressCtrl", "DirectTrans" };
	struct pci_acs *acs = &at->f->acs;
	uint16_t bits = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum tri set = lspci_flag(line, names[i]);

		if (set == TRI_UNKNOWN)
			return;
		bits |= set == TRI_YES ? (uint16_t)(1u << i) : 0;
	}
	if (text_starts(line, "ACSCap:")) {
		acs->present = TRI_YES;
		acs->capability = bits;
	} else if (text_starts(line, "ACSCtl:")) {
		acs->control = bits;
	}
}

static void read_sriov_line(struct lspci_function *at, const char *line)
{
	struct num total = lspci_decimal(lspci_after(line, "Total VFs: "));
	struct num active = lspci_decimal(lspci_after(line, "Number of VFs: "));

	if (text_starts(line, "IOVCtl:"))
		at->f->sriov.enabled = lspci_flag(line, "Enable");
	if (!total.known || !active.known)
		return;
	at->f->sriov.present = TRI_YES;
	at->f->sriov.total_vfs = (uint16_t)total.value;
	at->f->sriov.num_vfs = (uint16_t)active.value;
}

/* log2 of a size in MiB, or -1. */
static int size_exponent(const char *text)
{
	uint64_t size = lspci_size(text);

	if (size < 1 << 20 || size & (size - 1))
		return -1;
	return __builtin_ctzll(size) - 20;
}

/* "BAR 1: current size: 256MB, supported: 64MB 128MB 256MB" */
static void read_rebar_line(struct lspci_function *at, const char *line)
{
	const char *current = lspci_after(line, "current size: "), *next;
	struct pci_rebar entry = { 0 };

	if (!text_starts(line, "BAR ") || line[4] < '0' || line[4] > '5' || !current ||
		at->f->n_rebars == PCI_REBARS || !pci_is_display(at->f))
		return;
	entry.bar = (uint8_t)(line[4] - '0');
	if (size_exponent(current) >= 0)
		entry.current = num_of((uint64_t)size_exponent(current));
	for (next = lspci_after(line, "supported:"); next && *next;
		next = strchr(next, ' ')) {
		next += strspn(next, " ");
		if (size_exponent(next) >= 0)
			entry.sizes |= UINT64_C(1) << size_exponent(next);
	}
	if (!entry.sizes)
		return;
	at->f->rebar[at->f->n_rebars++] = entry;
	at->f->rebar_present = TRI_YES;
}

void lspci_read_register(struct lspci_function *at, const char *line)
{
	if (at->section == LSPCI_EXPRESS)
		read_express_line(at, line);
	else if (at->section == LSPCI_ACS)
		read_acs_line(at, line);
	else if (at->section == LSPCI_SRIOV)
		read_sriov_line(at, line);
	else if (at->section == LSPCI_REBAR)
		read_rebar_line(at, line);
}
