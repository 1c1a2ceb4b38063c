/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI tree as a drawing: a row a function, lines to its bridge, its IOMMU group as a
 * badge, and the way of the GPU to the CPU in bold. Legible at any number of functions.
 */
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"

enum {
	WIDTH = 980, /* all lengths in user units, one a CSS pixel at full width */
	ROW = 30,
	BOX = 24,
	MARGIN = 6,
	STEP = 24, /* indent a level */
	LEVELS_SHOWN = 12, /* deeper ones share one indent */
	DEPTH_MAX = 256, /* buses of a segment */
	SLOT = 98, /* width of "0000:01:00.0" */
	BOX_RIGHT = 664,
	LINK_X = 674,
	DRIVER_X = 738,
	BADGE_X = 860,
	BADGE_WIDTH = 114,
	TEXT_Y = 16, /* baseline, from a box's top */
	LETTER = 7, /* about a column of text at 13px */
	LETTER_BOLD = 8,
	ROWS_MAX = 2000,
	TURN = 137, /* degrees between neighbours' hues: the golden angle spreads them */
};

struct row {
	const struct pci_function *function; /* NULL: a root bus */
	uint16_t domain;
	uint8_t bus;
	size_t parent; /* row number; itself for a root bus */
	unsigned depth;
	bool way; /* the GPU, or between it and the CPU */
};

struct tree {
	const struct judgement *judgement;
	const struct pci *pci;
	struct arena *arena;
	struct row *rows;
	size_t n_rows;
	bool *placed; /* by function */
};

static size_t add_row(struct tree *tree, struct row row)
{
	tree->rows = arena_grow(tree->arena, tree->rows, tree->n_rows, sizeof(row));
	tree->rows[tree->n_rows] = row;
	return tree->n_rows++;
}

/* The first function on that bus or after; functions are in order of address. */
static size_t bus_start(const struct pci *pci, uint16_t domain, uint8_t bus)
{
	size_t low = 0, high = pci->n_functions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct pci_function *f = &pci->functions[middle];

		if (f->domain < domain || (f->domain == domain && f->bus < bus))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Bridges of a broken dump may lead in circles: each function is placed once. */
static void place_bus(struct tree *tree, uint16_t domain, uint8_t bus, size_t parent)
{
	const struct pci *pci = tree->pci;
	unsigned depth = tree->rows[parent].depth + 1;

	for (size_t i = bus_start(pci, domain, bus); i < pci->n_functions; i++) {
		const struct pci_function *f = &pci->functions[i];
		size_t row;

		if (f->domain != domain || f->bus != bus)
			return;
		if (tree->placed[i])
			continue;
		tree->placed[i] = true;
		row = add_row(tree, (struct row){ f, domain, bus, parent, depth, false });
		if (f->secondary_bus.known && f->secondary_bus.value > bus &&
			f->secondary_bus.value <= 0xff && depth < DEPTH_MAX)
			place_bus(tree, domain, (uint8_t)f->secondary_bus.value, row);
	}
}

/* Is there a bridge to that bus? Then it is no root bus. */
static void mark_led_to(const struct pci *pci, uint16_t domain, bool *led_to)
{
	memset(led_to, 0, 256 * sizeof(*led_to));
	for (size_t i = bus_start(pci, domain, 0); i < pci->n_functions; i++) {
		const struct pci_function *f = &pci->functions[i];

		if (f->domain != domain)
			return;
		if (f->secondary_bus.known && f->secondary_bus.value > f->bus &&
			f->secondary_bus.value <= 0xff)
			led_to[f->secondary_bus.value] = true;
	}
}

static void place_root(struct tree *tree, const struct pci_function *first)
{
	struct row root = { .domain = first->domain, .bus = first->bus };
	size_t row = add_row(tree, root);

	tree->rows[row].parent = row;
	place_bus(tree, first->domain, first->bus, row);
}

static void place_all(struct tree *tree)
{
	const struct pci *pci = tree->pci;
	bool led_to[256];
	long domain = -1;

	tree->placed = arena_alloc(tree->arena, pci->n_functions * sizeof(bool));
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *f = &pci->functions[i];

		if (f->domain != domain)
			mark_led_to(pci, f->domain, led_to);
		domain = f->domain;
		if (!tree->placed[i] && !led_to[f->bus])
			place_root(tree, f);
	}
	for (size_t i = 0; i < pci->n_functions; i++)
		if (!tree->placed[i]) /* behind a bridge that can't be reached */
			place_root(tree, &pci->functions[i]);
}

