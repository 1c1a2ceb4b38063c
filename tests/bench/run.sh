#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make bench` shows: run.sh BUILD. It measures and compares with the targets, and
# fails only if nothing could be measured.
set -u
build=$1
runs=${BENCH_RUNS:-51}
gpuhost=$build/gpuhost
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Pinned to one processor where that can be done.
measure() {
	if command -v taskset >/dev/null; then
		taskset -c 0 "$build/bench" "$@"
	else
		"$build/bench" "$@"
	fi
}

verdict() {
	awk -v value="$1" -v limit="$3" -v sign="$2" 'BEGIN {
		met = sign == "<" ? value < limit : sign == "<=" ? value <= limit : value >= limit
		print (met ? "met" : "MISSED") " (" sign " " limit ")"
	}'
}

row() {
	printf '%-58s %10s %-6s %s\n' "$@"
}

captures() {
	local machine
	"$gpuhost" capture --output "$work/this-machine.tar.zst" >/dev/null
	for machine in gigabyte-z790-aorus-pro-x_no-dmar asrock-b650e-riptide_ivrs; do
		tar -C "tests/machines/$machine" --zstd -cf "$work/$machine.tar.zst" \
			MANIFEST.json sys 2>/dev/null
	done
}

row "medians of $runs runs, one process each, one core" "" "" "target"
captures
for capture in "$work"/*.tar.zst; do
	read -r ms kib rate status < <(measure "$runs" "$gpuhost" check --from "$capture" --lang en)
	name=$(basename "$capture" .tar.zst)
	if [ "$status" -gt 3 ] || [ "$status" -lt 0 ]; then
		row "check --from $name" "failed" "" "exit status $status"
		continue
	fi
	row "check --from $name" "$ms" "ms" "$(verdict "$ms" '<' 20)"
	row "  peak memory" "$(awk "BEGIN { printf \"%.1f\", $kib / 1024 }")" "MiB" \
		"$(verdict "$((kib / 1024))" '<' 32)"
	row "  captures a second" "$rate" "1/s" "$(verdict "$rate" '>=' 100)"
done
read -r ours kib rate status < <(measure "$runs" "$gpuhost" check --lang en)
row "check of this machine" "$ours" "ms" ""
if command -v virt-host-validate >/dev/null; then
	read -r theirs kib rate status < <(measure "$runs" virt-host-validate qemu)
	row "virt-host-validate qemu" "$theirs" "ms" ""
	ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }")
	row "  ratio" "$ratio" "" "$(verdict "$ratio" '<=' 1)"
else
	row "virt-host-validate is not installed (libvirt-clients)" "skipped" "" ""
fi
