/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a report share: words for people, and the order of findings. */
#ifndef GPUHOST_REPORT_PARTS_H
#define GPUHOST_REPORT_PARTS_H

#include "gpuhost/report.h"

/* Findings as a reader wants them, the worst first. */
enum group {
	GROUP_BLOCKS, /* blockers that failed */
	GROUP_LIMITS, /* failed, and degrades */
	GROUP_OPEN, /* blockers that are unknown or were skipped: they decide */
	GROUP_OPEN_MINOR, /* unknown, and decides nothing */
	GROUP_NOT_SO, /* information: does not hold */
	GROUP_FINE,
	GROUP_NA,
	GROUP_SKIPPED,
	GROUPS,
};

enum group finding_group(const struct finding *finding);
/* Is it in that group and counts for the verdict, or (with `other`) is about that GPU? */
bool finding_in_group(const struct judgement *judgement, const struct finding *finding,
	const struct gpu *other, enum group group);
/* A heading, translated. */
const char *group_title(enum group group);
/* "FAIL", "?", "ok": what stands beside a title, translated. */
const char *finding_mark(const struct finding *finding);
/* The answer in words ("switched off"), translated; NULL where there is none. */
const char *answer_words(const struct finding *finding);

/* "NOT READY", and the sentence that says what this means; translated. */
const char *verdict_title(enum verdict verdict);
const char *verdict_sentence(const struct judgement *judgement);

/* "VT-d: set to Enabled", or the first sentence of advice. */
const char *fix_title(struct arena *arena, const struct fix *fix);
/* "under Advanced › …", or NULL where it has no menu. */
const char *fix_place(struct arena *arena, const struct fix *fix);
/* "The firmware reports: Disabled", or NULL. */
const char *fix_present(struct arena *arena, const struct fix *fix);
/* Sentences of advice that the title doesn't say: fix->advice[fix_more_from()...]. */
size_t fix_more_from(const struct fix *fix);
const char *fix_weight(const struct fix *fix); /* "blocks", "limits", "optional" */
/* "iommu-firmware, iommu-active" */
const char *fix_checks(struct arena *arena, const struct fix *fix);
/* The heading of a list of things to do that isn't empty. */
const char *fixes_title(const struct fixes *fixes);
/* "Open the firmware setup with Del …", or NULL if no fix needs it. */
const char *fixes_setup(struct arena *arena, const struct judgement *judgement,
	const struct fixes *fixes);

/* Facts of the machine in words, each clean and never NULL. */
const char *machine_board(struct arena *arena, const struct machine *machine);
const char *machine_bios(struct arena *arena, const struct machine *machine);
const char *machine_cpu(struct arena *arena, const struct machine *machine);
const char *machine_boot(const struct machine *machine);
/* "0000:01:00.0 · NVIDIA GeForce RTX 4080 [10de:2704] · IOMMU group 15" */
const char *gpu_words(struct arena *arena, const struct gpu *gpu);
/* The same of gpus[i], saying whether it counts where there are several. */
const char *gpu_words_of(
	struct arena *arena, const struct judgement *judgement, size_t i);
/* What to say where no GPU is. */
const char *gpu_absent(const struct machine *machine);
/* What was judged: this machine, or a capture and by what it was made. */
const char *machine_origin(struct arena *arena, const struct machine *machine);
/* The GPU a finding is about, or NULL. */
const struct gpu *finding_gpu(
	const struct judgement *judgement, const struct finding *finding);

/* The PCI tree as an SVG drawing; there is at least one function. */
void report_svg(const struct judgement *judgement, struct arena *arena, FILE *stream);

/* Escaped for HTML and SVG, text and attributes alike; cleaned as text_clean() does. */
void html_put(FILE *stream, struct arena *arena, const char *text);

extern const char html_style[];

#endif
