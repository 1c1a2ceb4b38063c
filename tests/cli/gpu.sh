# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: --gpu and --with-gpu.
desktop=$machines/lspci/desktop-rtx4080.txt
fiji=$machines/pciutils/cap-rebar

call check --from "$desktop" --format json
cp "$work/out" "$work/expected"
slot=$(json "$work/expected" "r['gpus'][0]['slot']")
id=$(json "$work/expected" "r['gpus'][0]['id']")
is "the desktop has an RTX 4080" test "$id" = 10de:2704
for name in "$slot" "${slot#0000:}" "$id" "${id^^}"; do
	gives "--gpu $name" "2 3" check --from "$desktop" --gpu "$name" --format json
	is "--gpu $name is the card judged without it" cmp "$work/out" "$work/expected"
done
for name in 0000:0f:02.0 0f:02.0 10de:ffff frobnicate 01:00 1 0001:01:00.0 \
	"$(printf 'x%.0s' {1..5000})"; do
	refuses "--gpu ${name:0:20}, which isn't there" 66 check --from "$desktop" --gpu "$name"
done
refuses "--gpu of an empty name" 64 check --from "$desktop" --gpu ""
refuses "--gpu with control characters" 66 check --from "$desktop" --gpu $'01:00.0\n\e[31m'
refuses "--gpu names its sound function" 64 check --from "$desktop" --gpu "${slot%0}1"
refuses "--gpu names a bridge" 64 check --from "$desktop" --gpu 00:01.0
refuses "--gpu with a machine without PCI" 66 check --gpu 01:00.0 \
	--from "$machines/asrock-b650e-riptide_ivrs"

slot=$(grep -m 1 -o '^[0-9a-f:]*\.[0-7]' "$fiji")
gives "--gpu: another vendor's card" "2 3" check --from "$fiji" --gpu "$slot" --format json
json_is "an AMD card's Resizable BAR is off" "$work/out" "f['rebar']['answer']" off
json_is "an AMD card is the GPU then" "$work/out" "r['gpus'][0]['id'][:4]" 1002
is "with --gpu it holds to the schema" python -m jsonschema -i "$work/out" "$schema"

for machine in "$machines"/*_* "$desktop" "$fiji" "$machines/pciutils/tree-asus-p6t6"; do
	name=${machine##*/}
	call check --from "$machine"
	alone=$status
	gives "--with-gpu in $name" "2 3" check --from "$machine" --with-gpu "RTX 4080" --format json
	cp "$work/out" "$work/with-${name%.txt}"
	json_is "--with-gpu in $name has findings of its own" "$work/out" \
		"all([x['subject'] == 'with-gpu' for x in r['findings'] if x['id'] in ('gpu-isolated', 'gpu-bars', 'gpu-reset', 'rebar') and x['subject'] not in [g['slot'] for g in r['gpus']]])" True
	json_is "--with-gpu in $name: isolation is not known" "$work/out" \
		"[x['status'] in ('unknown', 'skip') for x in r['findings'] if x['subject'] == 'with-gpu' and x['id'] == 'gpu-isolated']" "[True]"
	# Some machines' firmware alone forbids any card.
	if [ "$alone" = 2 ] && [ -d "$machine" ]; then
		json_is "--with-gpu in $name, which is not ready" "$work/out" "r['verdict']" not-ready
	fi
	gives "--with-gpu in $name, as text" "2 3" check --from "$machine" --with-gpu "RTX 4080"
	is "--with-gpu in $name, as text: 80 columns" python "$here/columns.py" "$work/out"
	gives "--with-gpu in $name, as HTML" "2 3" check --from "$machine" --with-gpu "RTX 4080" \
		--format html
done
inputs=()
for report in "$work"/with-*; do
	inputs+=(-i "$report")
done
is "with --with-gpu all holds to the schema" python -m jsonschema "${inputs[@]}" "$schema"
machine=$machines/asus-maximus-z690-hero_dmar
for name in "rtx 4080" "GeForce RTX 4080" "NVIDIA GeForce RTX 4080" 10de:2704 10DE:2704; do
	gives "--with-gpu \"$name\"" 3 check --from "$machine" --with-gpu "$name" --format json
	is "--with-gpu \"$name\" is the RTX 4080" cmp "$work/out" \
		"$work/with-asus-maximus-z690-hero_dmar"
done
gives "--with-gpu on this machine" "2 3" check --with-gpu "RTX 4080"
