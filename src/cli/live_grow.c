/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking before the stick's partition grows. */
#include "live.h"

#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"

static bool is_agreed(void)
{
	char key;

	return read(STDIN_FILENO, &key, 1) == 1 && (key == 'y' || key == 'Y');
}

void live_grow(struct live *live)
{
	ARENA_AUTO arena = arena_new();
	struct volumes volumes;
	uint64_t size;
	size_t index;
	struct err err;

	volumes_find(arena, &volumes);
	volumes_identify(&volumes, live->id, LIVE_STICK);
	if (stick_choose(&volumes, &index) != STICK_FOUND) {
		live_say(live, _("There is no partition GPUHOST that could grow."));
		return;
	}
	if (stick_may_grow(&volumes, index, &size, &err) < 0) {
		live_say(live, err.text);
		return;
	}
	live_say(live,
		arena_printf(arena,
			_("Let GPUHOST grow to %s? Its files are kept; the stick must not "
			  "be pulled out meanwhile. y: yes, other keys: no"),
			text_size(arena, size)));
	if (!is_agreed()) {
		live_say(live, _("Nothing was changed."));
		return;
	}
	live_say(live, _("GPUHOST grows…"));
	if (stick_grow(&volumes.list[index], LIVE_STICK, &err) < 0)
		live_say(live,
			arena_printf(arena, _("GPUHOST could not grow: %s"), err.text));
	else
		live_say(live,
			arena_printf(
				arena, _("GPUHOST now has %s."), text_size(arena, size)));
}
