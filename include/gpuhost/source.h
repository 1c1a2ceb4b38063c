/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a record comes from: this machine, a capture, or somebody else's format. */
#ifndef GPUHOST_SOURCE_H
#define GPUHOST_SOURCE_H

#include <stddef.h>

#include "gpuhost/bytes.h"

struct arena;
struct err;
struct record;

/* Bounds on what an input may be, so that a hostile one stays below 256 MiB and a second.
 */
enum {
	SOURCE_MAX_MEMBERS = 65536,
	SOURCE_MAX_MEMBER_SIZE = 16 << 20,
	SOURCE_MAX_TOTAL = 64 << 20,
	SOURCE_MAX_PATH = 512,
};

/* How much of config space a recording takes: reading it is slow, in a VM above all. */
enum source_extent {
	SOURCE_FOR_CHECKS, /* whole where checks look at capabilities: displays and
			      bridges */
	SOURCE_WHOLE, /* everything, as captures hold it */
};

/* Records the running machine (root "/"), or what looks like one below another root
 * (tests). What can't be read is refused in the record, never an error. Redacts. Both
 * extents lead to the same findings. */
struct record *source_live(
	struct arena *arena, const char *root, enum source_extent extent);

/* Reads `path`: a folder with MANIFEST.json, a tar of one (plain, gzip, bzip2, xz, zstd),
 * an lspci -x… dump, lspci -vv[nn] text, acpidump text, or a folder of hw-probe.
 * err->status: STATUS_NO_INPUT, STATUS_NO_PERMISSION, STATUS_BAD_INPUT or STATUS_IO. */
int source_open(const char *path, struct arena *arena, struct record **ret_record,
	struct err *err);

/* One reader a format; source_open chooses among them, and the fuzzers call them
 * directly. */
int capture_read_archive(struct bytes file, struct arena *arena,
	struct record **ret_record, struct err *err);
int capture_read_folder(
	int dirfd, struct arena *arena, struct record **ret_record, struct err *err);
int capture_write_archive(const struct record *record, const char *path, struct err *err);
int manifest_read(struct bytes json, struct record *record, struct err *err);
/* The manifest as JSON text, in the record's arena. */
struct bytes manifest_write(const struct record *record);

int foreign_lspci_dump(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err);
int foreign_lspci_text(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err);
int foreign_acpidump(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err);
int foreign_hwprobe(
	int dirfd, struct arena *arena, struct record **ret_record, struct err *err);

/* Members that foreign formats put into a record for the PCI reader (not part of the
 * capture format): the text as it came. */
#define RECORD_LSPCI_DUMP "foreign/lspci-dump"
#define RECORD_LSPCI_TEXT "foreign/lspci-text"

/* Replaces UUIDs and MAC addresses by stable placeholders (<uuid-1>, <mac-1>). One
 * `redactor` a record, so that the same address gets the same placeholder everywhere. */
struct redactor;
struct redactor *redactor_new(struct arena *arena);
struct bytes redact_text(struct redactor *redactor, struct bytes text);
/* Blanks the payload of the PCI device-serial-number capability (ext cap 0003). */
struct bytes redact_config(struct arena *arena, struct bytes config);

#endif
