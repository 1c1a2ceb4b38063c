/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the reader of lspci's text share. */
#ifndef GPUHOST_LSPCI_PARTS_H
#define GPUHOST_LSPCI_PARTS_H

#include "pci_parts.h"

enum lspci_capability {
	LSPCI_OTHER = 0,
	LSPCI_PM = 1 << 0,
	LSPCI_EXPRESS = 1 << 1,
	LSPCI_ACS = 1 << 2,
	LSPCI_SRIOV = 1 << 3,
	LSPCI_REBAR = 1 << 4,
	LSPCI_IOMMU = 1 << 5,
};

/* Where in the text of a function the reader is, and what it has seen of it. */
struct lspci_function {
	struct pci_function *f;
	enum lspci_capability section; /* capability the line belongs to */
	char label[12]; /* register the line belongs to: "DevCap2" */
	unsigned named; /* capabilities whose heading was there, decoded or not */
	bool verbose; /* registers are shown (-vv) */
	bool no_capabilities; /* Status: Cap- */
	bool listed, denied, extended; /* capabilities: shown, refused, beyond 100h */
};

/* Reads one line of a function's text, without leading white space. Any text is fine. */
void lspci_read_line(struct lspci_function *at, const char *line, struct arena *arena);
void lspci_read_heading(struct lspci_function *at, const char *rest);
void lspci_read_register(struct lspci_function *at, const char *line);

/* What stands behind `words`, or NULL. */
const char *lspci_after(const char *line, const char *words);
/* "Name+" or "Name-" as a word of its own. */
enum tri lspci_flag(const char *line, const char *name);
struct num lspci_decimal(const char *text); /* accepts NULL */
/* "256M", "4GB": bytes; 0 where it is none. */
uint64_t lspci_size(const char *text);

#endif
