#!/bin/sh
# Compiles every header alone: a header includes what it needs itself.
set -eu
cd "$(dirname "$0")/.."
bad=0
for header in $(find src -name '*.h' ! -name banned.h | sort); do
	printf '#include "%s"\n' "${header#src/}" | ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Isrc -Wall \
		-Wextra -Werror -fsyntax-only -include src/base/banned.h -x c - || {
		echo "$header does not compile alone" >&2
		bad=1
	}
done
[ "$bad" = 0 ] && echo "headers: each compiles alone"
exit "$bad"
