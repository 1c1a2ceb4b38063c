# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: other people's formats: lspci, acpidump, hw-probe; whole, and with any line broken.
any="0 1 2 3"

# With this machine's devices, where there is lspci, and with real dumps.
if command -v lspci >/dev/null; then
	for options in -xxxx -xxx -x -vv -vvnn -vvnnk -vvvnnxxxx; do
		lspci "$options" >"$work/lspci" 2>/dev/null
		gives "lspci $options of this machine" "$any" check --from "$work/lspci"
	done
	for dump in cap-rebar tree-asus-p6t6 cap-ea-1; do
		for options in -vv -vvnn; do
			lspci -F "$machines/pciutils/$dump" "$options" >"$work/$dump$options" \
				2>/dev/null
			gives "lspci $options of $dump" 3 check --from "$work/$dump$options"
		done
	done
else
	skip "lspci of this machine" "there is no lspci"
fi
for file in "$machines"/lspci/*.txt "$machines"/pciutils/*; do
	sed 's/$/\r/' "$file" >"$work/crlf"
	gives "${file##*/} with DOS line ends" 3 check --from "$work/crlf"
	{
		echo '$ sudo lspci -vvnn'
		cat "$file"
	} >"$work/prompt"
	gives "${file##*/} behind a prompt" 3 check --from "$work/prompt"
	printf %s "$(cat "$file")" >"$work/endless"
	gives "${file##*/} without a final newline" 3 check --from "$work/endless"
done

# acpidump must tell of the IOMMU what the tables tell.
for machine in asus-maximus-z690-hero_dmar asrock-b650e-riptide_ivrs hp-dl360-g7_rmrr-slots \
	gigabyte-f2a78m_ivrs-no-ioapic lenovo-e15-gen2_drhd-base0; do
	call check --from "$machines/$machine" --format json
	cp "$work/out" "$work/folder"
	python "$here/acpidump.py" "$machines/$machine/sys/firmware/acpi/tables" >"$work/dump"
	gives "acpidump of $machine" "2 3" check --from "$work/dump" --format json
	for check in iommu-firmware iommu-sane interrupt-remapping; do
		json_is "acpidump of $machine: $check" "$work/out" "f['$check']['status']" \
			"$(json "$work/folder" "f['$check']['status']")"
	done
done
if command -v acpidump >/dev/null && acpidump >"$work/acpidump" 2>/dev/null; then
	gives "acpidump of this machine" "$any" check --from "$work/acpidump"
fi

mkdir -p "$work/probe/logs"
cp "$machines/lspci/desktop-rtx4080.txt" "$work/probe/logs/lspci_all"
python "$here/acpidump.py" "$machines/asus-maximus-z690-hero_dmar/sys/firmware/acpi/tables" \
	>"$work/probe/logs/acpidump"
for folder in probe probe/logs; do
	gives "hw-probe: $folder" "2 3" check --from "$work/$folder" --format json
	json_is "hw-probe: the GPU of $folder" "$work/out" "r['gpus'][0]['id']" 10de:2704
	json_is "hw-probe: the DMAR of $folder" "$work/out" "f['iommu-firmware']['status']" pass
	is "hw-probe: $folder holds to the schema" python -m jsonschema -i "$work/out" "$schema"
done
: >"$work/probe/logs/acpidump"
head -c 3000 /dev/urandom >"$work/probe/logs/dmidecode"
gives "hw-probe with broken logs" "2 3" check --from "$work/probe"

# Any line broken. A program with sanitizers is slow, and takes every third.
every=1
[ -z "$sanitized" ] || every=4
python "$here/acpidump.py" "$machines/asus-strix-z270e_rmrr-usb/sys/firmware/acpi/tables" |
	sed -n '/^DMAR/,/^$/p; /^APIC/,/^$/p' >"$work/tables"
for file in "$machines/pciutils/cap-rebar" "$machines/lspci/desktop-rtx4080.txt" "$work/tables"; do
	is "${file##*/} with any line broken" python "$here/lines.py" "$GPUHOST" "$file" $every
	left=$(ls -A "$work/tmp")
	is "${file##*/} with any line broken leaves nothing behind" test -z "$left"
	rm -rf "$work/tmp/"*
done
