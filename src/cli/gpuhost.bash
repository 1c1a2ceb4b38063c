# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of gpuhost for bash. shellcheck shell=bash

_gpuhost_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_gpuhost_paths() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Display functions that are there, as slots.
_gpuhost_slots() {
	local device class
	for device in /sys/bus/pci/devices/*; do
		read -r class 2>/dev/null <"$device/class" || continue
		[[ $class == 0x03* ]] && echo "${device##*/}"
	done
}

_gpuhost() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_gpuhost_words "check capture compare --help --version" "$current"
		return
	fi
	case $previous in
	--from | --output) _gpuhost_paths "$current" ;;
	--format) _gpuhost_words "text json html" "$current" ;;
	--lang) _gpuhost_words "en zh_CN" "$current" ;;
	--gpu) _gpuhost_words "$(_gpuhost_slots)" "$current" ;;
	--with-gpu) ;;
	*)
		case ${COMP_WORDS[1]}/$current in
		check/*)
			_gpuhost_words "--from --gpu --with-gpu --format --output --lang --help" \
				"$current"
			;;
		capture/*) _gpuhost_words "--output --help" "$current" ;;
		compare/-*) _gpuhost_words "--help" "$current" ;;
		compare/*) _gpuhost_paths "$current" ;;
		esac
		;;
	esac
}

# Slots hold colons, which bash takes for ends of words.
COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}
complete -F _gpuhost gpuhost
