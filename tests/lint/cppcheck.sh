#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Static analysis. Suppressed: system headers and macros that it can't find; its view of
# printf's arguments, which the compilers check better (it takes promotions for faults); its
# note (of newer versions) on how deep it looked; and tests that run out of memory.
set -u
extra=()
[ -d include ] && extra+=(-I include)
"$(dirname "$0")/files.sh" c | grep '\.c$' | grep -v '^tests/fuzz/' |
	xargs -r cppcheck -q -j "$(nproc)" --std=c11 --language=c -D_GNU_SOURCE \
		-DGPUHOST_VERSION='"0"' -D__x86_64__ "${extra[@]}" \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unknownMacro \
		--suppress=invalidPrintfArgType_uint --suppress=invalidPrintfArgType_sint \
		--suppress=normalCheckLevelMaxBranches \
		'--suppress=nullPointerOutOfMemory:tests/*' \
		'--suppress=nullPointerArithmeticOutOfMemory:tests/*' \
		--error-exitcode=1 --template='{file}:{line}: {id}: {message}'