static void mark_way(struct tree *tree)
{
	const struct gpu *gpu = tree->judgement->chosen;

	if (!gpu)
		return;
	for (size_t i = 0; i < tree->n_rows; i++) {
		size_t at = i;

		if (tree->rows[i].function != gpu->display)
			continue;
		for (; !tree->rows[at].way; at = tree->rows[at].parent)
			tree->rows[at].way = true;
	}
}

static unsigned row_x(const struct row *row)
{
	unsigned depth = row->depth < LEVELS_SHOWN ? row->depth : LEVELS_SHOWN;

	return MARGIN + depth * STEP;
}

static size_t row_y(size_t number)
{
	return MARGIN + number * ROW;
}

static void put_wire(FILE *out, const struct tree *tree, size_t number)
{
	const struct row *row = &tree->rows[number], *parent = &tree->rows[row->parent];
	unsigned x = row_x(parent) + STEP / 2;

	if (row->parent == number)
		return;
	fprintf(out, "<path class=\"wire%s\" d=\"M%u %zuV%zuH%u\"/>\n",
		row->way ? " way" : "", x, row_y(row->parent) + BOX,
		row_y(number) + BOX / 2, row_x(row) > x ? row_x(row) : x);
}

static void put_text(FILE *out, const struct tree *tree, const char *class, unsigned x,
	size_t y, const char *text)
{
	fprintf(out, "<text class=\"%s\" x=\"%u\" y=\"%zu\">", class, x, y);
	html_put(out, tree->arena, text);
	fputs("</text>", out);
}

/* "x8/x16": what the link has, and could have. */
static const char *link_words(struct arena *arena, const struct pci_function *f)
{
	struct num now = f->express.width.known ? f->express.width : f->link_width;
	struct num most = f->express.max_width.known ? f->express.max_width
						     : f->link_width_max;

	/* 0: no link; above 32 no PCIe link can be (sysfs says 255 for unknown) */
	if (!now.known || now.value == 0 || now.value > 32)
		return NULL;
	if (!most.known || most.value <= now.value || most.value > 32)
		return arena_printf(arena, "x%u", (unsigned)now.value);
	return arena_printf(arena, "x%u/x%u", (unsigned)now.value, (unsigned)most.value);
}

static const char *function_words(struct arena *arena, const struct pci_function *f)
{
	const char *class = pci_class_name(arena, f->class_code);
	const char *id = arena_printf(arena, "[%04x:%04x]", f->vendor_id, f->device_id);

	if (!f->name)
		return arena_printf(arena, "%s %s", class, id);
	if (strstr(f->name, id)) /* no database knows it: the name is class and id */
		return f->name;
	return arena_printf(arena, "%s: %s %s", class, f->name, id);
}

/* Text in a window of its own, which cuts off what an unforeseen font makes too wide. */
static void put_clipped(FILE *out, const struct tree *tree, const char *class, unsigned x,
	unsigned width, size_t top, const char *text)
{
	unsigned letter = strchr(class, 'b') ? LETTER_BOLD : LETTER;

	fprintf(out, "<svg x=\"%u\" y=\"%zu\" width=\"%u\" height=\"%d\">", x, top, width,
		BOX);
	put_text(out, tree, class, 0, TEXT_Y,
		text_shorten(tree->arena, text_clean(tree->arena, text), width / letter));
	fputs("</svg>", out);
}

static void put_driver(
	FILE *out, const struct tree *tree, const struct row *row, size_t number)
{
	const struct pci_function *f = row->function;
	const char *text = f->driver_known == TRI_YES && f->driver ? f->driver
		: f->driver_known == TRI_NO			   ? _("no driver")
								   : _("driver ?");

	put_clipped(
		out, tree, "t s", DRIVER_X, BADGE_X - DRIVER_X - 6, row_y(number), text);
}

