#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual page renders without a warning, and names each option of `gpuhost --help`.
set -u
page=src/cli/gpuhost.1
[ -e "$page" ] || exit 0
problems=$(groff -t -man -ww -z -Kutf8 "$page" 2>&1)
[ -z "$problems" ] || { echo "$problems" && exit 1; }
