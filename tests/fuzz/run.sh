#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs each fuzzer for a while, as many at once as there are processors:
# run.sh FOLDER-OF-FUZZERS SECONDS. Inputs that crash one are kept in
# tests/fuzz/crashes/NAME, where they are tests from then on.
set -u
binaries=$1
seconds=$2
work=build/fuzz/corpus

fuzz() {
	local name=$1 crashes=tests/fuzz/crashes/$1 log=build/fuzz/$1.log before after
	mkdir -p "$work/$name" "$crashes"
	before=$(find "$crashes" -type f | wc -l)
	"$binaries/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-max_len=65536 -print_final_stats=1 -artifact_prefix="$crashes/" \
		"$work/$name" "build/fuzz/seeds/$name" "$crashes" >"$log" 2>&1 </dev/null
	local status=$?
	after=$(find "$crashes" -type f | wc -l)
	rmdir -p "$crashes" 2>/dev/null
	if [ $status = 0 ] && [ "$before" = "$after" ]; then
		echo "ok fuzz $name ($(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs)"
	else
		echo "not ok fuzz $name (see $log and $crashes)"
		grep -a -m 3 -E '^(SUMMARY|==[0-9]+== ?ERROR|.*runtime error)' "$log" | sed 's/^/# /'
	fi
}

tests/fuzz/seeds.sh build/fuzz/seeds || exit 1
export -f fuzz
export binaries seconds work
result=$(for fuzzer in "$binaries"/*_fuzz; do
	basename "$fuzzer" _fuzz
done | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz "$@"' fuzz '{}')
echo "$result"
failed=$(grep -c '^not ok' <<<"$result")
echo "$(grep -c '^ok' <<<"$result") passed, $failed failed"
[ "$failed" = 0 ]
