/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement as one self-contained HTML page, which needs neither network nor scripts.
 */
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"

struct page {
	FILE *out;
	struct arena *arena;
	const struct judgement *judgement;
};

void html_put(FILE *stream, struct arena *arena, const char *text)
{
	for (text = text_clean(arena, text); *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", stream);
			break;
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		case '\'':
			fputs("&#39;", stream);
			break;
		default:
			fputc(*text, stream);
		}
	}
}

/* <tag attributes>text</tag> */
static void put_element(const struct page *page, const char *tag, const char *attributes,
	const char *text)
{
	fprintf(page->out, "<%s%s%s>", tag, *attributes ? " " : "", attributes);
	html_put(page->out, page->arena, text);
	fprintf(page->out, "</%s>", tag);
}

static void put_head(const struct page *page, const char *language)
{
	bool chinese = language && text_starts(language, "zh");
	const char *title = arena_printf(page->arena, "%s – %s",
		machine_board(page->arena, page->judgement->machine),
		verdict_title(page->judgement->verdict));

	fprintf(page->out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta "
		"charset=\"utf-8\">\n<meta name=\"viewport\" "
		"content=\"width=device-width, initial-scale=1\">\n<meta "
		"name=\"color-scheme\" content=\"light dark\">\n",
		chinese ? "zh-CN" : "en");
	put_element(page, "title", "", title);
	fprintf(page->out, "\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
		html_style);
}

struct sign {
	const char *class; /* of html_style */
	const char *shape; /* what stands in the circle */
};

static const struct sign signs[] = {
	[VERDICT_UNKNOWN] = { "open",
		"<path d=\"M18 18.5a6 6 0 1 1 8.7 5.3c-1.9 1-2.7 2-2.7 4.2\"/><path "
		"d=\"M24 34v.5\"/>" },
	[VERDICT_READY] = { "good", "<path d=\"M14 25l7 7 13-15\"/>" },
	[VERDICT_LIMITED] = { "warn", "<path d=\"M24 13v14\"/><path d=\"M24 34v.5\"/>" },
	[VERDICT_NOT_READY] = { "bad", "<path d=\"M16 16l16 16M32 16L16 32\"/>" },
};

static void put_verdict(const struct page *page)
{
	const struct sign *sign = &signs[page->judgement->verdict];

	fprintf(page->out,
		"<section class=\"verdict %s\">\n<svg viewBox=\"0 0 48 48\" "
		"fill=\"none\" stroke=\"currentColor\" stroke-width=\"4\" "
		"stroke-linecap=\"round\" stroke-linejoin=\"round\" "
		"aria-hidden=\"true\"><circle cx=\"24\" cy=\"24\" r=\"21\" "
		"stroke-width=\"3\"/>%s</svg>\n<div>",
		sign->class, sign->shape);
	put_element(page, "strong", "", verdict_title(page->judgement->verdict));
	put_element(page, "p", "", verdict_sentence(page->judgement));
	fputs("</div>\n</section>\n", page->out);
}

static void put_fact(const struct page *page, const char *label, const char *text)
{
	put_element(page, "dt", "", label);
	put_element(page, "dd", "", text);
	fputc('\n', page->out);
}

static void put_facts(const struct page *page)
{
	const struct judgement *judgement = page->judgement;
	const struct machine *machine = judgement->machine;
	struct arena *arena = page->arena;

	fputs("<dl class=\"facts card\">\n", page->out);
	put_fact(page, _("Board"), machine_board(arena, machine));
	put_fact(page, _("BIOS"), machine_bios(arena, machine));
	put_fact(page, _("CPU"), machine_cpu(arena, machine));
	put_fact(page, _("Boot"), machine_boot(machine));
	for (size_t i = 0; i < judgement->n_gpus; i++)
		put_fact(page, _("GPU"), gpu_words_of(arena, judgement, i));
	if (judgement->with)
		put_fact(page, _("Asked for"), judgement->with->name);
	else if (judgement->n_gpus == 0)
		put_fact(page, _("GPU"), gpu_absent(machine));
	fputs("</dl>\n", page->out);
}

static const char *weight_class(enum severity severity)
{
	return severity == SEVERITY_BLOCKER	? "class=\"pill bad\""
		: severity == SEVERITY_DEGRADED ? "class=\"pill warn\""
						: "class=\"pill none\"";
}

static void put_fix(const struct page *page, const struct fix *fix)
{
	const char *place = fix_place(page->arena, fix);
	const char *present = fix_present(page->arena, fix);

	fputs("<li class=\"card\">", page->out);
	put_element(page, "h3", "", fix_title(page->arena, fix));
	if (place)
		put_element(page, "p", "", place);
	if (present)
		put_element(page, "p", "", present);
	for (size_t i = fix_more_from(fix); i < fix->n_advice; i++)
		put_element(page, "p", "", fix->advice[i]);
	fputs("<p>", page->out);
	put_element(page, "span", weight_class(fix->severity), fix_weight(fix));
	fputc(' ', page->out);
	put_element(page, "code", "class=\"soft\"", fix_checks(page->arena, fix));
	fputs("</p></li>\n", page->out);
}

static void put_fixes(const struct page *page)
{
	struct fixes fixes;
	const char *setup;

	fixes_find(page->judgement, FINDING_FAIL, page->arena, &fixes);
	if (fixes.n == 0)
		return;
	put_element(page, "h2", "", fixes_title(&fixes));
	setup = fixes_setup(page->arena, page->judgement, &fixes);
	if (setup)
		put_element(page, "p", "class=\"soft\"", setup);
	fputs("\n<ol class=\"fixes\">\n", page->out);
	for (size_t i = 0; i < fixes.n; i++)
		put_fix(page, &fixes.list[i]);
	fputs("</ol>\n", page->out);
}

