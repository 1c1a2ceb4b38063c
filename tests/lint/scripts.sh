#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts.
set -u
"$(dirname "$0")/files.sh" script | xargs -r shellcheck -x
