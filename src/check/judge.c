/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From checks to findings, from findings to the verdict. */
#include "gpuhost/check.h"

#include <stdio.h>
#include <string.h>

#include "gpuhost/err.h"
#include "gpus.h"
#include "topics.h"

static const struct finding *find_finding(
	const struct judgement *judgement, const char *id, const char *subject)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];

		if (strcmp(finding->check->id, id) == 0 &&
			(strcmp(finding->subject, subject) == 0 ||
				finding->check->each == EACH_MACHINE))
			return finding;
	}
	return NULL;
}

/* The firmware option that cures a fail, with its present value where Linux shows it. */
static void add_menu(
	const struct judgement *judgement, const char *key, struct finding *finding)
{
	const struct machine *machine = judgement->machine;

	if (finding->status != FINDING_FAIL || !key || !*key ||
		machine->cpu.hypervisor == TRI_YES ||
		(finding->answer && strcmp(finding->answer, "unsupported") == 0))
		return;
	finding->menu = board_menu(&judgement->knowledge->board, key);
	finding->menu_value = check_switch_value(machine, finding->menu);
}

static void add_finding(struct judgement *judgement, const struct check *check,
	const char *subject, const struct check_input *input)
{
	struct finding finding = { .check = check, .subject = subject };
	const struct finding *needed = check->needs
		? find_finding(judgement, check->needs, subject)
		: NULL;
	struct check_result result;

	if (needed && needed->status != FINDING_PASS) {
		finding.status = FINDING_SKIP;
		finding.evidence = arena_printf(input->arena,
			_("not judged: \"%s\" has to hold first"),
			_(needed->check->title));
	} else {
		result = check->run(input);
		finding.status = result.status;
		finding.answer = result.answer;
		finding.evidence = result.evidence;
		if (check->advice &&
			(result.status == FINDING_FAIL ||
				result.status == FINDING_UNKNOWN))
			finding.advice = check->advice(input, &result);
		add_menu(judgement, result.menu ? result.menu : check->menu, &finding);
	}
	judgement->findings = arena_grow(input->arena, judgement->findings,
		judgement->n_findings, sizeof(finding));
	judgement->findings[judgement->n_findings++] = finding;
}

static void add_without_gpu(struct judgement *judgement, const struct check *check,
	const struct check_input *input)
{
	bool known = input->machine->pci.known == TRI_YES;
	struct finding finding = {
		.check = check,
		.subject = "machine",
		.status = known ? FINDING_NA : FINDING_UNKNOWN,
		.answer = known ? "none" : NULL,
		.evidence = known ? _("no NVIDIA GPU is in this machine")
				  : _("PCI devices were not recorded completely"),
	};

	judgement->findings = arena_grow(input->arena, judgement->findings,
		judgement->n_findings, sizeof(finding));
	judgement->findings[judgement->n_findings++] = finding;
}

static void run_check(
	struct judgement *judgement, const struct check *check, struct check_input input)
{
	if (check->each == EACH_MACHINE) {
		add_finding(judgement, check, "machine", &input);
		return;
	}
	for (size_t i = 0; i < judgement->n_gpus; i++) {
		input.gpu = &judgement->gpus[i];
		add_finding(judgement, check, input.gpu->display->slot, &input);
	}
	input.gpu = NULL;
	if (judgement->with) {
		input.with = judgement->with;
		add_finding(judgement, check, "with-gpu", &input);
	} else if (judgement->n_gpus == 0) {
		add_without_gpu(judgement, check, &input);
	}
}

/* What counts when `chosen` (or the card that isn't there, or none) is judged. */
static bool counts(const struct finding *finding, const struct gpu *chosen)
{
	if (finding->check->each == EACH_MACHINE ||
		strcmp(finding->subject, "machine") == 0)
		return true;
	if (strcmp(finding->subject, "with-gpu") == 0)
		return chosen == NULL;
	return chosen && strcmp(finding->subject, chosen->display->slot) == 0;
}

struct tally {
	unsigned blockers_failed, blockers_open, degraded_failed;
};

