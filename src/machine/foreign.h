/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How other people's formats are told, and what they share; private to src/machine. */
#ifndef MACHINE_FOREIGN_H
#define MACHINE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "gpuhost/bytes.h"

struct record;

/* Is this line the start of a table in acpidump's text: "DMAR @ 0x…"? */
bool acpidump_is_header(const char *line);
/* Puts the tables of such a text into a record; returns how many. */
size_t acpidump_take(struct record *record, struct bytes text);

/* Does the text hold a line like "00:00.0 Host bridge: …" near its start? */
bool source_is_lspci_text(struct bytes text);

/* Does the folder hold files as hw-probe writes them? */
bool hwprobe_is_folder(int dirfd);

#endif
