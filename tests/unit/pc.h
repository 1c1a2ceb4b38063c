/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up PC to judge: an ASUS Z790 board with an i9-13900K, its iGPU, an RTX 4080, an
 * NVMe disk, a NIC and two USB controllers, everything as it should be. Tests change
 * single things in it.
 *
 * No such machine was measured. Its ids, register layouts and texts follow what real ones
 * show.
 */
#ifndef GPUHOST_TESTS_PC_H
#define GPUHOST_TESTS_PC_H

#include <stdint.h>

#include "gpuhost/bytes.h"
#include "gpuhost/check.h"
#include "gpuhost/record.h"

enum pc_change {
	PC_SET, /* the member has this content (a NUL-terminated text, or `bytes`) */
	PC_LINK, /* a link with this text */
	PC_ABSENT, /* surely not there: the member and all below it */
	PC_FORGET, /* unknown: refused, with all below it */
	PC_FACT, /* a fact has this value; NULL: not recorded */
};

struct pc_edit {
	enum pc_change change;
	const char *path;
	const char *text;
	struct bytes bytes; /* for PC_SET where text is NULL */
};

#define PC_GPU "0000:01:00.0"
#define PC_GPU_PATH "sys/bus/pci/devices/" PC_GPU "/"

/* Sealed. `edits` may be NULL. */
struct record *pc_build(struct arena *arena, const struct pc_edit *edits, size_t count);

/* An AMD machine of the same kind: ASRock B650 with a Ryzen 7 7700, IVRS and MADT. */
struct record *pc_build_amd(
	struct arena *arena, const struct pc_edit *edits, size_t count);

/* The 4096 bytes of a function's config space, to be changed and handed in as an edit. */
uint8_t *pc_config(struct arena *arena, const char *slot);
/* An ACPI table with a right header and checksum around `body`. */
struct bytes pc_table(
	struct arena *arena, const char *signature, const void *body, size_t length);
/* A DMAR: `structures` behind width 46 bits and `flags`. */
struct bytes pc_dmar(
	struct arena *arena, uint8_t flags, const void *structures, size_t length);

/* The finding of a check on a record; fails the test if there is none. */
struct finding pc_finding(
	struct arena *arena, const struct record *record, const char *check);
struct judgement pc_judge(struct arena *arena, const struct record *record,
	const struct judge_options *options);

/* ---- pc_expect.c ---- */
void pc_put32(uint8_t *config, size_t offset, uint32_t value);
struct pc_edit pc_config_edit(
	struct arena *arena, const char *slot, const uint8_t *config, size_t length);
/* The finding on the good machine with one config space changed. */
struct finding pc_with_config(struct arena *arena, const char *slot,
	const uint8_t *config, size_t length, const char *check);
/* Fails the test unless that is the finding; `answer` NULL: whatever it is. */
void pc_expect(struct finding finding, enum finding_status status, const char *answer);

#endif
