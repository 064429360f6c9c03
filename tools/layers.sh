#!/bin/sh
# Refuses an #include that goes up or sideways in the house: a folder uses only folders on floors
# below it. The floors stand here once more, on purpose: src/meson.build could be edited by mistake.
set -eu
cd "$(dirname "$0")/../src"

# shellcheck disable=SC2016 # the dollars are awk's
find . -name '*.[ch]' | sort | xargs awk '
BEGIN {
	split("base:0 net:1 flow:2 rule:3 catalog:3 policy:4 nft:4 import:4 dialect:5 dns:5 inspect:5 proxy:5 " \
	      "verify:6 probe:6 control:7 web:8 lab:8 cmd:9 daemon:9", pairs, " ")
	for (i in pairs) {
		split(pairs[i], pair, ":")
		floor[pair[1]] = pair[2]
	}
}
FNR == 1 {
	split(FILENAME, path, "/")
	from = path[2]
	if (!(from in floor)) {
		print "src/" from ": a folder without a floor; give it one in tools/layers.sh"
		bad = 1
		nextfile
	}
}
/^#[ \t]*include[ \t]*"[a-z]+\// {
	split($0, quoted, "\"")
	split(quoted[2], target, "/")
	to = target[1]
	if (to == from || to == "support") # support: tests/support, for *_test.c
		next
	if (!(to in floor) || floor[to] >= floor[from]) {
		print FILENAME ":" FNR ": includes " quoted[2] " from floor " floor[from]
		bad = 1
	}
}
END { exit bad }
' || exit 1
echo "layers: every include goes down"
