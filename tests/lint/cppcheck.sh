#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Static analysis. Suppressed: constParameterCallback, since cmocka fixes the signatures of
# tests; nullPointerArithmetic, for `{ NULL + 0 }` never happens at length 0; and what cppcheck
# can't find (system headers).
set -u
extra=()
[ -d include ] && extra+=(-I include)
"$(dirname "$0")/files.sh" c | grep '\.c$' | grep -v '^tests/fuzz/' |
	xargs -r cppcheck -q -j "$(nproc)" --std=c11 --language=c -D_GNU_SOURCE \
		-DGPUHOST_VERSION='"0"' -D__x86_64__ "${extra[@]}" \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unknownMacro \
		--error-exitcode=1 --template='{file}:{line}: {id}: {message}'
