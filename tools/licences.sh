#!/bin/sh
# Lists what a program is linked with and fails on a library that tools/licences.txt does not name.
# Usage: licences.sh PROGRAM...
set -eu
allowed=$(dirname "$0")/licences.txt
bad=0
for program in "$@"; do
	for library in $(ldd "$program" | sed -n 's/^[[:space:]]*\([^ ]*\).*/\1/p'); do
		name=$(basename "$library" | sed 's/\.so.*//')
		case $name in lib*san | libclang_rt*) continue ;; esac # sanitizer builds
		if [ "$name" = libgcc_s ] && grep -q __asan_init "$program"; then
			continue # clang's sanitizers unwind with it
		fi
		if ! grep -q "^$name " "$allowed"; then
			echo "$program is linked with $library, which tools/licences.txt does not allow" >&2
			bad=1
		fi
	done
done
[ "$bad" = 0 ] && echo "licences: every linked library is allowed"
exit "$bad"