static void put_drawing(const struct page *page)
{
	const struct pci *pci = &page->judgement->machine->pci;

	put_element(page, "h2", "", _("PCI tree and IOMMU groups"));
	if (pci->n_functions == 0) {
		put_element(page, "p", "",
			pci->known == TRI_YES
				? _("This machine has no PCI functions.")
				: _("The PCI functions of this machine are not known, "
				    "so there is nothing to draw."));
		return;
	}
	if (pci->known != TRI_YES)
		put_element(page, "p", "",
			_("The list of PCI functions is not complete; the drawing shows "
			  "what is known."));
	fputs("\n<div class=\"drawing card\" tabindex=\"0\">\n", page->out);
	report_svg(page->judgement, page->arena, page->out);
	fputs("</div>\n<p class=\"soft\">", page->out);
	html_put(page->out, page->arena,
		page->judgement->chosen
			? _("Bold: the GPU and its way to the CPU. Functions with one "
			    "group number go to a virtual machine together or not at "
			    "all; a bold badge is the GPU's group. x8/x16: the width a "
			    "link runs at, and the widest it could.")
			: _("Functions with one group number go to a virtual machine "
			    "together or not at all. x8/x16: the width a link runs at, "
			    "and the widest it could."));
	fputs("</p>\n", page->out);
}

static const char *mark_class(const struct finding *finding)
{
	switch (finding_group(finding)) {
	case GROUP_BLOCKS:
		return "class=\"pill bad\"";
	case GROUP_LIMITS:
		return "class=\"pill warn\"";
	case GROUP_OPEN:
	case GROUP_OPEN_MINOR:
		return "class=\"pill open\"";
	case GROUP_FINE:
		return "class=\"pill good\"";
	default:
		return "class=\"pill none\"";
	}
}

static void put_finding(const struct page *page, const struct finding *finding, bool open)
{
	const char *answer = answer_words(finding);

	fprintf(page->out, "<details%s><summary>", open ? " open" : "");
	put_element(page, "span", mark_class(finding), finding_mark(finding));
	fputs("<span>", page->out);
	html_put(page->out, page->arena, _(finding->check->title));
	if (answer) {
		fputc(' ', page->out);
		put_element(page, "span", "class=\"soft\"",
			arena_printf(page->arena, "(%s)", answer));
	}
	fputs("</span>", page->out);
	put_element(page, "code", "class=\"soft\"", finding->check->id);
	fputs("</summary>", page->out);
	if (finding->evidence)
		put_element(page, "p", "", finding->evidence);
	if (finding->advice)
		put_element(page, "p", "class=\"soft\"", finding->advice);
	fputs("</details>\n", page->out);
}

/* One group of the findings that count, or of another GPU's. */
static void put_group(const struct page *page, const struct gpu *other, enum group group)
{
	const struct judgement *judgement = page->judgement;
	bool any = false;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];

		if (!finding_in_group(judgement, finding, other, group))
			continue;
		if (!any) {
			put_element(page, "h3", "class=\"group\"", group_title(group));
			fputs("\n<div class=\"card\">\n", page->out);
		}
		any = true;
		put_finding(page, finding, group <= GROUP_OPEN && !other);
	}
	if (any)
		fputs("</div>\n", page->out);
}

static void put_findings(const struct page *page)
{
	const struct judgement *judgement = page->judgement;

	put_element(page, "h2", "", _("Findings"));
	fputc('\n', page->out);
	for (enum group group = 0; group < GROUPS; group++)
		put_group(page, NULL, group);
	for (size_t i = 0; i < judgement->n_gpus; i++) {
		const struct gpu *gpu = &judgement->gpus[i];

		if (gpu == judgement->chosen)
			continue;
		put_element(page, "h2", "",
			arena_printf(page->arena, _("Does not count: %s"),
				gpu_words(page->arena, gpu)));
		fputc('\n', page->out);
		for (enum group group = 0; group < GROUPS; group++)
			put_group(page, gpu, group);
	}
}

static void put_unknown(const struct page *page)
{
	struct fixes ways;

	fixes_find(page->judgement, FINDING_UNKNOWN, page->arena, &ways);
	if (ways.n == 0)
		return;
	put_element(page, "h2", "", _("How to find out what is unknown"));
	fputs("\n<ul>\n", page->out);
	for (size_t i = 0; i < ways.n; i++) {
		fputs("<li>", page->out);
		html_put(page->out, page->arena, fix_title(page->arena, &ways.list[i]));
		fputc(' ', page->out);
		put_element(page, "code", "class=\"soft\"",
			fix_checks(page->arena, &ways.list[i]));
		fputs("</li>\n", page->out);
	}
	fputs("</ul>\n", page->out);
}

void report_html(const struct judgement *judgement, const struct report_options *options,
	FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	const struct page page = { stream, arena, judgement };

	put_head(&page, options ? options->language : NULL);
	put_element(
		&page, "h1", "", _("gpuhost: can this machine give its GPU to a VM?"));
	fputc('\n', stream);
	put_verdict(&page);
	put_facts(&page);
	put_fixes(&page);
	put_drawing(&page);
	put_findings(&page);
	put_unknown(&page);
	fputs("<footer>", stream);
	put_element(&page, "p", "", machine_origin(arena, judgement->machine));
	put_element(&page, "p", "",
		arena_printf(arena, _("Report written by gpuhost %s."), GPUHOST_VERSION));
	fputs("</footer>\n</main>\n</body>\n</html>\n", stream);
}
