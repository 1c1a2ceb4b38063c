/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement as JSON, gpuhost.report/1 (report.schema.json). What is not known is null;
 * nothing is left out. */
#include <jansson.h>

#include "gpuhost/arena.h"
#include "parts.h"

static json_t *string_or_null(struct arena *arena, const char *text)
{
	return text ? json_string(text_valid(arena, text)) : json_null();
}

static json_t *machine_json(struct arena *arena, const struct machine *machine)
{
	const struct dmi *dmi = &machine->system.dmi;
	enum tri uefi = machine->system.uefi;

	return json_pack("{s:{s:o, s:o}, s:{s:o, s:o}, s:{s:o, s:o}, s:o}", "board",
		"vendor", string_or_null(arena, dmi->board_vendor), "name",
		string_or_null(arena, dmi->board_name), "bios", "version",
		string_or_null(arena, dmi->bios_version), "date",
		string_or_null(arena, dmi->bios_date), "cpu", "vendor",
		string_or_null(arena, machine->cpu.vendor_string), "model",
		string_or_null(arena, machine->cpu.brand), "firmware",
		uefi == TRI_UNKNOWN ? json_null()
				    : json_string(uefi == TRI_YES ? "uefi" : "bios"));
}

static json_t *gpu_json(struct arena *arena, const struct gpu *gpu)
{
	const struct pci_function *display = gpu->display;
	const struct num *vendor = &display->subsystem_vendor;
	const struct num *device = &display->subsystem_device;
	const char *subsystem = NULL;
	json_t *functions = json_array();

	if (vendor->known && device->known)
		subsystem = arena_printf(arena, "%04x:%04x",
			(unsigned)vendor->value & 0xffff,
			(unsigned)device->value & 0xffff);
	for (size_t i = 0; i < gpu->n_functions; i++)
		json_array_append_new(
			functions, string_or_null(arena, gpu->functions[i]->slot));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "slot",
		string_or_null(arena, display->slot), "id",
		json_string(arena_printf(
			arena, "%04x:%04x", display->vendor_id, display->device_id)),
		"subsystem", string_or_null(arena, subsystem), "name",
		string_or_null(arena, gpu->name), "functions", functions, "group",
		gpu->group ? json_integer(gpu->group->id) : json_null());
}

static json_t *menu_json(struct arena *arena, const struct menu *menu)
{
	json_t *path;

	if (!menu)
		return json_null();
	path = json_array();
	for (size_t i = 0; i < menu->n_path; i++)
		json_array_append_new(path, string_or_null(arena, menu->path[i]));
	return json_pack("{s:o, s:o, s:o}", "option", string_or_null(arena, menu->option),
		"value", string_or_null(arena, menu->value), "path", path);
}

static json_t *finding_json(struct arena *arena, const struct finding *finding)
{
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "id",
		finding->check->id, "subject", string_or_null(arena, finding->subject),
		"status", finding_status_word(finding->status), "severity",
		severity_word(finding->check->severity), "answer",
		string_or_null(arena, finding->answer), "evidence",
		string_or_null(arena, finding->evidence), "advice",
		string_or_null(arena, finding->advice), "menu",
		menu_json(arena, finding->menu));
}

void report_json(const struct judgement *judgement, FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	json_t *gpus = json_array(), *findings = json_array(), *report;

	for (size_t i = 0; i < judgement->n_gpus; i++)
		json_array_append_new(gpus, gpu_json(arena, &judgement->gpus[i]));
	for (size_t i = 0; i < judgement->n_findings; i++)
		json_array_append_new(
			findings, finding_json(arena, &judgement->findings[i]));
	report = json_pack("{s:s, s:s, s:o, s:o, s:o}", "schema", "gpuhost.report/1",
		"verdict", verdict_word(judgement->verdict), "machine",
		machine_json(arena, judgement->machine), "gpus", gpus, "findings",
		findings);
	json_dumpf(report, stream, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	fputc('\n', stream);
	json_decref(report);
}
