#!/bin/sh
# docs/requirements.md names every requirement of the page once, and only files that exist.
set -eu
cd "$(dirname "$0")/.."
doc=docs/requirements.md
bad=0
want=$(seq -f 'S%02.0f' 1 50)
have=$(sed -n 's/^| \(S[0-9][0-9]\) |.*/\1/p' "$doc")
if [ "$want" != "$have" ]; then
	echo "$doc: expected S01 to S50, each in one row, in order" >&2
	bad=1
fi
paths=$(sed -n '/^| S/p' "$doc" | tr '`' '\n' | grep -E '^(src|tests|catalogs|man|docs|examples|tools)/' || true)
if [ -z "$paths" ]; then
	echo "$doc: names no file" >&2
	bad=1
fi
for path in $paths; do
	[ -e "$path" ] && continue
	echo "$doc: names $path, which does not exist" >&2
	bad=1
done
# A row is met somewhere or waits for something; nothing is left open.
if grep -E '^\| S[0-9]' "$doc" | grep -vE '\| (met|as S|waits for: )'; then
	echo "$doc: the rows above are neither met nor waiting" >&2
	bad=1
fi
[ "$bad" = 0 ] && echo "requirements: S01 to S50, each met or waiting"
exit "$bad"
