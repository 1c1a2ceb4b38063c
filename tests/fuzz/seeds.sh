#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the fuzzers' first inputs from the machines and profiles in the tree:
# seeds.sh FOLDER fills FOLDER/NAME for each fuzzer NAME.
set -eu
out=$1
machines=tests/machines
rm -rf "$out"
mkdir -p "$out"/{archive,manifest,acpi,pci_config,lspci_dump,lspci_text,acpidump,toml}

# One table as acpidump writes it.
acpidump() {
	printf '%s @ 0x0000000000000000\n' "$(basename "$1")"
	od -An -v -t x1 -w16 "$1" | awk '{ printf "  %04X:%s  ................\n", n, $0; n += 16 }'
	echo
}

# Each function of a dump as a file of its own: the hex lines of one paragraph.
configs() {
	local hex number=0
	while IFS= read -r hex; do
		number=$((number + 1))
		printf '%b' "$hex" >"$out/pci_config/$1-$number"
	done < <(awk -v RS= '{
		hex = ""
		for (i = 1; i <= split($0, line, "\n"); i++)
			if (line[i] ~ /^[0-9a-f]+0: /) {
				sub(/^[0-9a-f]+: /, "", line[i])
				gsub(/ *[0-9a-f][0-9a-f]/, "\\x&", line[i])
				gsub(/ /, "", line[i])
				hex = hex line[i]
			}
		if (hex != "")
			print hex
	}')
}

for folder in "$machines"/*/; do
	name=$(basename "$folder")
	[ -e "$folder/MANIFEST.json" ] || continue
	cp "$folder/MANIFEST.json" "$out/manifest/$name"
	(cd "$folder" && { echo MANIFEST.json; find . -type f -path './*/*' -printf '%P\n'; }) |
		tar -C "$folder" -cf "$out/archive/$name.tar" -T -
	for table in "$folder"/sys/firmware/acpi/tables/*; do
		[ -f "$table" ] || continue
		case $table in
		*/DMAR | */IVRS | */APIC | */SRAT | */FACP | */MCFG)
			cp "$table" "$out/acpi/$name-$(basename "$table")"
			;;
		esac
		acpidump "$table"
	done >"$out/acpidump/$name"
done
first=$(find "$out/archive" -name '*.tar' | LC_ALL=C sort | head -1)
gzip -nc "$first" >"$first.gz"
for dump in "$machines"/pciutils/*; do
	[ -f "$dump" ] || continue
	name=$(basename "$dump")
	cp "$dump" "$out/lspci_dump/$name"
	configs "$name" <"$dump"
	if command -v lspci >/dev/null; then
		lspci -F "$dump" -vvnn >"$out/lspci_text/$name" 2>/dev/null || true
	fi
done
for text in "$machines"/lspci/*; do
	[ ! -f "$text" ] || cp "$text" "$out/lspci_text/"
done
cp profiles/boards/*.toml profiles/gpus/*.toml "$out/toml/"
