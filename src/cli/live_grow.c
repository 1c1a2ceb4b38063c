/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking before the stick's partition grows. */
#include "live.h"

#include <string.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"

static bool is_agreed(void)
{
	char key;

	return read(STDIN_FILENO, &key, 1) == 1 && (key == 'y' || key == 'Y');
}

/* The stick's partition, if it may grow; the sentence why not is shown. */
static const struct volume *find_growable(
	struct live *live, struct arena *arena, uint64_t *ret_size)
{
	struct volumes volumes;
	struct err err;
	size_t index;

	volumes_find(arena, &volumes);
	volumes_identify(&volumes, live->id, LIVE_STICK);
	if (stick_choose(&volumes, &index) != STICK_FOUND) {
		live_say(live, _("There is no partition GPUHOST that could grow."));
		return NULL;
	}
	if (stick_may_grow(&volumes, index, ret_size, &err) < 0) {
		live_say(live, err.text);
		return NULL;
	}
	return volumes.list + index; /* in the arena */
}

void live_grow(struct live *live)
{
	ARENA_AUTO arena = arena_new();
	const struct volume *asked, *found;
	uint64_t size, size_now;
	struct err err;

	asked = find_growable(live, arena, &size);
	if (!asked)
		return;
	live_say(live,
		arena_printf(arena,
			_("Let GPUHOST grow to %s? Its files are kept; the stick must not "
			  "be pulled out meanwhile. y: yes, other keys: no"),
			text_size(arena, size)));
	if (!is_agreed()) {
		live_say(live, _("Nothing was changed."));
		return;
	}
	/* Sticks may have been swapped while the question stood there. */
	found = find_growable(live, arena, &size_now);
	if (!found)
		return;
	if (strcmp(found->name, asked->name) != 0 || found->start != asked->start ||
		size_now != size) {
		live_say(live, _("Another stick is there now. Nothing was changed."));
		return;
	}
	live_say(live, _("GPUHOST grows…"));
	if (stick_grow(found, LIVE_STICK, &err) < 0)
		live_say(live,
			arena_printf(arena, _("GPUHOST could not grow: %s"), err.text));
	else
		live_say(live,
			arena_printf(
				arena, _("GPUHOST now has %s."), text_size(arena, size)));
}
