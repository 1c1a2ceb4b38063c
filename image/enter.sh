#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command in the unpacked trixie folder: image/enter.sh COMMAND...
#
# A user namespace makes that possible without root; where those are forbidden (some
# containers), root's own chroot does. Only /dev/null and its like come from outside, so
# results depend on the folder alone.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(realpath build/cache/trixie/root)
environment=(PATH=/usr/bin:/usr/sbin HOME=/ LC_ALL=C.UTF-8 TZ=UTC
	SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-0}")

# shellcheck disable=SC2016 # expanded inside
inside='root=$1; shift
for node in null zero full random urandom; do
	[ -e "$root/dev/$node" ] || : >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node" || exit 125
done
exec chroot "$root" env -i "$@"'
enter=(unshare --mount)
[ "$(id -u)" = 0 ] || enter=(unshare --user --map-root-user --mount)
if "${enter[@]}" true 2>/dev/null; then
	exec "${enter[@]}" /bin/sh -c "$inside" sh "$root" "${environment[@]}" "$@"
fi
if [ "$(id -u)" != 0 ]; then
	echo "image/enter.sh: needs user namespaces (kernel.unprivileged_userns_clone=1)," \
		"or root" >&2
	exit 69
fi
for node in null:3 zero:5 full:7 random:8 urandom:9; do
	[ -c "$root/dev/${node%:*}" ] || mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"
done
exec chroot "$root" env -i "${environment[@]}" "$@"
