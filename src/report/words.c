/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for verdicts, findings and fixes that people read. */
#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"

enum group finding_group(const struct finding *finding)
{
	enum severity severity = finding->check->severity;

	switch (finding->status) {
	case FINDING_PASS:
		return GROUP_FINE;
	case FINDING_FAIL:
		return severity == SEVERITY_BLOCKER	? GROUP_BLOCKS
			: severity == SEVERITY_DEGRADED ? GROUP_LIMITS
							: GROUP_NOT_SO;
	case FINDING_NA:
		return GROUP_NA;
	case FINDING_SKIP:
		return severity == SEVERITY_BLOCKER ? GROUP_OPEN : GROUP_SKIPPED;
	case FINDING_UNKNOWN:
		break;
	}
	return severity == SEVERITY_BLOCKER ? GROUP_OPEN : GROUP_OPEN_MINOR;
}

bool finding_in_group(const struct judgement *judgement, const struct finding *finding,
	const struct gpu *other, enum group group)
{
	if (finding_group(finding) != group)
		return false;
	if (other)
		return finding_gpu(judgement, finding) == other;
	return finding_counts(judgement, finding);
}

const char *group_title(enum group group)
{
	static const char *const titles[GROUPS] = {
		[GROUP_BLOCKS] = N_("In the way: this does not hold"),
		[GROUP_LIMITS] = N_("Limits: this does not hold"),
		[GROUP_OPEN] = N_("Open, and the verdict needs it"),
		[GROUP_OPEN_MINOR] = N_("Open, without weight for the verdict"),
		[GROUP_NOT_SO] = N_("For information: this does not hold"),
		[GROUP_FINE] = N_("Holds"),
		[GROUP_NA] = N_("Does not apply"),
		[GROUP_SKIPPED] = N_("Skipped: an earlier check has to pass first"),
	};

	return group < GROUPS ? _(titles[group]) : "";
}

const char *finding_mark(const struct finding *finding)
{
	switch (finding->status) {
	case FINDING_PASS:
		return _("ok");
	case FINDING_FAIL:
		return finding->check->severity == SEVERITY_INFO ? _("no") : _("FAIL");
	case FINDING_NA:
		return _("n/a");
	case FINDING_SKIP:
		return _("skip");
	case FINDING_UNKNOWN:
		break;
	}
	return "?";
}

const char *verdict_title(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_READY:
		return _("READY");
	case VERDICT_LIMITED:
		return _("READY WITH LIMITS");
	case VERDICT_NOT_READY:
		return _("NOT READY");
	case VERDICT_UNKNOWN:
		break;
	}
	return _("CAN'T TELL");
}

enum context {
	CONTEXT_GPU, /* a GPU of the machine was judged */
	CONTEXT_NONE, /* it has none */
	CONTEXT_WITH, /* a card that is not there was asked about */
	CONTEXTS,
};

const char *verdict_sentence(const struct judgement *judgement)
{
	static const char *const sentences[][CONTEXTS] = {
		[VERDICT_READY] = {
			N_("This machine can give its GPU to a virtual machine."),
			N_("This machine could give a GPU to a virtual machine; no "
			   "NVIDIA GPU was found in it yet."),
			N_("With this card, the machine could give it to a virtual "
			   "machine."),
		},
		[VERDICT_LIMITED] = {
			N_("This machine can give its GPU to a virtual machine, within "
			   "the limits named below."),
			N_("This machine could give a GPU to a virtual machine, within "
			   "the limits named below; no NVIDIA GPU was found in it yet."),
			N_("With this card, the machine could give it to a virtual "
			   "machine, within the limits named below."),
		},
		[VERDICT_NOT_READY] = {
			N_("As it is now, this machine can't give its GPU to a virtual "
			   "machine."),
			N_("As it is now, this machine could not give a GPU to a "
			   "virtual machine."),
			N_("As it is now, the machine could not give this card to a "
			   "virtual machine."),
		},
		[VERDICT_UNKNOWN] = {
			N_("Nothing found stands in the way, but a check that decides "
			   "has no answer yet."),
			N_("Nothing found stands in the way, but a check that decides "
			   "has no answer yet."),
			N_("Nothing found stands in the way of this card, but a check "
			   "that decides has no answer yet."),
		},
	};
	enum context context = judgement->with ? CONTEXT_WITH
		: judgement->chosen	       ? CONTEXT_GPU
					       : CONTEXT_NONE;

	return _(sentences[judgement->verdict][context]);
}

const char *fix_title(struct arena *arena, const struct fix *fix)
{
	if (!fix->menu)
		return text_clean(arena, fix->advice[0]);
	/* TRANSLATORS: a firmware option and its value: "VT-d: set to Enabled" */
	return text_clean(arena,
		arena_printf(
			arena, _("%s: set to %s"), fix->menu->option, fix->menu->value));
}

size_t fix_more_from(const struct fix *fix)
{
	return fix->menu ? 0 : 1;
}

const char *fix_place(struct arena *arena, const struct fix *fix)
{
	const char *path = NULL;

	if (!fix->menu || fix->menu->n_path == 0)
		return NULL;
	for (size_t i = 0; i < fix->menu->n_path; i++)
		path = path ? arena_printf(arena, "%s › %s", path, fix->menu->path[i])
			    : fix->menu->path[i];
	path = text_clean(arena, path);
	if (fix->menu->confidence == CONFIDENCE_LOW)
		return arena_printf(
			arena, _("look under %s (names differ between boards)"), path);
	return arena_printf(arena, _("under %s"), path);
}

const char *fix_present(struct arena *arena, const struct fix *fix)
{
	if (!fix->present)
		return NULL;
	return arena_printf(arena, _("The firmware's present setting: %s"),
		text_clean(arena, fix->present));
}

const char *fix_weight(const struct fix *fix)
{
	switch (fix->severity) {
	case SEVERITY_BLOCKER:
		return _("blocks");
	case SEVERITY_DEGRADED:
		return _("limits");
	case SEVERITY_INFO:
		break;
	}
	return _("optional");
}

const char *fix_checks(struct arena *arena, const struct fix *fix)
{
	const char *list = "";

	for (size_t i = 0; i < fix->n_findings; i++)
		list = i
			? arena_printf(arena, "%s, %s", list, fix->findings[i]->check->id)
			: fix->findings[i]->check->id;
	return list;
}

const char *fixes_title(const struct fixes *fixes)
{
	if (fixes->list[0].severity == SEVERITY_INFO)
		return _("What could be better");
	return _("What to do, in this order");
}

const char *fixes_setup(
	struct arena *arena, const struct judgement *judgement, const struct fixes *fixes)
{
	const char *key = judgement->knowledge ? judgement->knowledge->board.setup_key
					       : NULL;

	for (size_t i = 0; i < fixes->n; i++) {
		if (!fixes->list[i].menu)
			continue;
		if (!key)
			return _("Firmware options are set in the firmware's setup, "
				 "which opens with a key while the machine starts.");
		return arena_printf(arena,
			_("Firmware options are set in the firmware's setup: press %s "
			  "while the machine starts."),
			text_clean(arena, key));
	}
	return NULL;
}
