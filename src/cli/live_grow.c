/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking before the stick's partition grows. */
#include "live.h"

#include "gpuhost/text.h"

void live_grow(struct live *live)
{
	live_say(live, _("Growing is not built yet."));
}
