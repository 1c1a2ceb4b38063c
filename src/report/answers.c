/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for answers that people read; the stable ones of JSON stay as they are. */
#include <string.h>

#include "gpuhost/text.h"
#include "parts.h"

struct answer {
	const char *stable, *words;
};

static const struct answer answers[] = {
	{ "on", N_("on") },
	{ "off", N_("off") },
	{ "yes", N_("yes") },
	{ "no", N_("no") },
	{ "unsupported", N_("unsupported") },
	{ "not-offered", N_("not offered") },
	{ "off-or-unsupported", N_("off or unsupported") },
	{ "probably-on", N_("probably on") },
	{ "virtual-machine", N_("virtual machine") },
	{ "hidden", N_("hidden") },
	{ "firmware-bug", N_("firmware bug") },
	{ "absent", N_("absent") },
	{ "present", N_("present") },
	{ "none", N_("none") },
	{ "available", N_("available") },
	{ "enabled", N_("enabled") },
	{ "allowed", N_("allowed") },
	{ "denied", N_("denied") },
	{ "held", N_("held") },
	{ "bound", N_("bound") },
	{ "assigned", N_("assigned") },
	{ "unassigned", N_("unassigned") },
	{ "isolated", N_("isolated") },
	{ "probably-isolated", N_("probably isolated") },
	{ "maybe-shared", N_("maybe shared") },
	{ "shared", N_("shared") },
	{ "predicted", N_("predicted") },
	{ "degraded", N_("degraded") },
	{ "full", N_("full") },
	{ "narrower", N_("narrower") },
	{ "wide", N_("wide") },
	{ "small", N_("small") },
	{ "too-small", N_("too small") },
	{ "fits", N_("fits") },
	{ "spare", N_("spare") },
	{ "legacy", N_("legacy") },
	{ "uefi", N_("UEFI") },
	{ "bios", N_("BIOS") },
	{ "no-answer", N_("no answer") },
	{ "setup-mode", N_("setup mode") },
	{ "opted-out", N_("opted out") },
	{ "only-display", N_("the only display") },
	{ "other-display", N_("another display is there") },
	{ "not-boot-display", N_("not the boot display") },
	{ "first-of-several", N_("the first of several") },
	{ "hybrid", N_("hybrid") },
	{ "uniform", N_("uniform") },
	{ "faked", N_("faked") },
	{ "free", N_("free") },
	{ "slot", N_("as wide as the slot") },
	{ "vmin", N_("voltage fault not fixed") },
	{ "no-group", N_("in no group") },
	{ "no-sign", N_("no sign") },
	{ "not-off", N_("not off") },
	{ "partial", N_("partly") },
	{ "probably", N_("probably") },
	{ "maybe-narrow", N_("maybe narrow") },
};

const char *answer_words(const struct finding *finding)
{
	if (!finding->answer)
		return NULL;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i].stable, finding->answer) == 0)
			return _(answers[i].words);
	return finding->answer; /* a version number, say */
}
