/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the machine starts: UEFI, CSM, Secure Boot, TPM, and the switches Linux can show.
 */
#include "topics.h"

static struct check_result run_uefi_boot(const struct check_input *input)
{
	switch (input->machine->system.uefi) {
	case TRI_YES:
		return check_result(
			input, FINDING_PASS, "uefi", _("/sys/firmware/efi is there"));
	case TRI_NO:
		return check_result(input, FINDING_FAIL, "bios",
			_("the system was started in legacy BIOS mode (no "
			  "/sys/firmware/efi)"));
	default:
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("/sys/firmware/efi was not recorded"));
	}
}

static const char *advise_uefi_boot(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Start the medium through its UEFI entry in the boot menu. If there is "
		 "none, switch CSM off.");
}

const struct check check_uefi_boot = {
	.id = "uefi-boot",
	.title = N_("The system was started through UEFI"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_MACHINE,
	.run = run_uefi_boot,
	.advice = advise_uefi_boot,
	.menu = "csm",
	.ref = "Linux ABI sysfs-firmware-efi",
};

/*
 * Nothing shows CSM as such. Secure Boot excludes it, a legacy start proves it; between
 * the two there is only a sign: a legacy video ROM that the kernel found at C0000h.
 * ("Video device with shadowed ROM" in the kernel log is no sign: it stands on pure UEFI
 * machines too.)
 */
static struct check_result run_csm_off(const struct check_input *input)
{
	const struct system *system = &input->machine->system;
	enum tri rom = input->machine->windows.video_rom;

	if (system->secure_boot == TRI_YES)
		return check_result(input, FINDING_PASS, "off",
			_("Secure Boot is on, which excludes CSM"));
	if (system->uefi == TRI_NO)
		return check_result(input, FINDING_FAIL, "on",
			_("the system was started in legacy BIOS mode"));
	if (system->uefi == TRI_YES && rom == TRI_NO)
		return check_result(input, FINDING_PASS, "no-sign",
			_("no sign of CSM: the kernel found no legacy video ROM at "
			  "C0000h"));
	if (system->uefi == TRI_YES && rom == TRI_YES && system->secure_boot == TRI_NO)
		return check_result(input, FINDING_FAIL, "probably-on",
			_("probably on: the kernel found a legacy video ROM at C0000h"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("no sign for or against CSM was recorded (/proc/iomem, Secure Boot)"));
}

static const char *advise_csm_off(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Switch CSM off: with it, firmware runs the GPU's legacy ROM, and "
		 "large BARs may stay small.");
}

const struct check check_csm_off = {
	.id = "csm-off",
	.title = N_("There is no sign of CSM (legacy BIOS support)"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_MACHINE,
	.run = run_csm_off,
	.advice = advise_csm_off,
	.menu = "csm",
	.ref = "UEFI specification; Linux arch/x86/kernel/probe_roms.c",
};

static struct check_result run_secure_boot(const struct check_input *input)
{
	switch (input->machine->system.secure_boot) {
	case TRI_YES:
		return check_result(input, FINDING_PASS, "on", _("Secure Boot is on"));
	case TRI_NO:
		return check_result(input, FINDING_PASS,
			input->machine->system.setup_mode == TRI_YES ? "setup-mode"
								     : "off",
			input->machine->system.setup_mode == TRI_YES
				? _("Secure Boot is off and in setup mode (no keys)")
				: _("Secure Boot is off"));
	default:
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("its EFI variable was not recorded"));
	}
}

const struct check check_secure_boot = {
	.id = "secure-boot",
	.title = N_("The state of Secure Boot is known"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_secure_boot,
	.ref = "UEFI specification 3.3",
};

static struct check_result run_host_tpm(const struct check_input *input)
{
	const struct system *system = &input->machine->system;

	if (system->tpm == TRI_NO)
		return check_result(input, FINDING_FAIL, "none",
			_("the system shows no TPM; none is needed, since a Windows 11 "
			  "guest gets an emulated one"));
	if (system->tpm == TRI_UNKNOWN)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("whether there is a TPM was not recorded"));
	if (!system->tpm_version.known)
		return check_result(input, FINDING_PASS, NULL, _("a TPM is there"));
	return check_result(input, FINDING_PASS,
		system->tpm_version.value == 2 ? "2.0" : "1.2", _("a TPM %s is there"),
		system->tpm_version.value == 2 ? "2.0" : "1.2");
}

const struct check check_host_tpm = {
	.id = "host-tpm",
	.title = N_("The host has a TPM"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_host_tpm,
	.ref = "TCG ACPI specification",
};

static struct check_result run_firmware_switches(const struct check_input *input)
{
	const struct machine *machine = input->machine;

	if (machine->n_attributes)
		return check_result(input, FINDING_PASS, machine->attributes[0].driver,
			_("Linux shows %zu options of this firmware (%s)"),
			machine->n_attributes, machine->attributes[0].driver);
	if (machine->attributes_known == TRI_YES)
		return check_result(input, FINDING_NA, NULL,
			_("Linux can't show this firmware's options"));
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("no driver that shows the firmware's options is loaded"));
}

static const char *advise_firmware_switches(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_UNKNOWN)
		return NULL;
	return _("On Dell, Lenovo and HP machines load the driver first: modprobe -a "
		 "dell-wmi-sysman think-lmi hp-bioscfg");
}

const struct check check_firmware_switches = {
	.id = "firmware-switches",
	.title = N_("Linux shows the firmware's options"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_firmware_switches,
	.advice = advise_firmware_switches,
	.ref = "Linux ABI sysfs-class-firmware-attributes",
};
