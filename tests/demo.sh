#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make demo` shows: demo.sh GPUHOST. Verdicts are exit statuses 0 to 3; anything else
# is a fault.
set -u
gpuhost=$1
machines=tests/machines
out=build/demo
faults=0
mkdir -p "$out"

judge() {
	echo
	echo "== $1 =="
	shift
	"$gpuhost" check "$@"
	local status=$?
	if [ $status -gt 3 ]; then
		echo "demo: gpuhost check $* failed with $status" >&2
		faults=1
	fi
}

# A browser of its own folder, and no word with the network.
picture() {
	local page=$1 image=$2 profile
	profile=$(mktemp -d)
	rm -f "$image"
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic \
		--no-first-run --disable-background-networking --disable-component-update \
		--disable-sync --hide-scrollbars --window-size=1100,3200 \
		--user-data-dir="$profile" --screenshot="$PWD/$image" "file://$PWD/$page" \
		>"$out/chromium.log" 2>&1 </dev/null
	rm -rf "$profile"
	if [ ! -s "$image" ]; then
		echo "demo: chromium made no picture of $page, see $out/chromium.log" >&2
		faults=1
	fi
}

judge "this machine" --lang en
judge "a Z790 board with VT-d switched off" --lang en \
	--from $machines/gigabyte-z790-aorus-pro-x_no-dmar
judge "a B650E board, in Chinese" --lang zh_CN --from $machines/asrock-b650e-riptide_ivrs
for language in en zh_CN; do
	judge "a desktop with an RTX 4080 as a page, from lspci's text ($language)" \
		--lang $language --format html --output "$out/report.$language.html" \
		--from $machines/lspci/desktop-rtx4080.txt
	picture "$out/report.$language.html" "$out/report.$language.png"
done

# The image in the emulated PC. What it takes may not be had here (no network, no root to
# install with): said, and no fault of the demo. From the first run on it is all there.
machine=$out/machine
boot_image() {
	local status
	if ! tests/need.sh image rig || ! make --no-print-directory iso rig || ! tests/rig/qemu.sh \
		>"$out/qemu.log"; then
		echo "demo: the image or QEMU can't be had here; the rest of the demo is done"
		return
	fi
	echo "The image starts in an emulated PC without KVM: half a minute of silence."
	RIG_BUILD=$PWD/build GPUHOST=$gpuhost RIG_OUT=$machine tests/rig/boot.sh asus-z790
	status=$?
	if [ $status != 0 ]; then
		echo "demo: the emulated PC did not do as its board's file says, see $machine" >&2
		faults=1
	fi
	[ ! -s "$machine/asus-z790/screen.png" ] ||
		cp "$machine/asus-z790/screen.png" "$out/screen.png"
	if [ -d "$machine/asus-z790/report" ]; then
		echo "What the started machine saved on its stick, as text:"
		cat "$machine/asus-z790/report/report.txt"
		cp "$machine/asus-z790/report/report.html" "$out/booted.html"
	fi
}

echo
echo "== the boot image in an emulated PC: ASUS Z790, RTX 4080 =="
rm -f "$out/screen.png" "$out/booted.html"
boot_image

echo
echo "Look at:"
ls -l "$out"/report.*.html "$out"/report.*.png
for file in "$out/screen.png" "$out/booted.html"; do
	[ ! -e "$file" ] || ls -l "$file"
done
exit $faults
