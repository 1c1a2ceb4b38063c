#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Common misspellings. Menu names are spelt as the firmware spells them.
set -u
"$(dirname "$0")/files.sh" all | grep -Ev '\.po$|^profiles/|^README\.zh-CN' |
	xargs -r codespell -q 3 --ignore-words-list=te,nd,re-use
