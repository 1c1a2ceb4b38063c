#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetches the Debian packages that image/inputs.lock names into build/cache/packages, and
# checks their hashes: image/fetch.sh [--newest]
#
# apt does the fetching and checks Debian's signatures, with a configuration of its own
# below build/cache/apt, so neither root nor the system's package state is touched. The
# mirror is the one the system's apt uses. Where the archive no longer has a version of
# the lock (or with --newest), all are resolved anew, so that they fit together, and the
# lock is rewritten, which is said loudly: commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
here=image
cache=build/cache
packages=$cache/packages
lock=$here/inputs.lock
release=trixie
apt=$PWD/$cache/apt
for keyring in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
	[ ! -e "$keyring" ] || break
done

die() {
	echo "image/fetch.sh: $1" >&2
	exit 69
}

# name version architecture sha256 kind, of the file name it has in the cache
lock_lines() {
	[ ! -e "$lock" ] || grep -v '^#' "$lock" || true
}

file_of() {
	echo "$packages/$1_${2//:/%3a}_$3.deb"
}

# Succeeds if the lock has every package that packages.list asks for.
lock_is_whole() {
	local missing
	missing=$(comm -23 <(awk '!/^#/ && NF { print $1 }' $here/packages.list | sort -u) \
		<(lock_lines | cut -d' ' -f1 | sort -u))
	[ -z "$missing" ]
}

# Succeeds if every package of the lock is in the cache with the right hash.
cache_is_complete() {
	lock_is_whole || return 1
	lock_lines | while read -r name version arch hash _; do
		file=$(file_of "$name" "$version" "$arch")
		[ -e "$file" ] || exit 1
		echo "$hash  $file"
	done | sha256sum --check --quiet --strict - >/dev/null 2>&1 || return 1
	[ "$(lock_lines | wc -l)" = "$(lock_lines | while read -r name version arch _; do
		ls "$(file_of "$name" "$version" "$arch")" 2>/dev/null
	done | wc -l)" ]
}

# The base address that the system's apt has for Debian, or for its security updates.
mirror() {
	local suffix=$1 format
	# shellcheck disable=SC2016 # apt's own fields
	format='$(ORIGIN)|$(RELEASE)|$(REPO_URI)'
	apt-get indextargets --format "$format" 'Identifier: Packages' |
		awk -F'|' -v suffix="$suffix" '
			($1 == "Debian" || $1 == "") &&
			$2 ~ "^(bullseye|bookworm|trixie|forky|sid|testing|stable|oldstable)" suffix "$" {
				print $3; exit }'
}

write_sources() {
	local main security signed="[signed-by=$keyring]"
	main=$(mirror '')
	security=$(mirror -security)
	[ -n "$main" ] || die "this system's apt names no Debian mirror"
	{
		echo "deb $signed $main $release main"
		echo "deb $signed $main $release-updates main"
		echo "deb $signed $main $release-backports main"
		[ -z "$security" ] || echo "deb $signed $security $release-security main"
	} >"$apt/sources.list"
}

own_apt() {
	local command=$1
	shift
	"$command" -q -o Dir::State="$apt/state" -o Dir::State::status="$apt/status" \
		-o Dir::Cache="$apt/cache" -o Dir::Etc::sourcelist="$apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null -o APT::Sandbox::User= \
		-o APT::Architecture=amd64 -o APT::Architectures=amd64 \
		-o APT::Install-Recommends=false -o Acquire::Languages=none \
		-o Debug::NoLocking=true "$@"
}

prepare_apt() {
	mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial $packages
	: >"$apt/status"
	[ -e "$keyring" ] || die "please install debian-archive-keyring"
	write_sources
	own_apt apt-get update >"$apt"/update.log 2>&1 ||
		die "apt-get update failed; see $cache/apt/update.log"
}

wanted() {
	awk -v kind="$1" '!/^#/ && $2 == kind { print $1 }' $here/packages.list
}

# "name version arch" of what an installation of the arguments would unpack
closure() {
	own_apt apt-get --simulate install "$@" |
		sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*\[\([a-z0-9]*\)\]).*/\1 \2 \3/p'
}

resolve() {
	local root alone
	mapfile -t root < <(wanted root)
	mapfile -t alone < <(wanted alone)
	closure "${root[@]}" | sed 's/$/ root/'
	own_apt apt-cache --no-all-versions show "${alone[@]}" | awk '
		/^Package:/ { name = $2 } /^Version:/ { version = $2 }
		/^Architecture:/ { arch = $2 } /^$/ { print name, version, arch, "alone" }'
	closure "$(wanted kernel)/$release-backports" |
		grep -E '^linux-(image|binary|modules)-' | sed 's/$/ kernel/'
}

# Reads "name version arch ..." lines and fetches what the cache lacks.
download() {
	local name version arch names=()
	while read -r name version arch _; do
		[ -e "$(file_of "$name" "$version" "$arch")" ] || names+=("$name=$version")
	done
	[ ${#names[@]} -gt 0 ] || return 0
	echo "  FETCH   ${#names[@]} packages"
	(cd $packages && own_apt apt-get download "${names[@]}") \
		>"$apt"/download.log 2>&1
}

write_lock() {
	local name version arch kind
	{
		echo "# Debian packages of the image: name version architecture SHA-256 kind."
		echo "# Written by image/fetch.sh from image/packages.list."
		while read -r name version arch kind; do
			echo "$name $version $arch" "$(sha256sum \
				<"$(file_of "$name" "$version" "$arch")" | cut -d' ' -f1)" "$kind"
		done | LC_ALL=C sort
	} >$lock.new
}

renew() {
	local resolved
	resolved=$(resolve)
	download <<<"$resolved" || die "download failed; see $cache/apt/download.log"
	write_lock <<<"$resolved"
	{
		echo "image/fetch.sh: !!! $lock is rewritten, for the archive has moved on:"
		diff <(lock_lines) <(grep -v '^#' $lock.new) | grep '^[<>]' || true
		echo "image/fetch.sh: !!! the image will differ; commit $lock"
	} >&2
	mv $lock.new $lock
}

if [ "${1:-}" != --newest ] && cache_is_complete; then
	exit 0
fi
prepare_apt
if [ "${1:-}" != --newest ] && lock_is_whole && lock_lines | download; then
	cache_is_complete || die "a package differs from the hash in $lock"
	exit 0
fi
renew
