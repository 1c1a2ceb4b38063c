# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: command lines that are wrong.
machine=$machines/asrock-b650e-riptide_ivrs

call
if [ "$status" = 64 ] && [ -z "$(trouble)" ]; then
	ok "no command at all"
else
	not_ok "no command at all" "status $status"
fi
refuses "unknown command" 64 frobnicate
refuses "option for a command" 64 --frobnicate
refuses "a command written wrong" 64 Check
for command in check capture compare; do
	refuses "$command: unknown long option" 64 "$command" --frobnicate
	says "$command: the unknown option is named" '--frobnicate'
	refuses "$command: unknown short option" 64 "$command" -x
	refuses "$command: a help that has a value" 64 "$command" --help=yes
done
for option in from gpu with-gpu format output lang; do
	refuses "check --$option without its value" 64 check "--$option"
	says "check --$option without its value names it" "--$option"
done
refuses "capture --output without its value" 64 capture --output
refuses "check: a stray argument" 64 check "$machine"
says "check: where the capture goes" '--from'
refuses "check: a stray argument behind --" 64 check -- "$machine"
refuses "capture: a stray argument" 64 capture "$work/x"
is "capture: a stray argument writes nothing" test ! -e "$work/x"
refuses "both --gpu and --with-gpu" 64 check --from "$machine" --gpu 01:00.0 \
	--with-gpu "RTX 4080"
for format in xml JSON "" "text "; do
	refuses "--format \"$format\"" 64 check --from "$machine" --format "$format"
done
for language in fr EN zh "" ../../etc; do
	refuses "--lang \"$language\"" 64 check --from "$machine" --lang "$language"
done
refuses "--with-gpu of an unknown card" 64 check --from "$machine" --with-gpu "RTX 4080 Ultra"
says "--with-gpu of an unknown card suggests" 'RTX 4080'
refuses "--with-gpu of nothing like a card" 64 check --from "$machine" --with-gpu frobnicate
refuses "--with-gpu of an empty name" 64 check --from "$machine" --with-gpu ""
refuses "--with-gpu of an id nobody knows" 64 check --from "$machine" --with-gpu 10de:0001
refuses "--with-gpu of a long name" 64 check --from "$machine" \
	--with-gpu "$(printf 'x%.0s' {1..5000})"
refuses "--with-gpu with control characters" 64 check --from "$machine" \
	--with-gpu $'RTX\n\e[31m'
refuses "a command with control characters" 64 $'check\n\e[31m'
refuses "an option with control characters" 64 check $'--from\n\e[31m'
refuses "an argument with control characters" 64 check $'\n\e[31m'
refuses "a format with control characters" 64 check --format $'\n\e[31m'
refuses "a language with control characters" 64 check --lang $'\n\e[31m'
refuses "compare: no capture" 64 compare
refuses "compare: one capture" 64 compare "$machine"
refuses "compare: an unknown option behind captures" 64 compare "$machine" "$machine" --json