static struct tally count_findings(
	const struct judgement *judgement, const struct gpu *chosen)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];
		bool blocker = finding->check->severity == SEVERITY_BLOCKER;

		if (!counts(finding, chosen))
			continue;
		if (finding->status == FINDING_FAIL) {
			tally.blockers_failed += blocker;
			tally.degraded_failed += finding->check->severity ==
				SEVERITY_DEGRADED;
		} else if (finding->status == FINDING_UNKNOWN ||
			finding->status == FINDING_SKIP) {
			tally.blockers_open += blocker;
		}
	}
	return tally;
}

static enum verdict verdict_of(struct tally tally)
{
	if (tally.blockers_failed)
		return VERDICT_NOT_READY;
	if (tally.blockers_open)
		return VERDICT_UNKNOWN;
	return tally.degraded_failed ? VERDICT_LIMITED : VERDICT_READY;
}

/* Of two that come out alike: not the one that the host shows its screen on, then the
 * wider link. */
static bool is_handier(const struct pci_function *a, const struct pci_function *b)
{
	if ((a->boot_vga == TRI_YES) != (b->boot_vga == TRI_YES))
		return b->boot_vga == TRI_YES;
	return a->express.width.value > b->express.width.value;
}

/* Fewer failed blockers, then fewer open ones, then fewer degraded ones: below 0 if `a`
 * is the better one. */
static int compare_tallies(struct tally a, struct tally b)
{
	if (a.blockers_failed != b.blockers_failed)
		return a.blockers_failed < b.blockers_failed ? -1 : 1;
	if (a.blockers_open != b.blockers_open)
		return a.blockers_open < b.blockers_open ? -1 : 1;
	if (a.degraded_failed != b.degraded_failed)
		return a.degraded_failed < b.degraded_failed ? -1 : 1;
	return 0;
}

static bool is_better(
	const struct judgement *judgement, const struct gpu *a, const struct gpu *b)
{
	int order = compare_tallies(
		count_findings(judgement, a), count_findings(judgement, b));

	return order < 0 || (order == 0 && is_handier(a->display, b->display));
}

static const struct gpu *choose(const struct judgement *judgement)
{
	const struct gpu *best = NULL;

	if (judgement->with)
		return NULL;
	for (size_t i = 0; i < judgement->n_gpus; i++) {
		const struct gpu *gpu = &judgement->gpus[i];

		if (!best || is_better(judgement, gpu, best))
			best = gpu;
	}
	return best;
}

int judge(const struct machine *machine, const struct knowledge *knowledge,
	const struct judge_options *options, struct arena *arena, struct judgement *ret,
	struct err *err)
{
	struct judgement judgement = {
		.machine = machine,
		.knowledge = knowledge,
		.with = options->with,
	};
	struct check_input input = {
		.machine = machine,
		.knowledge = knowledge,
		.arena = arena,
	};

	if (gpus_collect(machine, knowledge, options->gpu, arena, &judgement.gpus,
		    &judgement.n_gpus, err) < 0)
		return -1;
	for (const struct check *const *check = checks; *check; check++)
		run_check(&judgement, *check, input);
	judgement.chosen = choose(&judgement);
	judgement.verdict = verdict_of(count_findings(&judgement, judgement.chosen));
	*ret = judgement;
	return 0;
}

bool finding_counts(const struct judgement *judgement, const struct finding *finding)
{
	return counts(finding, judgement->chosen);
}

int verdict_exit_status(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_READY:
		return STATUS_OK;
	case VERDICT_LIMITED:
		return STATUS_LIMITED;
	case VERDICT_NOT_READY:
		return STATUS_NOT_READY;
	default:
		return STATUS_UNKNOWN;
	}
}

const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = { "unknown", "ready", "limited", "not-ready" };

	return words[verdict];
}

const char *finding_status_word(enum finding_status status)
{
	static const char *const words[] = { "unknown", "pass", "fail", "na", "skip" };

	return words[status];
}

const char *severity_word(enum severity severity)
{
	static const char *const words[] = { "info", "degraded", "blocker" };

	return words[severity];
}
