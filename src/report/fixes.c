/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From findings to things to do, each once, in the order to do them. */
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/report.h"

static bool same_option(const struct menu *a, const struct menu *b)
{
	return a && b && strcmp(a->option, b->option) == 0 &&
		strcmp(a->value, b->value) == 0;
}

static bool has_advice(const struct fix *fix, const char *advice)
{
	for (size_t i = 0; i < fix->n_advice; i++)
		if (strcmp(fix->advice[i], advice) == 0)
			return true;
	return false;
}

static struct fix *fix_for(struct fixes *fixes, const struct menu *menu,
	const char *advice, struct arena *arena)
{
	struct fix *fix;

	for (fix = fixes->list; fix < fixes->list + fixes->n; fix++)
		if (menu ? same_option(fix->menu, menu)
			 : !fix->menu && has_advice(fix, advice))
			return fix;
	fixes->list = arena_grow(arena, fixes->list, fixes->n, sizeof(*fix));
	fix = &fixes->list[fixes->n++];
	*fix = (struct fix){ .menu = menu };
	return fix;
}

static void add_finding(
	struct fixes *fixes, const struct finding *finding, struct arena *arena)
{
	/* A menu cures a fail; what is unknown must be found out, not set. */
	const struct menu *menu = finding->status == FINDING_FAIL ? finding->menu : NULL;
	const char *advice = finding->advice;
	struct fix *fix;

	if (!menu && !advice)
		return;
	fix = fix_for(fixes, menu, advice, arena);
	if (fix->n_findings == 0)
		fix->severity = finding->check->severity; /* the worst comes first */
	if (menu && !fix->present)
		fix->present = finding->menu_value;
	fix->findings = arena_grow(
		arena, fix->findings, fix->n_findings, sizeof(*fix->findings));
	fix->findings[fix->n_findings++] = finding;
	if (advice && !has_advice(fix, advice)) {
		fix->advice = arena_grow(
			arena, fix->advice, fix->n_advice, sizeof(*fix->advice));
		fix->advice[fix->n_advice++] = advice;
	}
}

void fixes_find(const struct judgement *judgement, enum finding_status status,
	struct arena *arena, struct fixes *ret)
{
	struct fixes fixes = { 0 };

	for (int severity = SEVERITY_BLOCKER; severity >= SEVERITY_INFO; severity--) {
		for (size_t i = 0; i < judgement->n_findings; i++) {
			const struct finding *finding = &judgement->findings[i];

			if (finding->status == status &&
				(int)finding->check->severity == severity &&
				finding_counts(judgement, finding))
				add_finding(&fixes, finding, arena);
		}
	}
	*ret = fixes;
}
