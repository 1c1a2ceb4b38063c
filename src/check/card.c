/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The card itself: is there one, can it be reset, who holds it, its option ROM, SR-IOV.
 */
#include "topics.h"

#include <string.h>

static struct check_result run_gpu_present(const struct check_input *input)
{
	if (input->with)
		return check_result(input, FINDING_NA, "predicted",
			_("%s: judged from what is known of the model, not seen"),
			input->with->name);
	if (!input->gpu->card && !input->gpu->display->name)
		return check_result(
			input, FINDING_PASS, "present", "%s", input->gpu->name);
	return check_result(input, FINDING_PASS, "present", "%s [%04x:%04x]",
		input->gpu->name, input->gpu->display->vendor_id,
		input->gpu->display->device_id);
}

const struct check check_gpu_present = {
	.id = "gpu-present",
	.title = N_("A GPU to pass through is there"),
	.severity = SEVERITY_INFO,
	.each = EACH_GPU,
	.run = run_gpu_present,
	.ref = "PCI Code and ID Assignment Specification (class 03)",
};

static const char *reports(const struct check_input *input, const struct card *card)
{
	if (!card || !card->reset_note)
		return "";
	return arena_printf(input->arena, " (%s)", _(card->reset_note));
}

static struct check_result run_gpu_reset(const struct check_input *input)
{
	const struct card *card = input->with ? input->with : input->gpu->card;
	const struct pci_function *display;

	if (input->with)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the methods show only with the card in the machine%s"),
			reports(input, card));
	display = input->gpu->display;
	if (display->reset_known == TRI_YES && display->reset_methods &&
		*display->reset_methods)
		return check_result(input, FINDING_PASS, "available", _("methods: %s%s"),
			display->reset_methods, reports(input, card));
	if (display->reset_known != TRI_UNKNOWN)
		return check_result(input, FINDING_FAIL, "none",
			_("the kernel offers no method (reset_method)%s"),
			reports(input, card));
	/* The kernel knows cards whose reset is broken: their own word isn't enough. */
	if (display->express.flr == TRI_YES)
		return check_result(input, FINDING_UNKNOWN, "probably",
			_("the card offers a function level reset (DevCap bit 28), but "
			  "the kernel's methods (reset_method) were not recorded%s"),
			reports(input, card));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("the kernel's methods (reset_method) were not recorded%s"),
		reports(input, card));
}

static const char *advise_gpu_reset(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_FAIL)
		return _("Without a reset the VM may start only once after each start "
			 "of the host: a newer kernel or firmware may help.");
	return input->with ? NULL : advice_read_as_root(input);
}

const struct check check_gpu_reset = {
	.id = "gpu-reset",
	.title = N_("The GPU can be reset between two starts of its VM"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_GPU,
	.run = run_gpu_reset,
	.advice = advise_gpu_reset,
	.ref = "Linux ABI sysfs-bus-pci (reset_method)",
};

static struct check_result run_gpu_rom(const struct check_input *input)
{
	const struct pci_function *display;

	if (input->with)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the ROM shows only with the card in the machine"));
	display = input->gpu->display;
	if (display->rom_known == TRI_YES)
		return check_result(input,
			display->rom_uefi == TRI_YES ? FINDING_PASS : FINDING_FAIL,
			display->rom_uefi == TRI_YES ? "uefi" : "legacy", _("images: %s"),
			display->rom_images);
	if (display->rom_size.known && display->rom_size.value == 0)
		return check_result(
			input, FINDING_FAIL, "none", _("the card shows no option ROM"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("the option ROM was not read: that takes root and a card that no "
		  "driver holds and nothing is shown on"));
}

const struct check check_gpu_rom = {
	.id = "gpu-rom",
	.title = N_("The GPU's option ROM holds an x64 UEFI image"),
	.severity = SEVERITY_INFO,
	.each = EACH_GPU,
	.run = run_gpu_rom,
	.ref = "PCI Firmware Specification 3.3, 5.1; UEFI specification 14.4.2",
};

static bool host_driver(const struct pci_function *function)
{
	return function->driver_known == TRI_YES &&
		strcmp(function->driver, "vfio-pci") != 0;
}

static struct check_result run_gpu_driver(const struct check_input *input)
{
	const char *list = NULL;
	bool held = false;

	if (input->with)
		return check_result(input, FINDING_NA, NULL, _("the card is not there"));
	for (size_t i = 0; i < input->gpu->n_functions; i++) {
		const struct pci_function *function = input->gpu->functions[i];

		if (function->driver_known == TRI_UNKNOWN)
			return check_result(input, FINDING_UNKNOWN, NULL,
				_("the driver of %s was not recorded"), function->slot);
		held = held || host_driver(function);
		list = check_join(input->arena, list,
			arena_printf(input->arena, "%s: %s", function->slot,
				function->driver_known == TRI_YES ? function->driver
								  : _("none")));
	}
	if (held)
		return check_result(input, FINDING_FAIL, "held",
			_("%s; the host's profile will bind the card to vfio-pci"), list);
	return check_result(input, FINDING_PASS, "free", "%s", list);
}

const struct check check_gpu_driver = {
	.id = "gpu-driver",
	.title = N_("No driver of the host holds the GPU"),
	.severity = SEVERITY_INFO,
	.each = EACH_GPU,
	.run = run_gpu_driver,
	.ref = "Linux Documentation/driver-api/vfio.rst",
};

static struct check_result run_sriov(const struct check_input *input)
{
	const struct pci_sriov *sriov;

	if (input->with)
		return check_result(input, FINDING_NA, NULL, _("the card is not there"));
	sriov = &input->gpu->display->sriov;
	if (sriov->present == TRI_NO)
		return check_result(input, FINDING_PASS, "absent",
			_("the card has no SR-IOV capability"));
	if (sriov->present == TRI_YES && sriov->enabled == TRI_YES && sriov->num_vfs)
		return check_result(input, FINDING_FAIL, "enabled",
			_("%u virtual functions are on: the card as a whole can't be "
			  "given away"),
			sriov->num_vfs);
	if (sriov->present == TRI_YES)
		return check_result(input, FINDING_PASS, "present",
			_("the card has the capability (%u virtual functions at most), "
			  "and it is off"),
			sriov->total_vfs);
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("extended config space was not recorded (needs root)"));
}

static const char *advise_sriov(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_FAIL)
		return NULL;
	return _("Switch the virtual functions off: passing a whole GeForce through "
		 "needs no SR-IOV.");
}

const struct check check_sriov = {
	.id = "sriov",
	.title = N_("SR-IOV is not in the way (it is not needed)"),
	.severity = SEVERITY_INFO,
	.each = EACH_GPU,
	.run = run_sriov,
	.advice = advise_sriov,
	.ref = "PCI Express Base Specification 9.3.3",
};
