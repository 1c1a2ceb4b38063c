/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which display the host itself starts on. */
#include "topics.h"

/* Another display function than this slot's, or NULL. */
static const struct pci_function *other_display(
	const struct pci *pci, const struct pci_function *display)
{
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *function = &pci->functions[i];

		if (pci_is_display(function) &&
			(!display || !pci_same_slot(function, display)))
			return function;
	}
	return NULL;
}

/* Graphics of the CPU can't be switched on where it has none: Intel's and AMD's names
 * then end in F. */
static bool may_have_igpu(const struct machine *machine)
{
	const char *brand = machine->cpu.brand;

	if (!brand)
		return true;
	for (; *brand; brand++)
		if (*brand == 'F' && (brand[1] == ' ' || !brand[1]))
			return false;
	return true;
}

static struct check_result judge_only(const struct check_input *input, bool certain)
{
	struct check_result result;

	if (certain) {
		result = check_result(input, FINDING_FAIL, "only-display",
			_("it would be the host's only display: the screen goes black "
			  "when the VM takes it"));
		/* What is hidden has to be shown before it can be the primary one. */
		result.menu = may_have_igpu(input->machine) ? "igpu-multi-monitor" : "";
		return result;
	}
	if (input->machine->pci.known == TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("it is the only display; whether the host starts on it was "
			  "not recorded"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("whether the host has another display was not recorded"));
}

static struct check_result run_gpu_boot_display(const struct check_input *input)
{
	const struct pci *pci = &input->machine->pci;
	const struct pci_function *display = input->with ? NULL : input->gpu->display;
	const struct pci_function *other = other_display(pci, display);

	if (other && display && display->boot_vga == TRI_YES)
		return check_result(input, FINDING_PASS, "first-of-several",
			_("the host starts on it, but has another display: %s"),
			check_describe(input->arena, other));
	if (other)
		return check_result(input, FINDING_PASS, "other-display",
			_("the host has another display: %s"),
			check_describe(input->arena, other));
	if (!display)
		return judge_only(input, pci->known == TRI_YES);
	if (display->boot_vga == TRI_NO)
		return check_result(input, FINDING_PASS, "not-boot-display",
			_("the host does not start on it"));
	return judge_only(input, pci->known == TRI_YES && display->boot_vga == TRI_YES);
}

static const char *advise_gpu_boot_display(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("It works all the same: the host is then reached over the network. If "
		 "the CPU has graphics, switch iGPU Multi-Monitor on and make them the "
		 "primary display.");
}

const struct check check_gpu_boot_display = {
	.id = "gpu-boot-display",
	.title = N_("The host does not need the GPU for its own display"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_GPU,
	.run = run_gpu_boot_display,
	.advice = advise_gpu_boot_display,
	.menu = "primary-display",
	.ref = "Linux ABI sysfs-bus-pci (boot_vga)",
};
