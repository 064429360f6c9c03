#!/bin/sh
# Fuzzes every target for the given number of seconds, two at a time, from its saved inputs.
# A crash is left in build-fuzz/findings/TARGET/: make it a seed together with its fix.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ -f build-fuzz/build.ninja ] ||
	CC=clang meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
ninja -C build-fuzz --quiet

one() {
	target=$1
	name=$(basename "$target" | sed 's/^fuzz-//; s/-/_/')
	found=build-fuzz/findings/$name
	mkdir -p "$found" "build-fuzz/corpus/$name"
	if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$found/" "build-fuzz/corpus/$name" "tests/fuzz/seeds/$name" \
		>"$found/log" 2>&1; then
		echo "$name: $(sed -n 's/stat::number_of_executed_units: *//p' "$found/log") executions, no finding"
	else
		echo "$name: FINDING, see $found/log"
		return 1
	fi
}

bad=0
running=""
for target in build-fuzz/src/fuzz-* build-fuzz/src/daemon/fuzz-*; do
	if [ ! -f "$target" ] || [ ! -x "$target" ]; then continue; fi
	one "$target" &
	running="$running $!"
	# shellcheck disable=SC2086 # a list of process ids
	set -- $running
	if [ $# -ge 2 ]; then
		wait "$1" || bad=1
		shift
		running="$*"
	fi
done
for pid in $running; do
	wait "$pid" || bad=1
done
exit "$bad"
