#!/bin/sh
# Runs every benchmark: each prints egret and its peer side by side, and the ratio.
set -u
cd "$(dirname "$0")/.." || exit 3
build=${1:-build}
bad=0
for bench in "$build"/bench/bench-*; do
	if [ ! -f "$bench" ] || [ ! -x "$bench" ]; then continue; fi
	printf '\n== %s\n' "$(basename "$bench" | sed 's/^bench-//')"
	"$bench" || bad=1
done
for bench in bench/*.sh; do
	printf '\n== %s\n' "$(basename "$bench" .sh)"
	"$bench" "$build" || bad=1
done
exit "$bad"
