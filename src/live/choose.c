/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which partition is the stick's own, and what things are called there. Pure. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/err.h"
#include "gpuhost/live.h"
#include "gpuhost/text.h"

bool stick_is_candidate(const struct volume *volume)
{
	return volume->type && volume->label && strcmp(volume->type, "vfat") == 0 &&
		strcmp(volume->label, STICK_LABEL) == 0;
}

/* Our medium: the id lies on the volume itself, or on another one of the same disk. */
bool stick_is_ours(const struct volumes *volumes, size_t index)
{
	const struct volume *volume = &volumes->list[index];

	for (size_t i = 0; i < volumes->n; i++)
		if (volumes->list[i].own_id &&
			strcmp(volumes->list[i].disk, volume->disk) == 0)
			return true;
	return false;
}

/* Candidates that are (not) ours and (not) writable: how many, and the last of them. */
static size_t count(
	const struct volumes *volumes, bool ours, bool writable, size_t *ret_last)
{
	size_t n = 0;

	for (size_t i = 0; i < volumes->n; i++) {
		const struct volume *volume = &volumes->list[i];

		if (!stick_is_candidate(volume) || stick_is_ours(volumes, i) != ours ||
			(volume->read_only != TRI_YES) != writable)
			continue;
		*ret_last = i;
		n++;
	}
	return n;
}

enum stick_answer stick_choose(const struct volumes *volumes, size_t *ret)
{
	static const struct {
		bool ours, writable;
	} order[] = { { true, true }, { false, true }, { true, false },
		{ false, false } };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		size_t n = count(volumes, order[i].ours, order[i].writable, ret);

		if (n > 1)
			return STICK_SEVERAL;
		if (n == 1)
			return order[i].writable ? STICK_FOUND : STICK_READ_ONLY;
	}
	return STICK_NONE;
}

enum {
	SECTOR = 512,
	IMAGE_SECTORS = (16 << 20) / SECTOR, /* what the image gives it */
	TABLE_SECTORS = 34, /* the second partition table, at the disk's end */
	ALIGNMENT = (1 << 20) / SECTOR,
};

static bool is_last(const struct volumes *volumes, const struct volume *volume)
{
	for (size_t i = 0; i < volumes->n; i++) {
		const struct volume *other = &volumes->list[i];

		if (other != volume && strcmp(other->disk, volume->disk) == 0 &&
			other->start >= volume->start)
			return false;
	}
	return true;
}

int stick_may_grow(
	const struct volumes *volumes, size_t index, uint64_t *ret_size, struct err *err)
{
	const struct volume *volume = &volumes->list[index];
	uint64_t end = volume->start + volume->sectors;

	if (!stick_is_ours(volumes, index) || volume->number == 0)
		return err_set(err, STATUS_NOT_READY,
			_("%s is not on the medium of this image, so it is left alone"),
			volume->name);
	if (volume->read_only != TRI_NO)
		return err_set(
			err, STATUS_NOT_READY, _("%s can't be written"), volume->name);
	if (volume->sectors != IMAGE_SECTORS)
		return err_set(err, STATUS_NOT_READY,
			_("%s no longer has the size the image gave it: it has grown "
			  "already"),
			volume->name);
	if (!is_last(volumes, volume))
		return err_set(err, STATUS_NOT_READY,
			_("another partition lies behind %s"), volume->name);
	if (volume->disk_sectors < end + TABLE_SECTORS + ALIGNMENT)
		return err_set(err, STATUS_NOT_READY, _("there is no room behind %s"),
			volume->name);
	*ret_size = (volume->disk_sectors - TABLE_SECTORS - volume->start) * SECTOR;
	return 0;
}

const char *report_folder_name(
	struct arena *arena, const struct machine *machine, const struct tm *utc)
{
	const char *board = machine->system.dmi.board_name;
	char stamp[32], *name;
	size_t length = 0;

	if (!board)
		board = machine->system.dmi.product_name;
	name = arena_strdup(arena, board ? board : "");
	for (const char *c = name; *c; c++)
		if (isalnum((unsigned char)*c))
			name[length++] = (char)tolower((unsigned char)*c);
		else if (length && name[length - 1] != '-')
			name[length++] = '-';
	while (length && name[length - 1] == '-')
		length--;
	name[length] = '\0';
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", utc);
	return arena_printf(arena, "%.40s-%s", length ? name : "machine", stamp);
}

static const char *ids_of(struct arena *arena, const struct judgement *judgement,
	enum finding_status status)
{
	const char *ids = "";

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];

		if (finding->status == status && finding_counts(judgement, finding) &&
			finding->check->severity != SEVERITY_INFO)
			ids = arena_printf(arena, "%s%s%s", ids, *ids ? "," : "",
				finding->check->id);
	}
	return ids;
}

const char *marker_verdict(struct arena *arena, const struct judgement *judgement)
{
	return arena_printf(arena, "GPUHOST-VERDICT verdict=%s fails=%s unknown=%s",
		verdict_word(judgement->verdict), ids_of(arena, judgement, FINDING_FAIL),
		ids_of(arena, judgement, FINDING_UNKNOWN));
}

const char *marker_value(struct arena *arena, const char *text)
{
	char *value = arena_strdup(arena, text);

	for (char *c = value; *c; c++)
		if (*c == ' ' || iscntrl((unsigned char)*c))
			*c = '_';
	return value;
}
