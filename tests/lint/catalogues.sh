#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Translations are complete: nothing untranslated or fuzzy, directives agree, and no
# sentence of the sources is missing.
set -u
bad=0
shopt -s nullglob
for po in src/po/*.po; do
	msgfmt --check -o /dev/null "$po" || bad=1
	gaps=$(msgattrib --untranslated --no-obsolete "$po" | grep -c '^msgid')
	fuzzy=$(msgattrib --only-fuzzy --no-obsolete "$po" | grep -c '^msgid')
	if [ "$gaps" != 0 ] || [ "$fuzzy" != 0 ]; then
		echo "$po: $gaps untranslated or fuzzy: $fuzzy"
		bad=1
	fi
	template=$(mktemp)
	{
		find src -name '*.c' | LC_ALL=C sort
		echo "$template.c"
	} >"$template.files"
	cat profiles/gpus/*.toml 2>/dev/null |
		sed -n 's/^reset-note *= *\(".*"\) *$/_(\1)/p' >"$template.c"
	xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --language=C --no-location \
		--force-po -f "$template.files" -o "$template"
	if ! msgcmp --use-untranslated "$po" "$template" >"$template.out" 2>&1; then
		echo "$po: run \`make po\`: $(grep -c 'is used but not defined' \
			"$template.out") sentences are missing"
		bad=1
	fi
	rm -f "$template" "$template".{c,files,out}
done
exit $bad
