# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For the other scripts, which source it: packages of Debian 13 and its backports without
# root and without touching the system: an apt of our own, with an empty package database,
# that takes mirror and keys from the system's. Needs $cache; APT_SITE names another mirror.

trixie=${cache:?}/rig/trixie

# The mirror that the system's own apt uses for Debian.
mirror() {
	local site
	# shellcheck disable=SC2016 # apt's own dollars
	site=${APT_SITE:-$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' \
		'Identifier: Packages' | sed -n 's/^Debian Debian //p' | head -1)}
	# No lists fetched yet: what the sources say.
	[ -n "$site" ] || site=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* \
		2>/dev/null | sed -n -E 's,^(URIs:|deb( \[[^]]*\])?) *([a-z]+://[^ ]*/debian)/?( .*)?$,\3,p' |
		head -1)
	if [ -z "$site" ]; then
		echo "apt's configuration names no Debian mirror; set APT_SITE" >&2
		return 69
	fi
	echo "$site"
}

# QEMU's own packages need one another in the same version, so all of them are pinned.
write_apt_configuration() {
	local site keys=
	site=$(mirror) || return
	for keys in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
		[ -e "$keys" ] && break
	done
	mkdir -p "$trixie"/apt/{lists/partial,cache/archives/partial,etc,log}
	: >"$trixie/apt/status"
	for suite in trixie trixie-backports; do
		echo "deb [signed-by=$keys] $site $suite main"
	done >"$trixie/apt/etc/sources.list"
	printf 'Package: %s\nPin: release n=trixie-backports\nPin-Priority: 600\n\n' \
		'qemu* seabios' 'linux-image-amd64 linux-binary-* linux-modules-*' \
		>"$trixie/apt/etc/preferences"
	cat >"$trixie/apt/apt.conf" <<-end
		Dir::State "$trixie/apt";
		Dir::State::lists "$trixie/apt/lists";
		Dir::State::status "$trixie/apt/status";
		Dir::Cache "$trixie/apt/cache";
		Dir::Log "$trixie/apt/log";
		Dir::Etc::sourcelist "$trixie/apt/etc/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "$trixie/apt/etc/preferences";
		Dir::Etc::preferencesparts "/dev/null";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Debug::NoLocking "true";
	end
}

own_apt() {
	local tool=$1
	shift
	APT_CONFIG=$trixie/apt/apt.conf "$tool" -q "$@"
}

update_lists() {
	write_apt_configuration || return
	own_apt apt-get update >&2
}

# unpack_into FOLDER PACKAGE.deb...
unpack_into() {
	local folder=$1 package
	shift
	mkdir -p "$folder"
	for package in "$@"; do
		dpkg-deb -x "$package" "$folder" || return
	done
}
