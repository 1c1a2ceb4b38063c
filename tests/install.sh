#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An installed gpuhost finds its data and its messages, needs nothing of the build folder,
# and uninstalls to nothing.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
${MAKE:-make} --no-print-directory -s install WERROR=1 DESTDIR="$root" PREFIX=/usr >/dev/null
gpuhost=$root/usr/bin/gpuhost
machine=tests/machines/asrock-b650-pg-lightning_no-ivrs
status=0
"$gpuhost" check --from "$machine" --lang en >"$root/english" || status=$?
[ "$status" = 2 ] || { echo "check of a machine without IOMMU ended with $status" && exit 1; }
for language in zh_CN.UTF-8 en_GB.UTF-8; do
	env -i LANG=$language "$gpuhost" check --from "$machine" >"$root/$language" || true
done
cmp "$root/english" "$root/en_GB.UTF-8"
if [ -e build/locale/zh_CN/LC_MESSAGES/gpuhost.mo ]; then
	env -i LC_ALL=C "$gpuhost" check --from "$machine" --lang zh_CN >"$root/chinese" || true
	cmp "$root/chinese" "$root/zh_CN.UTF-8"
	if cmp -s "$root/chinese" "$root/english"; then
		echo "--lang zh_CN gave English" && exit 1
	fi
fi
MANPATH=$root/usr/share/man man -w gpuhost >/dev/null
make --no-print-directory -s uninstall DESTDIR="$root" PREFIX=/usr >/dev/null
left=$(find "$root/usr" -type f)
[ -z "$left" ] || { echo "left behind: $left" && exit 1; }
