#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests gpuhost as its users meet it: GPUHOST=build/gpuhost tests/cli/run.sh [TOPIC]...,
# from the top folder. Each topic is a file of shell beside this one. Needs neither root
# nor network; as root it also plays a normal user. Ends with "N passed, N failed".
set -u
: "${GPUHOST:=build/gpuhost}"
here=$(dirname "$0")
all="help usage machines files archives text_inputs gpu compare capture language output"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ ! -x "$GPUHOST" ]; then
	echo "not ok - there is no program $GPUHOST: run make first"
	echo "0 passed, 1 failed"
	exit 1
fi
GPUHOST=$(realpath "$GPUHOST")
# Debian's own: another python3 in the path may lack jsonschema.
PYTHON=/usr/bin/python3
[ -x $PYTHON ] || PYTHON=python3
export GPUHOST PYTHON

# A topic reports through its output alone, so that one that dies is a failure too.
run_topic() {
	bash "$here/topic.sh" "$1" >"$scratch/$1.log" 2>&1 </dev/null
	grep -q '^# end of topic$' "$scratch/$1.log" ||
		echo "not ok - topic $1 ended early" >>"$scratch/$1.log"
}

if [ $# = 0 ]; then
	read -ra topics <<<"$all"
else
	topics=("$@")
fi
for topic in "${topics[@]}"; do
	run_topic "$topic" &
	[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
done
wait
for topic in "${topics[@]}"; do
	grep -v '^# end of topic$' "$scratch/$topic.log" | sed "s/^\(not ok\|ok\|skipped\) - /\1 - $topic: /"
done
passed=$(cat "$scratch"/*.log | grep -c '^ok - ')
failed=$(cat "$scratch"/*.log | grep -c '^not ok - ')
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
