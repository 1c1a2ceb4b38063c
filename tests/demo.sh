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
echo
echo "Look at:"
ls -l "$out"/report.*.html "$out"/report.*.png
exit $faults
