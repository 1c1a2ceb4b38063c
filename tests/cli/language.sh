# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: English and Chinese, colours, columns.
machine=$machines/asrock-b650-pg-lightning_no-ivrs
call check --from "$machine"
cp "$work/out" "$work/english"
call check --from "$machine" --format json
cp "$work/out" "$work/english.json"
chinese() {
	LC_ALL=C.UTF-8 grep -qP '[\x{4e00}-\x{9fff}]' "$1"
}
not() {
	! "$@"
}

# Whatever the environment says, or where it says nothing at all.
for environment in -- LC_ALL=C LC_ALL=POSIX LANG=C.UTF-8 LANG=en_GB.UTF-8 LANG=de_DE.UTF-8 \
	LANG=nonsense LC_ALL= "LC_ALL=C LANGUAGE=zh_CN" "LC_ALL=C LANG=zh_CN.UTF-8"; do
	words=()
	[ "$environment" = -- ] || read -ra words <<<"$environment"
	env -i "ASAN_OPTIONS=$ASAN_OPTIONS" "TMPDIR=$TMPDIR" "${words[@]}" timeout 20 "$GPUHOST" \
		check --from "$machine" >"$work/out" 2>"$work/err"
	status=$?
	judged "environment: $environment" 2
	is "environment: $environment gives English" cmp "$work/out" "$work/english"
done

# No catalogue, or one that is still empty, is no failure of the program.
translated=$(grep -c '^msgstr.* "[^"]' "$top/src/po/zh_CN.po")
all=$(grep -c '^msgid ' "$top/src/po/zh_CN.po")
if [ "$((translated * 2))" -lt "$all" ]; then
	skip "Chinese" "of $all sentences $translated are translated"
elif [ ! -e "$(dirname "$GPUHOST")/locale/zh_CN/LC_MESSAGES/gpuhost.mo" ]; then
	skip "Chinese" "there is no catalogue beside $GPUHOST"
else
	for input in "$machines"/*_* "$machines"/pciutils/cap-rebar \
		"$machines/lspci/desktop-rtx4080.txt"; do
		gives "Chinese: ${input##*/}" "2 3" check --from "$input" --lang zh_CN
		is "Chinese: ${input##*/} has Chinese" chinese "$work/out"
		is "Chinese: ${input##*/}: 80 columns" python "$here/columns.py" "$work/out"
		is "Chinese: ${input##*/} has no English sentence" not grep -qE \
			'^ *([a-z]+ ){5}' "$work/out"
	done
	call check --from "$machine" --lang zh_CN
	cp "$work/out" "$work/chinese"
	for environment in LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 "LANG=en_US.UTF-8 LANGUAGE=zh_CN:en" \
		LANG=zh_CN LC_MESSAGES=zh_TW.UTF-8; do
		read -ra words <<<"$environment"
		env -i "ASAN_OPTIONS=$ASAN_OPTIONS" "${words[@]}" timeout 20 "$GPUHOST" check \
			--from "$machine" >"$work/out" 2>"$work/err"
		status=$?
		judged "environment: $environment" 2
		is "environment: $environment gives Chinese" cmp "$work/out" "$work/chinese"
	done
	export LANG=zh_CN.UTF-8
	call check --from "$machine" --format json
	is "JSON stays English" cmp "$work/out" "$work/english.json"
	call check --from "$machine" --lang en
	is "--lang en is English in a Chinese environment" cmp "$work/out" "$work/english"
	refuses "Chinese: an error is one sentence" 66 check --from "$work/nowhere"
	refuses "Chinese: so is a wrong command line" 64 check --frobnicate
	is "Chinese: and it is Chinese" chinese "$work/err"
	: >"$work/empty"
	refuses "Chinese: so is a broken input" 65 check --from "$work/empty"
	for words in --help "check --help" "capture --help" "compare --help"; do
		read -ra arguments <<<"$words"
		gives "Chinese: gpuhost $words" 0 "${arguments[@]}"
		is "Chinese: gpuhost $words has Chinese" chinese "$work/out"
		is "Chinese: gpuhost $words: 80 columns" python "$here/columns.py" "$work/out"
	done
	gives "Chinese: compare" 1 compare "$machine" "$machines/hp-dl360-g7_rmrr-slots"
	is "Chinese: compare has Chinese" chinese "$work/out"
	is "Chinese: compare: 80 columns" python "$here/columns.py" "$work/out"
	gives "Chinese: capture" 0 capture --output "$work/x.tar.zst"
	is "Chinese: capture has Chinese" chinese "$work/out"
	unset LANG
	gives "Chinese JSON, where asked for" 2 check --from "$machine" --format json --lang zh_CN
	json_is "Chinese JSON has Chinese" "$work/out" \
		"any([c > '\\u4e00' for x in r['findings'] for c in x['evidence'] or ''])" True
	is "Chinese JSON holds to the schema" python -m jsonschema -i "$work/out" "$schema"
	is "Chinese JSON differs in sentences only" python -c '
import json, sys
a, b = (json.load(open(n)) for n in sys.argv[1:])
for r in a, b:
    for f in r["findings"]:
        del f["evidence"], f["advice"]
assert a == b' "$work/out" "$work/english.json"
	gives "Chinese HTML" 2 check --from "$machine" --format html --lang zh_CN
	is "Chinese HTML says so" grep -qi '<html[^>]* lang="\?zh' "$work/out"
	is "Chinese HTML has Chinese" chinese "$work/out"
fi

# Colours on a terminal alone. `script` plays one.
is "no colours without a terminal" not grep -q $'\e' "$work/english"
if command -v script >/dev/null; then
	on_terminal() {
		env -u TERM "ASAN_OPTIONS=$ASAN_OPTIONS" "$@" timeout 20 script -qec \
			"'$GPUHOST' check --from '$machine'" /dev/null </dev/null >"$work/out" 2>&1
		status=$?
	}
	on_terminal TERM=xterm-256color
	is "on a terminal the status is the same" test $status = 2
	is "colours on a terminal" grep -q $'\e\[' "$work/out"
	sed 's/\x1b\[[0-9;]*m//g; s/\r$//' "$work/out" >"$work/plain"
	is "but for colours it is the same text" diff "$work/plain" "$work/english"
	on_terminal TERM=xterm NO_COLOR=1
	is "no colours with NO_COLOR" not grep -q $'\e' "$work/out"
	on_terminal TERM=dumb
	is "no colours on a dumb terminal" not grep -q $'\e' "$work/out"
	on_terminal
	is "no colours without TERM" not grep -q $'\e' "$work/out"
	on_terminal TERM=xterm-256color
	TERM=xterm script -qec "'$GPUHOST' check --from '$machine' --output '$work/file'" /dev/null \
		</dev/null >/dev/null
	is "no colours in a file" cmp "$work/file" "$work/english"
else
	skip "colours" "there is no script"
fi
