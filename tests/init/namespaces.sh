#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs gpuhost-init as PID 1 of a PID namespace, in a small root folder with busybox, without
# any privilege: tests/init/namespaces.sh INIT PTY (the programs, as built).
#
# The "face" of each case is a shell script; what it finds out goes to /log, which lies in
# the root folder. In a PID namespace reboot(2) ends PID 1 as if by a signal: SIGINT stands
# for power off, SIGHUP for restart.
set -u
init=${1:-build/init/gpuhost-init}
pty=${2:-build/init/pty}
busybox=${BUSYBOX:-/bin/busybox}
passed=0
failed=0
OFF=130
RESTART=129

enter() {
	unshare --user --map-root-user --pid --mount --net --ipc --fork --kill-child "$@"
}

if ! enter true 2>/dev/null; then
	echo "skipped: this machine grants no user namespaces"
	exit 0
fi
if ! [ -x "$busybox" ] || head -c 4096 "$busybox" | grep -a -q ld-linux; then
	echo "skipped: $busybox is not a static busybox (Debian's busybox-static)"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() {
	passed=$((passed + 1))
	echo "ok $name: $1"
}

not_ok() {
	failed=$((failed + 1))
	echo "not ok $name: $1"
	tail -n 20 "$root"/log/* "$work/tty" 2>/dev/null | cat -v | sed 's/^/# /'
}

# check SENTENCE COMMAND...
check() {
	local sentence=$1
	shift
	if "$@"; then ok "$sentence"; else not_ok "$sentence"; fi
}

logged() {
	grep -q -e "$1" "$root/log/face" 2>/dev/null
}

said() {
	grep -q -e "$1" "$root/dev/kmsg" 2>/dev/null
}

shown() {
	grep -q -e "$1" "$work/tty" 2>/dev/null
}

is() {
	test "$@" || {
		echo "# $*"
		false
	}
}

# begin NAME: a new root folder; the face's script is read from standard input.
begin() {
	name=$1
	root=$work/$name
	mkdir -p "$root"/{bin,usr/bin,dev,proc,sys,log,lib/gpuhost}
	cp "$busybox" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	cp "$init" "$root/gpuhost-init"
	ln -s gpuhost-init "$root/init"
	: >"$root/dev/kmsg"
	touch "$root/dev/null" "$root/dev/tty1"
	rm -f "$work/tty"
	{
		# shellcheck disable=SC2016 # for the script
		printf '%s\n' '#!/bin/busybox sh' 'exec 3>>/log/face' \
			'log() { echo "$*" >&3; }' 'b=/bin/busybox' \
			'zombies() { $b grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null |' \
			'	$b wc -l; }' \
			'$b echo run >>/log/runs' 'runs=$($b wc -l </log/runs)'
		cat
	} >"$root/usr/bin/gpuhost"
	chmod +x "$root/usr/bin/gpuhost"
}

# boot PATH WORD...: runs it until it ends; $status and $took (in milliseconds) tell
# how. Keys to type come from $keys, a command.
keys=:
boot() {
	local start=$EPOCHREALTIME
	# shellcheck disable=SC2016 # for the inner shell
	"$keys" | timeout 60 "$pty" "$work/tty" unshare --user --map-root-user --pid --mount \
		--net --ipc --fork --kill-child /bin/sh -c '
			root=$1
			shift
			[ -e "$root/dev/null" ] && mount --bind /dev/null "$root/dev/null"
			[ -e "$root/dev/tty1" ] && mount --bind "$TTY" "$root/dev/tty1"
			exec chroot "$root" "$@"' sh "$root" "$@" >"$root/log/out" 2>&1
	status=$?
	took=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
}

ends() {
	check "$1" is "$status" = "$2"
}

begin boot <<-'end'
	case $runs in
	1)
		log "args $0"
		[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && log terminal
		[ "$($b cut -d' ' -f6 /proc/$$/stat)" = $$ ] && log leader
		[ "$($b cut -d' ' -f7 /proc/$$/stat)" != 0 ] && log controlling
		$b env | $b sort >>/log/env
		$b ls /proc/1/fd | $b tr '\n' ' ' >>/log/fds
		$b ls -l /proc/$$/fd >>/log/face-fds
		$b cat /proc/1/comm >>/log/comm
		$b cut -d' ' -f1 /proc/uptime >>/log/died
		kill -9 $$
		;;
	2)
		$b cut -d' ' -f1 /proc/uptime >>/log/born
		$b sleep 2
		[ -e /run/gpuhost/coldplug-done ] && log "done too early"
		: >/run/gpuhost/verdict
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			[ -e /run/gpuhost/coldplug-done ] && log "done" && break
			$b sleep 0.2
		done
		$b grep -q heap /proc/1/maps || log "no heap"
		log "zombies $(zombies)"
		$b mount >>/log/mounts
		: >/run/gpuhost/poweroff
		$b sleep 30
		;;
	esac
end
boot /gpuhost-init
ends "the file poweroff switches off" $OFF
check "the face has a terminal" logged terminal
check "the face leads a session" logged leader
check "the terminal is the controlling one" logged controlling
check "the face knows its console" grep -q '^GPUHOST_CONSOLE=/dev/tty1$' "$root/log/env"
check "the face has no words of the kernel in its environment" \
	is "$(wc -l <"$root/log/env")" -le 7
check "PID 1 holds descriptors 0 to 2 only" is "$(cat "$root/log/fds")" = "0 1 2 "
check "a face that was killed starts again within a second" awk -v from="$(cat "$root/log/died")" \
	-v to="$(cat "$root/log/born")" 'BEGIN { exit !(to != "" && to - from < 1) }'
check "/proc, /run and /tmp are mounted" \
	is "$(grep -c -E ' on /(proc|run|tmp) ' "$root/log/mounts")" = 3
check "a mount that fails is said" said "can't mount /dev: "
check "it is shown as well" shown "can't mount /dev: "
check "coldplug waits for the verdict" eval '! logged "done too early"'
check "then it does its work" logged '^done'
check "PID 1 allocated nothing" logged "no heap"
check "no zombie is left" logged "zombies 0"

begin orphans <<-'end'
	i=0
	while [ $i -lt 1000 ]; do
		( (exit 0) & )
		i=$((i + 1))
	done
	( $b sleep 0.3 & )
	$b sleep 1.5
	log "zombies $(zombies)"
	$b poweroff
	$b sleep 30
end
boot /init
ends "busybox's poweroff switches off" $OFF
check "1000 orphans leave no zombie" logged "zombies 0"

begin loop <<-'end'
	[ $runs -gt 5 ] || exit 7
	log again
	$b reboot
	$b sleep 30
end
type_exit() {
	sleep 4
	echo 'echo typed in $$ >/log/shell; exit'
	sleep 1
}
keys=type_exit
boot /gpuhost-init
keys=:
ends "busybox's reboot restarts" $RESTART
check "after five deaths there is one sentence" \
	is "$(grep -c 'died 5 times in 10 seconds (status 7); here is a shell' "$work/tty")" = 1
check "and a shell to type in" test -s "$root/log/shell"
check "leaving it starts the face again" logged again
check "the face was not tried more often" is "$(wc -l <"$root/log/runs")" = 6

begin stubborn <<-'end'
	trap 'log "asked to end"; exit 0' TERM
	( trap '' TERM INT HUP; exec $b sleep 1000 ) &
	( $b sleep 0.5; kill -INT 1 ) &
	while :; do $b sleep 0.1; done
end
boot /gpuhost-init
ends "SIGINT (Ctrl-Alt-Del) restarts" $RESTART
check "programs are asked to end" logged "asked to end"
check "those that won't are waited for two seconds, then killed" is "$took" -lt 6000
check "and not less" is "$took" -ge 2000

begin full <<-'end'
	case $runs in
	1)
		$b mount -t tmpfs -o size=64k,nr_inodes=5 none /run
		$b mount -t tmpfs -o size=64k none /tmp
		$b mkdir /run/gpuhost
		: >/run/gpuhost/verdict
		$b dd if=/dev/zero of=/run/fill bs=4096 2>/dev/null
		$b dd if=/dev/zero of=/tmp/fill bs=4096 2>/dev/null
		$b touch /run/1 /run/2 /run/3 /run/4 /run/5 2>/dev/null && log "not full"
		exit 1
		;;
	2)
		$b sleep 2
		log "zombies $(zombies)"
		$b poweroff
		$b sleep 30
		;;
	esac
end
boot /gpuhost-init
ends "it switches off with /run full" $OFF
check "/run was full" eval '! logged "not full"'
check "the face was started again, no zombie is left" logged "zombies 0"
check "a note that can't be written is said" shown "can't make /run/gpuhost/coldplug-done: "

begin bare <<-'end'
	log "runs"
	$b sleep 0.5
	$b poweroff
	$b sleep 30
end
rm -rf "${root:?}/dev"
boot /gpuhost-init
ends "it runs without /dev/console, without any device" $OFF
check "so does the face" logged runs

begin nothing <<-'end'
end
rm "$root/bin/sh" "$root/usr/bin/gpuhost"
(
	sleep 7
	pkill -USR1 -f "^/gpuhost-init just-this-test-$$\$"
) &
boot /gpuhost-init just-this-test-$$
wait
ends "without a face and a shell it lives on" $OFF
check "it says what it can't start" said "can't start /usr/bin/gpuhost: "
check "it says that there is no shell" said "the shell ended at once"
check "it does not spin" is "$(grep -c "can't start" "$root/dev/kmsg")" -le 12

begin shell <<-'end'
	log "face"
	$b poweroff
	$b sleep 30
end
type_leave() {
	sleep 1.5
	echo 'echo shell >>/log/face; kill -CHLD 1; exit'
}
keys=type_leave
boot /gpuhost-init gpuhost.shell gpuhost.verbose
keys=:
ends "gpuhost.shell is followed by the face when it is left" $OFF
check "the shell comes first" is "$(paste -sd' ' "$root/log/face")" = "shell face"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
