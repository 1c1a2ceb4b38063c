# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: machines side by side.
a=$machines/asrock-b650e-riptide_ivrs
b=$machines/hp-dl360-g7_rmrr-slots

gives "two equal machines" 0 compare "$a" "$a"
gives "three equal machines" 0 compare "$a" "$a/" "$a"
gives "ten equal machines" 0 compare "$a" "$a" "$a" "$a" "$a" "$a" "$a" "$a" "$a" "$a"
gives "two that differ" 1 compare "$a" "$b"
is "two that differ: 80 columns" python "$here/columns.py" "$work/out"
for name in "$a" "$b"; do
	is "the table names ${name##*/}" grep -q "${name##*/}" "$work/out"
done
is "the table marks what differs" grep -q '^[^ ][^ ]* *Interrupts can be remapped  *ok.*FAIL' "$work/out"
gives "three of which one differs" 1 compare "$a" "$a" "$b"
gives "the ten machines" 1 compare "$machines"/*_*
is "the ten machines: 80 columns" python "$here/columns.py" "$work/out"
for name in "$machines"/*_*; do
	is "the table of ten names ${name##*/}" grep -q "${name##*/}" "$work/out"
done
gives "formats mixed" 1 compare "$a" "$machines/lspci/desktop-rtx4080.txt" \
	"$machines/pciutils/cap-rebar"
: >"$work/broken"
refuses "a broken one first" 65 compare "$work/broken" "$a"
refuses "a broken one last" 65 compare "$a" "$b" "$work/broken"
says "the broken one is named" "$work/broken"
refuses "a missing one" 66 compare "$a" "$work/nowhere"
mkdir "$work/one" "$work/two"
cp -r "$a" "$work/one/machine"
cp -r "$b" "$work/two/machine"
gives "two with one name" 1 compare "$work/one/machine" "$work/two/machine"
many=()
for _ in {1..200}; do
	many+=("$a")
done
gives "two hundred machines" 0 compare "${many[@]}"
