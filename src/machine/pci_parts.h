/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the PCI reader share. */
#ifndef GPUHOST_PCI_PARTS_H
#define GPUHOST_PCI_PARTS_H

#include <signal.h>

#include "gpuhost/pci.h"

struct pci_slot {
	uint32_t domain;
	uint8_t bus, device, function;
};

enum {
	PCI_CONFIG_HEADER = 64, /* what a normal user may read */
	PCI_CONFIG_PLAIN = 256,
	PCI_CONFIG_WHOLE = 4096,
	PCI_MAX_FUNCTIONS = 4096,
};

/* "dddd:bb:dd.f" (domain of 4 to 8 hex digits) or "bb:dd.f" at the start of `text`.
 * Returns the characters it takes, or 0 if there is none. */
size_t pci_slot_parse(const char *text, struct pci_slot *ret_slot);
/* As Linux writes it: "0000:01:00.0". */
const char *pci_slot_text(struct arena *arena, const struct pci_slot *slot);
void pci_set_slot(
	struct pci_function *function, const struct pci_slot *slot, struct arena *arena);
/* Appends a zeroed function. */
struct pci_function *pci_add(struct pci *pci, struct arena *arena);
void pci_sort(struct pci *pci);
/* The class code that lspci's word for it stands for, or -1. */
int pci_class_of_words(const char *words, size_t length);
/* A list that a person handed in is complete if it starts at the host bridge: dumps of
 * single devices are common. */
bool pci_has_host_bridge(const struct pci *pci);

/* pci_caps.c: the capabilities in `config`, whose header is decoded already. */
void pci_decode_capabilities(struct pci_function *function, struct bytes config);

/* pci_sysfs.c: overrides with what Linux says. */
struct pci_sysfs {
	const struct record *record;
	struct arena *arena;
	bool tells_reset; /* this kernel has reset_method files at all (5.15) */
};
/* Is the identity in the record, so that no config space is needed for it? */
bool pci_sysfs_identity(const struct pci_sysfs *sysfs, const char *slot);
void pci_sysfs_apply(const struct pci_sysfs *sysfs, struct pci_function *function);

/* pci_tree.c: a capture's functions as a private tree for libpci. */
struct pci_tree {
	char path[256];
	int devices; /* its folder of functions, or -1 */
	const char **slots;
	size_t n_slots;
	size_t skipped; /* functions with a slot name that Linux would not write */
	const char *problem; /* why there is no tree, or NULL */
	sigset_t saved_signals;
};
void pci_tree_make(
	const struct record *record, struct arena *arena, struct pci_tree *tree);
void pci_tree_remove(struct pci_tree *tree);

/* lspci_merge.c: fills what hex could not tell from the text of the same dump. */
void pci_merge_text(struct pci *pci, const struct pci *text);

#endif
