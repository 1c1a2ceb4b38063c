#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Paths of one workplace, and the names of package mirrors, which are each machine's own
# affair. (Written in two parts, or this file would be a finding.)
set -u
bad='(^|[^A-Za-z0-9_.~-])/wo''rk/|\.\./sha''red|deb\.debian''\.org|snapshot\.debian''\.org'
bad+='|registry\.npmjs''\.org|pypi''\.org|proxy\.golang''\.org|crates''\.io'
if "$(dirname "$0")/files.sh" all | xargs -r grep -n -I -E "$bad"; then
	exit 1
fi
