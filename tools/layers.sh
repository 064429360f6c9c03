#!/bin/sh
# Refuses an #include that goes up or sideways in the house: a folder uses only folders on floors
# below it. The floors stand here once more, on purpose: src/meson.build could be edited by mistake.
set -eu
cd "$(dirname "$0")/../src"

floor_of() {
	case $1 in
	base) echo 0 ;;
	net) echo 1 ;;
	flow) echo 2 ;;
	rule | catalog) echo 3 ;;
	policy | nft) echo 4 ;;
	dialect | dns | inspect | proxy) echo 5 ;;
	verify | probe) echo 6 ;;
	control) echo 7 ;;
	web | lab) echo 8 ;;
	cmd | daemon) echo 9 ;;
	*) echo "" ;;
	esac
}

bad=0
for file in $(find . -name '*.[ch]' | sort); do
	from=$(echo "$file" | cut -d/ -f2)
	from_floor=$(floor_of "$from")
	if [ -z "$from_floor" ]; then
		echo "src/$from: a folder without a floor; give it one in tools/layers.sh" >&2
		bad=1
		continue
	fi
	included=$(sed -n 's/^#[[:space:]]*include[[:space:]]*"\([a-z]*\)\/.*/\1/p' "$file" | sort -u)
	for to in $included; do
		[ "$to" = "$from" ] && continue
		[ "$to" = support ] && continue # tests/support, for *_test.c
		to_floor=$(floor_of "$to")
		if [ -z "$to_floor" ] || [ "$to_floor" -ge "$from_floor" ]; then
			echo "src/${file#./}: includes $to/ (floor ${to_floor:-none}) from floor $from_floor" >&2
			bad=1
		fi
	done
done
[ "$bad" = 0 ] && echo "layers: every include goes down"
exit "$bad"
