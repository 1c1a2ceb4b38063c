#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make check` runs, from the top folder: builds with both compilers and the
# sanitizers, unit tests, command-line tests, saved fuzz inputs, lint, a short fuzz run.
# Output of what passes goes to build/check/*.log. The last line is "N passed, N failed".
set -u
: "${MAKE:=make}" "${FUZZ_SECONDS:=10}"
jobs=$(nproc)
logs=build/check
passed=0
failed=0
mkdir -p "$logs"
export CMOCKA_MESSAGE_OUTPUT=stdout

say() {
	printf '%s [%ds]\n' "$*" "$SECONDS"
}

pass() {
	passed=$((passed + ${1:-1}))
}

# fail NAME LOG [COUNT]: with what the log says of it, for whoever sees no more than this.
fail() {
	failed=$((failed + ${3:-1}))
	echo "not ok $1 ($2)"
	awk '/^not ok/ { print; show = 1; next }
		show && /^#/ { print; next }
		{ show = 0 }
		/FAILED|ERROR|[Ee]rror|\*\*\*/' "$2" | head -80 | sed 's/^/# /'
	tail -5 "$2" | sed 's/^/# | /'
}

build() {
	local name=$1 log=$logs/build-$1.log
	shift
	if "$MAKE" --no-print-directory -k -j"$jobs" WERROR=1 "$@" >"$log" 2>&1 </dev/null; then
		pass
		say "ok build $name"
	else
		fail "build $name" "$log"
	fi
}

# A script or a cmocka program. Its own count, where it ends with one, is added; a program
# that ends badly without counting a failure is one.
run() {
	local name=$1 log status good bad
	log=$logs/$(tr -c 'a-zA-Z0-9\n' - <<<"$1").log
	shift
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	read -r good bad < <(awk '
		match($0, /\[  PASSED  \] [0-9]+ test/) {
			split(substr($0, RSTART), word, " ")
			good += word[4]
			seen = 1
		}
		match($0, /^\[  FAILED  \] [^ ]+: [0-9]+ test/) { bad += $5; seen = 1 }
		/^[0-9]+ passed, [0-9]+ failed$/ { last_good = $1; last_bad = $3; seen = 1 }
		END { print good + last_good + !seen, bad + last_bad }' "$log")
	if [ $status = 0 ] && [ "$bad" = 0 ]; then
		pass "$good"
		grep -a '^skipped' "$log"
		say "ok $name ($good)"
	else
		[ "$good" = 1 ] && ! grep -q -E 'PASSED|passed' "$log" && good=0
		pass "$good"
		fail "$name" "$log" $((bad > 0 ? bad : 1))
	fi
}

unit_tests() {
	local folder=$1 test
	for test in tests/unit/*_test.c; do
		test=$(basename "$test" .c)
		if [ -x "$folder/tests/$test" ]; then
			run "$folder $test" timeout 300 "$folder/tests/$test"
		fi
	done
}

# Seeds and crashes of the past, with every build that has a replayer.
replays() {
	local folder=$1 fuzzer
	for fuzzer in "$folder"/tests/*_replay; do
		local name files
		name=$(basename "$fuzzer" _replay)
		mapfile -t files < <(find "build/fuzz/seeds/$name" "tests/fuzz/crashes/$name" \
			-type f 2>/dev/null)
		run "$folder replay $name" timeout 300 "$fuzzer" "${files[@]}"
	done
}

build gcc binaries replays init build/init/pty rig
build clang CC=clang binaries
build sanitized SAN=1 binaries replays
build fuzzers FUZZ=1 fuzzers
unit_tests build
unit_tests build/clang
unit_tests build/san
for script in tests/cli/run.sh tests/schema/run.sh; do
	[ -x "$script" ] || continue
	GPUHOST=$PWD/build/gpuhost run "$script" "$script"
	GPUHOST=$PWD/build/san/gpuhost run "$script (sanitized)" "$script"
done
run "install" tests/install.sh
run "completion" tests/completion.sh
run "rig" tests/rig/run.sh
run "PID 1 in namespaces" tests/init/namespaces.sh build/init/gpuhost-init build/init/pty
run "lint" tests/lint/run.sh
run "lint selftest" tests/lint/selftest.sh
run "fuzz seeds" tests/fuzz/seeds.sh build/fuzz/seeds
replays build
replays build/san
run "fuzz" tests/fuzz/run.sh build/fuzz/tests "$FUZZ_SECONDS"
say "all logs are in $logs"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
