#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests the emulated PC's own tools, without QEMU: the watcher on made-up serial lines, the
# GPU server's start and end, the boards' files. Ends with "N passed, N failed".
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
programs=${RIG_BUILD:-$top/build}/rig
watch=$programs/rig-watch
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

check() {
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $name"
		sed 's/^/# /' "$work/log"
	fi
}

# watches STATUS WORDS SCRIPT [OPTION]...: what a PC that is a script makes of it.
watches() {
	local status=$1 words=$2 script=$3 got
	shift 3
	"$watch" --grace 2 --timeout 20 "$@" -- sh -c "$script" >"$work/out" 2>&1
	got=$?
	cat "$work/out"
	[ "$got" = "$status" ] && grep -q "$words" "$work/out"
}

interrupted() {
	local pid child status
	rm -f "$work/child"
	"$watch" --until never -- sh -c "echo \$\$ >$work/child; exec sleep 60" &
	pid=$!
	until [ -s "$work/child" ]; do sleep 0.05; done
	child=$(cat "$work/child")
	kill -"$1" $pid
	wait $pid
	status=$?
	sleep 0.1
	# Nobody may have asked after it yet: then it is a zombie.
	if grep -v '^State:.*zombie' "/proc/$child/status" 2>/dev/null | grep -q '^State:'; then
		echo "$child still runs"
		return 1
	fi
	[ $status = "$2" ]
}

server_starts() {
	local pid card=$1 functions
	mkdir "$work/$card"
	"$programs/gpu-server" "$here/gpus/$card.conf" "$work/$card" >"$work/ready" &
	pid=$!
	until [ -s "$work/ready" ]; do
		kill -0 $pid || return
		sleep 0.05
	done
	functions=$(grep -c '^\[\[function\]\]' "$here/gpus/$card.conf")
	[ "$(wc -l <"$work/ready")" = "$functions" ] && [ -S "$work/$card/0.sock" ]
	local good=$?
	kill $pid
	wait $pid
	rm "$work/ready"
	return $good
}

refuses() {
	local status=$1 got
	shift
	"$@"
	got=$?
	[ $got = "$status" ]
}

check "a marker" watches 0 'time marker .* GPUHOST-RESULT status=ok' \
	'echo one; echo GPUHOST-RESULT status=ok; sleep 60' --until 'GPUHOST-RESULT '
check "a marker behind escapes" watches 0 'GPUHOST-RESULT x' \
	'printf "\033[2J\033[01;01H\033[=3hGPUHOST-RESULT x\r\n"; sleep 60' \
	--until 'GPUHOST-RESULT '
check "a marker within a line" watches 1 'time ended' 'echo say GPUHOST-RESULT ok' \
	--until 'GPUHOST-RESULT '
check "the kernel's first line" watches 0 'time kernel 0' \
	'echo "[    0.000000] Linux version 1"; echo ===; sleep 60' --until ===
check "switching off" watches 0 'time ended' 'echo bye' --until off
check "breaking down is no switching off" watches 1 'time ended' 'exit 3' --until off
check "silence" watches 2 'time silent' 'echo one; sleep 60' --until x --idle 1
check "too late" watches 3 'time late' 'while echo x; do sleep 0.1; done' --until y \
	--timeout 1
check "a long line" watches 0 'time marker' \
	'head -c 100000 /dev/zero | tr "\0" x; echo; echo ===' --until ===
check "no such program" refuses 1 "$watch" --until x -- "$work/none"
check "no command" refuses 64 "$watch" --until x
check "Ctrl-C ends the PC" interrupted TERM 130
check "a killed watcher takes the PC along" interrupted KILL 137
for card in $("$here/rig" gpus); do
	check "card $card" server_starts "$card"
done
check "no such card file" refuses 66 "$programs/gpu-server" "$work/none" "$work"
check "a folder as a card" refuses 65 "$programs/gpu-server" "$work" "$work"
for board in $("$here/rig" boards); do
	check "board $board" "$here/rig" expect "$board"
done
check "no such board" refuses 66 "$here/rig" run none --kernel x
check "no image" refuses 64 "$here/rig" run asus-z790
check "no usage" refuses 64 "$here/rig"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
