#!/bin/sh
# Every command has a manual page whose synopsis is what -h prints, and no page has a lint error.
# Usage: man.sh PROGRAM DAEMON
set -eu
program=$(realpath "$1") daemon=$(realpath "$2")
cd "$(dirname "$0")/.."
bad=0
one_line() { tr -s ' \n' '  ' | sed 's/^ //; s/ $//'; }
# compare PAGE SAID: the page's synopsis is what -h says.
compare() {
	written=$(mandoc -T ascii -O width=200 "$1" | sed 's/.\x08//g' |
		sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d' | one_line)
	if [ "$2" != "$written" ]; then
		printf '%s\n  -h says   %s\n  page says %s\n' "$1" "$2" "$written" >&2
		bad=1
	fi
}
# shellcheck disable=SC2013 # names are words
for name in $(sed -n 's/^COMMAND(\(.*\))/\1/p' src/cmd/commands.def); do
	page=man/egret-$name.1
	if [ ! -f "$page" ]; then
		echo "egret $name has no manual page $page" >&2
		bad=1
		continue
	fi
	compare "$page" "$("$program" "$name" -h | sed -n '1s/^usage: //p' | one_line)"
done
compare man/egretd.8 "$("$daemon" -h | sed -n '1s/^usage: //p' | one_line)"
mandoc -T lint -W error man/*.[0-9] || bad=1
[ "$bad" = 0 ] && echo "man: every synopsis is what -h prints"
exit "$bad"
