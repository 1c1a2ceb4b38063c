/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known beforehand: firmware menus by board, and GPU families. Data files below
 * the data folder (profiles/boards, profiles/gpus), with a confidence and a source for
 * each menu. */
#ifndef GPUHOST_KNOWLEDGE_H
#define GPUHOST_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpuhost/cpu.h"
#include "gpuhost/machine.h"

struct arena;
struct err;

enum confidence {
	CONFIDENCE_LOW = 0, /* phrase as "look under" */
	CONFIDENCE_MEDIUM, /* one write-up */
	CONFIDENCE_HIGH, /* several independent ones, or the vendor's manual */
};

/* One firmware option on one vendor's boards. */
struct menu {
	const char *key; /* "cpu-virt", "iommu", "interrupt-remapping", "above-4g",
			  * "rebar", "csm", "sriov", "primary-display",
			  * "igpu-multi-monitor", "secure-boot" */
	const char *option; /* as the firmware spells it */
	const char *value; /* what to set it to */
	const char **path; /* menus from the top */
	size_t n_path;
	const char
		*attribute; /* its name below /sys/class/firmware-attributes, or NULL */
	enum confidence confidence;
};

struct board {
	const char *vendor; /* short name: "ASUS" */
	const char *setup_key; /* "Del or F2", or NULL */
	struct menu *menus;
	size_t n_menus;
};

enum reset_report {
	RESET_UNREPORTED = 0,
	RESET_GOOD,
	RESET_TROUBLED, /* reports of cards that stay mute or lose lanes after a reset */
};

/* A card on the market. */
struct card {
	const char *name; /* "GeForce RTX 4080" */
	const char *family; /* "Ada Lovelace" */
	uint16_t device_ids[8]; /* below vendor 10de */
	size_t n_device_ids;
	uint64_t bar0, bar1_default, bar1_max, bar3; /* bytes; 0 where it has none */
	enum tri rebar; /* bar1 can grow beyond bar1_default */
	unsigned functions; /* in its slot: 2 (display, audio) or 4 (and USB, UCSI) */
	unsigned lanes;
	enum reset_report reset;
	const char *reset_note; /* a sentence (marked for translation), or NULL */
};

struct knowledge {
	struct board board; /* the machine's; vendor NULL where it isn't known */
	struct card *cards;
	size_t n_cards;
};

/* Reads what concerns this machine: its vendor's board file and, if `cards`, all GPU
 * families. `folder`: NULL for the installed one. A missing or broken data file is an
 * error (STATUS_UNAVAILABLE), since reports without menus would look complete. */
int knowledge_read(const char *folder, const struct machine *machine, bool cards,
	struct arena *arena, struct knowledge *ret, struct err *err);

const struct menu *board_menu(const struct board *board, const char *key);
const struct card *card_by_id(const struct knowledge *knowledge, uint16_t device_id);
/* By name ("RTX 4080", "geforce rtx 4080", "4080") or id ("2704", "10de:2704"). NULL and
 * a sentence with the nearest names (STATUS_USAGE) if none or more than one fits. */
const struct card *card_find(
	const struct knowledge *knowledge, const char *query, struct err *err);

#endif
