#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each lint can fail: a small tree that it is content with gets one fault, and it must
# complain. selftest.sh runs from the top folder.
set -u
lints=$PWD/tests/lint
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
passed=0
failed=0

fresh_tree() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree"/{src/{base,machine,check,cli,po},include/gpuhost,tests,profiles/gpus}
	cp .clang-format "$tree"/
	cat >"$tree/src/base/good.c" <<'end'
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that no lint minds. */
#include "gpuhost/arena.h"
#include "gpuhost/text.h"

/* system("no call in a comment") */
const char *good(void)
{
	return _("a sentence, and printf(no call)");
}
end
	printf '#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-or-later\necho good\n' \
		>"$tree/tests/good.sh"
	chmod +x "$tree/tests/good.sh"
	printf '.TH GOOD 1\n.SH NAME\ngood \\- a page\n' >"$tree/src/cli/gpuhost.1"
	catalogue 'msgid "a sentence, and printf(no call)"' 'msgstr "一句话"'
}

catalogue() {
	printf '%s\n' 'msgid ""' 'msgstr "Content-Type: text/plain; charset=UTF-8\n"' '' "$@" \
		>"$tree/src/po/zh_CN.po"
}

bad_source() {
	local file=$1
	shift
	{
		echo '/* SPDX-License-Identifier: GPL-2.0-or-later */'
		echo '/* Bad. */'
		printf '%s\n' "$@"
	} >"$tree/$file"
}

judge() {
	if [ "$1" = "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok lint selftest: $3"
	fi
}

run_lint() {
	(cd "$tree" && "$lints/$1.sh" >/dev/null 2>&1 </dev/null)
	case $? in
	0) echo quiet ;;
	77) echo skipped ;;
	*) echo complains ;;
	esac
}

# fault LINT DESCRIPTION COMMAND...: the command puts the fault into the tree.
fault() {
	local lint=$1 description=$2 verdict
	shift 2
	fresh_tree
	verdict=$(run_lint "$lint")
	[ "$verdict" = skipped ] && return
	judge quiet "$verdict" "$lint minds a tree without faults"
	"$@"
	judge complains "$(run_lint "$lint")" "$lint misses: $description"
}

append() {
	printf '%b' "$2" >>"$tree/$1"
}

long_function() {
	bad_source src/base/bad.c 'void bad(void)' '{'
	for _ in $(seq 61); do
		append src/base/bad.c '\tgood();\n'
	done
	append src/base/bad.c '}\n'
}

long_file() {
	bad_source src/base/bad.c
	for _ in $(seq 400); do
		append src/base/bad.c '\n'
	done
}

fault format "two spaces of indent" bad_source src/base/bad.c 'int bad(void)' '{' '  return 1;' '}'
fault cppcheck "a read past an array" bad_source src/base/bad.c 'int bad(void)' '{' \
	'	int a[2] = { 0, 1 };' '	return a[2];' '}'
fault includes "base includes machine" bad_source src/base/bad.c '#include "gpuhost/pci.h"'
fault includes "machine includes report" bad_source src/machine/bad.c \
	'#include "gpuhost/report.h"'
fault includes "a private header of another folder" bad_source src/check/bad.c \
	'#include "../machine/pci_parts.h"'
fault includes "a public header includes a higher one" bad_source include/gpuhost/pci.h \
	'#include "gpuhost/check.h"'
fault includes "a header of no module" bad_source include/gpuhost/stray.h
fault lengths "61 lines of function" long_function
fault lengths "more than 400 lines" long_file
fault calls "system()" bad_source src/cli/bad.c 'int bad(void)' '{' '	return system("ls");' '}'
fault calls "printf() in a library folder" bad_source src/check/bad.c 'void bad(void)' '{' \
	'	printf("x");' '}'
fault calls "exit() in a library folder" bad_source src/base/bad.c 'void bad(void)' '{' \
	'	exit (1);' '}'
fault headings "no SPDX line" append src/cli/bad.c 'int x;\n'
fault headings "no comment" append src/cli/bad.c \
	'/* SPDX-License-Identifier: GPL-2.0-or-later */\nint x;\n'
fault headings "a script without SPDX line" append tests/bad.sh '#!/bin/sh\necho\n'
fault spelling "a misspelling" append README.md 'It rec''ieves a card.\n'
# shellcheck disable=SC2016 # $1 is for the bad script
fault scripts "an unquoted variable" append tests/good.sh 'rm $1\n'
fault words "a mirror's name" append Makefile "# deb.debian"".org\n"
fault words "a path of a workplace" append Makefile "# /wo""rk/main\n"
fault whitespace "no final newline" append Makefile 'all:'
fault whitespace "blanks at a line's end" append Makefile 'all: \n'
fault whitespace "a script that can't be executed" append tests/bad.sh '#!/bin/sh\n'
fault whitespace "an executable that is no script" chmod +x "$tree/src/base/good.c"
documents() {
	printf '\t&check_cpu_virt,\n' >"$tree/src/check/table.c"
	echo '| cpu-virt | blocker | x |' >"$tree/README.md"
	echo "$1" >"$tree/README.zh-CN.md"
}

documents '| cpu-virt | 阻断 | x |'
judge quiet "$(run_lint documents)" "documents minds tables that agree"
fault documents "a check that a README lacks" documents '| cpu-vert | 阻断 | x |'
fault manual "an unknown macro" append src/cli/gpuhost.1 '.NOSUCHMACRO x\n'
fault catalogues "an untranslated sentence" catalogue 'msgid "a sentence, and printf(no call)"' \
	'msgstr ""'
fault catalogues "a fuzzy sentence" catalogue '#, fuzzy' 'msgid "a sentence, and printf(no call)"' \
	'msgstr "一"'
fault catalogues "a sentence the catalogue lacks" catalogue
fault catalogues "directives that differ" catalogue '#, c-format' 'msgid "%d cards"' \
	'msgstr "%s"'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
