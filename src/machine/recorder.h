/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of recording that are no plain files; private to src/machine. */
#ifndef MACHINE_RECORDER_H
#define MACHINE_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

struct part;
struct record;
struct redactor;

struct recorder {
	struct record *record;
	struct redactor *redactor;
	int root;
	bool whole; /* of every function all of config space */
	bool live; /* the root is "/": what is below sys must be sysfs */
};

/* Sorted, so that a record doesn't depend on the order of readdir(). */
struct names {
	const char **list;
	size_t count;
};

/* Names in a folder that a capture may hold, without hidden ones. 0 or -errno. */
int recorder_list(struct recorder *recorder, int dirfd, struct names *ret_names);
/* Records what `part` names in the open folder. */
void recorder_take(struct recorder *recorder, const struct part *part, int dirfd,
	const char *folder);
void recorder_refuse(struct recorder *recorder, const char *path, int errnum);
bool recorder_is_missing(int errnum);
const char *recorder_below(
	struct recorder *recorder, const char *folder, const char *name);

/* dev/kmsg below the folder `root`: the device if `live`, else a file of such records. */
void kernel_log_record(
	struct record *record, struct redactor *redactor, int root, bool live);

/* Facts of the running machine. The record is sealed: the disks are in it. */
void processor_record(struct record *record);
void block_devices_record(struct record *record);

#endif
