/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks and the verdict: a machine goes in, findings come out. Pure: nothing here opens
 * a file, prints or exits. */
#ifndef GPUHOST_CHECK_H
#define GPUHOST_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "gpuhost/knowledge.h"
#include "gpuhost/machine.h"

struct arena;
struct err;

enum severity {
	SEVERITY_INFO = 0,
	SEVERITY_DEGRADED,
	SEVERITY_BLOCKER,
};

enum finding_status {
	FINDING_UNKNOWN = 0,
	FINDING_PASS,
	FINDING_FAIL,
	FINDING_NA, /* not applicable */
	FINDING_SKIP, /* a check it needs did not pass */
};

enum check_each {
	EACH_MACHINE,
	EACH_GPU,
};

/* A display function that is judged, with the rest of its slot. */
struct gpu {
	const struct pci_function *display;
	const struct pci_function *
		*functions; /* all of the slot, the display function too */
	size_t n_functions;
	const struct iommu_group *group; /* or NULL */
	const struct card *card; /* what is known of this model, or NULL */
	const char *name; /* for people; never NULL */
};

/* What a check sees. With a card that is not there (`--with-gpu`), `gpu` is NULL and
 * `with` is set; for checks of the machine both are NULL. */
struct check_input {
	const struct machine *machine;
	const struct knowledge *knowledge;
	const struct gpu *gpu;
	const struct card *with;
	struct arena *arena;
};

struct check_result {
	enum finding_status status;
	const char
		*answer; /* a stable word: "on", "off", "unsupported", ...; NULL: none */
	const char *evidence; /* one translated line that names what it rests on */
	const char
		*menu; /* the firmware option, where it isn't the check's own; or NULL */
};

struct check {
	const char *id;
	const char *title; /* N_(): a claim that holds when it passes */
	enum severity severity;
	enum check_each each;
	const char *needs; /* id of an earlier check that must pass, or NULL */
	struct check_result (*run)(const struct check_input *input);
	/* What to do about it, translated; NULL function or result: nothing. Asked for
	 * findings that failed or are unknown. */
	const char *(*advice)(
		const struct check_input *input, const struct check_result *result);
	const char *menu; /* key of the firmware option that cures a fail, or NULL */
	const char *ref; /* where the rule comes from */
};

/* All checks, in the order of reports; ends with NULL. */
extern const struct check *const checks[];
const struct check *check_by_id(const char *id);

struct finding {
	const struct check *check;
	const char *subject; /* "machine", "with-gpu", or a slot */
	enum finding_status status;
	const char *answer; /* or NULL */
	const char *evidence;
	const char *advice; /* or NULL */
	const struct menu *menu; /* or NULL */
	const char *menu_value; /* the switch's present value by firmware-attributes, or
				   NULL */
};

enum verdict {
	VERDICT_UNKNOWN = 0,
	VERDICT_READY,
	VERDICT_LIMITED,
	VERDICT_NOT_READY,
};

struct judge_options {
	const char
		*gpu; /* slot ("0000:01:00.0", "01:00.0") or id ("10de:2704"), or NULL */
	const struct card *with; /* or NULL */
};

struct judgement {
	const struct machine *machine;
	const struct knowledge *knowledge;
	enum verdict verdict;
	struct gpu *gpus; /* NVIDIA's display functions, or the one asked for */
	size_t n_gpus;
	const struct gpu *chosen; /* whose findings count, or NULL */
	const struct card *with;
	struct finding
		*findings; /* in the order of checks[], GPUs in the order of gpus[] */
	size_t n_findings;
};

/* STATUS_NO_INPUT if --gpu names a function that isn't there, STATUS_USAGE if it isn't
 * one. */
int judge(const struct machine *machine, const struct knowledge *knowledge,
	const struct judge_options *options, struct arena *arena, struct judgement *ret,
	struct err *err);

/* Does this finding count for the verdict? (Another GPU's don't.) */
bool finding_counts(const struct judgement *judgement, const struct finding *finding);
int verdict_exit_status(enum verdict verdict);

/* The contract's words: "ready", "fail", "blocker". */
const char *verdict_word(enum verdict verdict);
const char *finding_status_word(enum finding_status status);
const char *severity_word(enum severity severity);

#endif
