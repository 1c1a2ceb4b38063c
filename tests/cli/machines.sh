# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: the real machines come out as tests/machines/INDEX.md says, in all three formats.
mkdir "$work/reports"

# machine, verdict, and id=status[:answer] of what INDEX.md tells.
while read -r machine verdict words; do
	read -ra expected <<<"$words"
	case $verdict in
	not-ready) code=2 ;;
	*) code=3 ;;
	esac
	gives "$machine: text" $code check --from "$machines/$machine"
	cp "$work/out" "$work/reports/${machine//\//_}.txt"
	gives "$machine: HTML" $code check --from "$machines/$machine" --format html
	cp "$work/out" "$work/reports/${machine//\//_}.html"
	gives "$machine: JSON" $code check --from "$machines/$machine" --format json
	cp "$work/out" "$work/reports/${machine//\//_}.json"
	is "$machine: $verdict, and as INDEX.md tells" python "$here/agree.py" \
		"$work/reports/${machine//\//_}" "$verdict" "${expected[@]}"
	is "$machine: 80 columns" python "$here/columns.py" "$work/reports/${machine//\//_}.txt"
done <<-end
	gigabyte-z790-aorus-pro-x_no-dmar not-ready iommu-firmware=fail interrupt-remapping=skip
	asrock-b650-pg-lightning_no-ivrs not-ready iommu-firmware=fail:off iommu-sane=skip
	asrock-b650e-riptide_ivrs unknown iommu-firmware=pass:on iommu-sane=pass interrupt-remapping=pass:on
	asus-maximus-z690-hero_dmar unknown iommu-firmware=pass:on iommu-sane=pass interrupt-remapping=pass:on
	asrock-z170-extreme4_x2apic-optout unknown interrupt-remapping=pass:on x2apic-optout=fail
	asus-strix-z270e_rmrr-usb unknown iommu-firmware=pass:on rmrr-free=unknown
	hp-dl360-g7_rmrr-slots not-ready interrupt-remapping=fail:not-offered x2apic-optout=fail rmrr-free=unknown
	gigabyte-f2a78m_ivrs-no-ioapic not-ready iommu-firmware=pass:on interrupt-remapping=fail:not-offered
	dell-t3500_no-interrupt-remapping not-ready interrupt-remapping=fail:not-offered
	lenovo-e15-gen2_drhd-base0 not-ready iommu-sane=fail
	pciutils/cap-rebar unknown iommu-firmware=unknown
	pciutils/tree-asus-p6t6 unknown iommu-firmware=unknown
	pciutils/cap-ea-1 unknown iommu-firmware=unknown
	pciutils/broken-ecaps unknown iommu-firmware=unknown
	lspci/desktop-rtx4080.txt unknown gpu-present=pass
end

inputs=()
for report in "$work"/reports/*.json; do
	inputs+=(-i "$report")
done
is "all JSON holds to the schema" python -m jsonschema "${inputs[@]}" "$schema"

# What the captures don't cover must come out as unknown.
for machine in asus-maximus-z690-hero_dmar hp-dl360-g7_rmrr-slots; do
	for check in cpu-virt gpu-present iommu-active above-4g uefi-boot memory nics; do
		json_is "$machine: $check is unknown" "$work/reports/$machine.json" \
			"f['$check']['status']" unknown
	done
done
json_is "the ASRock board's menu option" "$work/reports/asrock-b650-pg-lightning_no-ivrs.json" \
	"f['iommu-firmware']['menu']['option']" IOMMU
json_is "the ASRock board's menu value" "$work/reports/asrock-b650-pg-lightning_no-ivrs.json" \
	"f['iommu-firmware']['menu']['value']" Enabled
json_is "the Gigabyte board's menu option" "$work/reports/gigabyte-z790-aorus-pro-x_no-dmar.json" \
	"f['iommu-firmware']['menu']['option']" VT-d
