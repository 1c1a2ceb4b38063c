/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The captures of real machines below tests/machines. */
#ifndef TESTS_UNIT_REAL_MACHINES_H
#define TESTS_UNIT_REAL_MACHINES_H

static const char *const machines[] = {
	"asrock-b650-pg-lightning_no-ivrs",
	"asrock-b650e-riptide_ivrs",
	"asrock-z170-extreme4_x2apic-optout",
	"asus-maximus-z690-hero_dmar",
	"asus-strix-z270e_rmrr-usb",
	"dell-t3500_no-interrupt-remapping",
	"gigabyte-f2a78m_ivrs-no-ioapic",
	"gigabyte-z790-aorus-pro-x_no-dmar",
	"hp-dl360-g7_rmrr-slots",
	"lenovo-e15-gen2_drhd-base0",
};

#endif
