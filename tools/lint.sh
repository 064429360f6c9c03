#!/bin/sh
# Format, shell scripts, and clang-tidy over every C file.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
shellcheck tools/*.sh
git ls-files 'src/*.c' | xargs -P 2 -n 8 clang-tidy -p "$build" --quiet
echo "lint: clean"
