# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: what the program says of itself.

for words in --help -h help "check --help" "capture --help" "compare --help" "check -h" \
	"capture -h" "compare -h" "check --format json --help" --version; do
	read -ra arguments <<<"$words"
	gives "gpuhost $words" 0 "${arguments[@]}"
	is "gpuhost $words fits 80 columns" python "$here/columns.py" "$work/out"
done
call --version
is "--version names program and version" grep -qxE 'gpuhost [0-9]+\.[0-9]+\.[0-9]+' "$work/out"
call --help
for command in check capture compare; do
	is "--help mentions $command" grep -q "^  gpuhost $command" "$work/out"
done

# Options by the contract, and by the parser, so that neither gets ahead of the help.
for pair in check:from check:gpu check:with-gpu check:format check:output check:lang \
	capture:output; do
	call "${pair%:*}" --help
	is "${pair%:*} --help mentions --${pair#*:}" grep -q -e "--${pair#*:}" "$work/out"
done
for command in check capture compare; do
	call "$command" --help
	while read -r option; do
		is "$command --help mentions --$option, which it takes" \
			grep -q -e "--$option\b" "$work/out"
	done < <(sed -n 's/.*{ "\([a-z-]*\)", [a-z]*_argument.*/\1/p' "$top/src/cli/$command.c" |
		grep -vx help)
done
