/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the booted image does beyond judging: the stick's own partition, and what is left
 * there. */
#ifndef GPUHOST_LIVE_H
#define GPUHOST_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "gpuhost/tri.h"

struct arena;
struct err;
struct judgement;
struct machine;
struct record;

/* The label of the partition for reports, and the file that tells our medium. */
#define STICK_LABEL "GPUHOST"
#define STICK_ID_FILE "gpuhost.id"

/* A partition, or a disk without any. */
struct volume {
	const char *name; /* "sda3" */
	const char *disk; /* "sda"; the same as `name` for a disk without partitions */
	const char *type, *label; /* as libblkid has them, or NULL */
	unsigned number; /* of the partition; 0 for a disk without any */
	uint64_t start, sectors; /* of 512 bytes */
	uint64_t disk_sectors;
	enum tri read_only; /* the device: a write lock, a CD */
	bool own_id; /* holds this image's id */
};

struct volumes {
	struct volume *list; /* by name */
	size_t n;
};

/* Lists what /sys/class/block has, asking libblkid about each; `own_id` stays false. An
 * unreadable device is listed without type and label. */
void volumes_find(struct arena *arena, struct volumes *ret);
/* A text that changes when a block device comes, goes or changes its size. */
const char *volumes_fingerprint(struct arena *arena);
/* Looks for the image's id on what may be ours: FAT volumes with our label, and ISO9660
 * volumes. Mounts each, read-only, at `mountpoint`. */
void volumes_identify(struct volumes *volumes, const char *id, const char *mountpoint);

enum stick_answer {
	STICK_NONE,
	STICK_FOUND,
	STICK_READ_ONLY, /* there is one, and it can't be written */
	STICK_SEVERAL, /* several, and none is ours: none is touched */
};

/* Which volume is for reports: the one with our label on the medium that has our id; if
 * there is none or it can't be written, the only other one with our label. Never by
 * order. *ret is an index, for STICK_FOUND and STICK_READ_ONLY. */
enum stick_answer stick_choose(const struct volumes *volumes, size_t *ret);
bool stick_is_candidate(const struct volume *volume);
/* Is it on the medium that has our id? */
bool stick_is_ours(const struct volumes *volumes, size_t index);

/* "prime-z790-p-20261122-140000": from the board's name, or "machine". */
const char *report_folder_name(
	struct arena *arena, const struct machine *machine, const struct tm *utc);

/* What came of saving. */
struct saved {
	const char
		*path; /* "reports/NAME" on the volume, or NULL where nothing was left */
	size_t n_missing; /* files that could not be written */
};

/* Leaves reports in both languages and a capture in a new folder of the mounted stick.
 * What can be written stays, even if a later file can't. Returns -1, and why, if any is
 * missing. */
int reports_save(const char *mountpoint, const struct record *record,
	const struct judgement *judgement, struct arena *arena, struct saved *ret,
	struct err *err);

/* Mounts a FAT volume for writing (or reading only); a message for people on failure. */
int volume_mount(const struct volume *volume, const char *mountpoint, bool writable,
	struct err *err);
void volume_unmount(const char *mountpoint);

/* May that volume grow to the end of its disk? Only ours may, if it is the last partition
 * there, has the size the image gave it, and there is room behind it. Returns 0 and the
 * size it would get, in bytes, or -1 and why not. */
int stick_may_grow(
	const struct volumes *volumes, size_t index, uint64_t *ret_size, struct err *err);
/* Does it: reads the files into memory, enlarges the partition (sfdisk), makes a new file
 * system (mkfs.vfat) and writes the files back. Up to the new file system nothing is lost
 * if it fails. */
int stick_grow(const struct volume *volume, const char *mountpoint, struct err *err);

/* Starts a program and waits for its end; `input` becomes its standard input. */
int program_run(const char *const *argv, const char *input, struct err *err);

/* The line for programs after a verdict: "GPUHOST-VERDICT verdict=ready fails= unknown=",
 * with the ids of findings that count, blockers and degraded ones. */
const char *marker_verdict(struct arena *arena, const struct judgement *judgement);
/* Spaces and control characters would end the value early: they become '_'. */
const char *marker_value(struct arena *arena, const char *text);

#endif