static void put_badge(
	FILE *out, const struct tree *tree, const struct row *row, size_t number)
{
	const struct pci_function *f = row->function;
	const struct gpu *gpu = tree->judgement->chosen;
	const char *text = f->in_group == TRI_NO ? _("no group") : _("group ?");
	const char *class = " u", *style = "";
	bool shared = false;

	if (f->group.known) {
		text = arena_printf(tree->arena, _("group %u"), (unsigned)f->group.value);
		class = "";
		style = arena_printf(tree->arena, " style=\"--h:%u\"",
			(unsigned)(f->group.value * TURN % 360));
		shared = gpu && gpu->display->group.known &&
			gpu->display->group.value == f->group.value;
	}
	fprintf(out,
		"<rect class=\"badge%s%s\"%s x=\"%d\" y=\"%zu\" width=\"%d\" "
		"height=\"%d\" rx=\"11\"/>",
		class, shared ? " way" : "", style, BADGE_X, row_y(number) + 1,
		BADGE_WIDTH, BOX - 2);
	fprintf(out, "<text class=\"t%s\" text-anchor=\"middle\" x=\"%d\" y=\"%zu\">",
		shared ? " b" : "", BADGE_X + BADGE_WIDTH / 2, row_y(number) + TEXT_Y);
	html_put(out, tree->arena, text);
	fputs("</text>\n", out);
}

static void put_box(FILE *out, const struct row *row, size_t number)
{
	unsigned x = row_x(row);

	fprintf(out,
		"<rect class=\"%s%s\" x=\"%u\" y=\"%zu\" width=\"%u\" height=\"%d\" "
		"rx=\"5\"/>",
		row->function ? "box" : "root", row->way ? " way" : "", x, row_y(number),
		BOX_RIGHT - x, BOX);
}

static void put_function(
	FILE *out, const struct tree *tree, const struct row *row, size_t number)
{
	const struct pci_function *f = row->function;
	const char *words = text_clean(tree->arena, function_words(tree->arena, f));
	const char *link = link_words(tree->arena, f);
	unsigned x = row_x(row) + 8;
	size_t top = row_y(number);

	fputs("<g><title>", out);
	html_put(out, tree->arena, arena_printf(tree->arena, "%s %s", f->slot, words));
	fputs("</title>", out);
	put_box(out, row, number);
	put_text(out, tree, row->way ? "t m b" : "t m", x, top + TEXT_Y, f->slot);
	put_clipped(out, tree, row->way ? "t b" : "t", x + SLOT, BOX_RIGHT - x - SLOT - 4,
		top, words);
	fputs("</g>", out);
	if (link)
		put_clipped(out, tree, row->way ? "t s b" : "t s", LINK_X,
			DRIVER_X - LINK_X - 4, top, link);
	put_driver(out, tree, row, number);
	put_badge(out, tree, row, number);
}

static void put_row(FILE *out, const struct tree *tree, size_t number)
{
	const struct row *row = &tree->rows[number];

	if (row->function) {
		put_function(out, tree, row, number);
		return;
	}
	put_box(out, row, number);
	/* TRANSLATORS: where a tree of PCI devices starts: domain and bus number */
	put_text(out, tree, row->way ? "t b" : "t", row_x(row) + 8,
		row_y(number) + TEXT_Y,
		arena_printf(tree->arena, _("CPU / root bus %04x:%02x"), row->domain,
			row->bus));
	fputc('\n', out);
}

static void put_drawing(FILE *out, const struct tree *tree)
{
	size_t shown = tree->n_rows, lines = shown;

	if (shown > ROWS_MAX) {
		shown = ROWS_MAX;
		lines = shown + 1;
	}
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
		"aria-labelledby=\"tree-title tree-desc\" viewBox=\"0 0 %d "
		"%zu\">\n<title id=\"tree-title\">",
		WIDTH, row_y(lines) + MARGIN - (ROW - BOX));
	html_put(out, tree->arena, _("The PCI tree and its IOMMU groups"));
	fputs("</title><desc id=\"tree-desc\">", out);
	html_put(out, tree->arena,
		_("A row for each PCI function, indented under its bridge: address, "
		  "kind and name, width of its link, driver, IOMMU group. Bold: the GPU "
		  "and its way to the CPU."));
	fputs("</desc>\n", out);
	for (int way = 0; way < 2; way++) /* the bold line on top of the thin ones */
		for (size_t i = 0; i < shown; i++)
			if (tree->rows[i].way == way)
				put_wire(out, tree, i);
	for (size_t i = 0; i < shown; i++)
		put_row(out, tree, i);
	if (lines > shown)
		put_text(out, tree, "t", MARGIN, row_y(shown) + TEXT_Y,
			_("More functions than a drawing can show: the rest is left "
			  "out."));
	fputs("</svg>\n", out);
}

void report_svg(const struct judgement *judgement, struct arena *arena, FILE *stream)
{
	struct tree *tree = arena_alloc(arena, sizeof(*tree));

	tree->judgement = judgement;
	tree->pci = &judgement->machine->pci;
	tree->arena = arena;
	place_all(tree);
	mark_way(tree);
	put_drawing(stream, tree);
}
