#!/bin/sh
# Real updates of vendors' lists, one after the other, through `egret sync`: HTTP, guards, staging, taking
# over. All of them are believed; the known accidents are not. Speaks TAP. Usage: feedhistory.sh PROGRAM
#
# Histories in the tree are always replayed; those under EGRET_FEED_HISTORIES (default ../shared/data)
# where they are.
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cli/feeds.sh
. tests/cli/feeds.sh
more=${EGRET_FEED_HISTORIES:-../shared/data}
# shellcheck disable=SC2119 # plain
start_vendor

slowest=0
# sync_timed ARGUMENTS...
sync_timed() {
	start=$(date +%s%N)
	"$program" sync "$@" >"$work/said" 2>&1
	status=$?
	took=$((($(date +%s%N) - start) / 1000000))
	[ "$took" -le "$slowest" ] || slowest=$took
	return "$status"
}

# step VENDOR FILE NAME: serves FILE as NAME; it must be believed, and taken over.
step() {
	cp "$2" "$served/$3"
	sync_timed "$1"
	[ $? -le 1 ] && grep -q ": no change" "$work/said" && same=$((same + 1)) && return 0
	grep -q ": staged" "$work/said" && sync_timed "$1" --accept && staged=$((staged + 1)) && return 0
	echo "$2 is not taken over"
	cat "$work/said"
	return 1
}

# replay VENDOR NAME SAME STAGED FILE...: the vendor's list NAME goes through FILE...
replay() {
	vendor=$1 target=$2 want_same=$3 want_staged=$4 same=0 staged=0
	shift 4
	for file; do
		step "$vendor" "$file" "$target" || return 1
	done
	[ "$want_same" = - ] || [ "$same/$staged" = "$want_same/$want_staged" ] ||
		{ echo "$same the same, $staged taken over"; return 1; }
}

# ---- Zoom's general list ----
make_vendor zoom <<END
  general:
    file: Zoom.txt
    family: ipv4
    url: $url/Zoom.txt
    feed: list
    date: 2021-02-11
  union-v4:
    file: union-v4.txt
    family: ipv4
    url: $url/union-v4.txt
    feed: list
    date: 2026-06-14
  union-v6:
    file: union-v6.txt
    family: ipv6
    url: $url/union-v6.txt
    feed: list
    date: 2026-06-14
services:
  meetings:
    title: Meetings
    requirements:
      media:
        title: Media
        page: table 3 row 2
        proto: udp
        ports: 3478-3479,8801-8810
        lists: general
END
lists=$EGRET_CATALOGS/zoom/lists
# shellcheck disable=SC2046 # names without blanks
set -- $(ls tests/data/feeds/zoom/*.txt)
cp "$1" "$lists/Zoom.txt"
grep -v : tests/data/feeds/zoom-union-2026-06-14.txt >"$lists/union-v4.txt"
grep : tests/data/feeds/zoom-union-2026-06-14.txt >"$lists/union-v6.txt"
shift
check "Zoom: $# real updates are believed, those that change nothing change nothing" \
	replay zoom/general Zoom.txt 7 9 "$@"
check "what is held is the last that changed anything" cmp "$lists/Zoom.txt" tests/data/feeds/zoom/2026-08-30.txt

cp tests/data/zoom/malformed/naive-concat-ipv4.txt "$served/Zoom.txt"
expect "the glued file is refused" 3 "zoom/general is quarantined: the list that is held stays" sync zoom/general
expect "and each glued line told" 3 "latest:[0-9]+:1: error: '[0-9./]+' is no address or prefix" sync zoom/general
expect "with what it was" 3 "two entries run together" sync zoom/general
check "the list that is held stays" cmp "$lists/Zoom.txt" tests/data/feeds/zoom/2026-08-30.txt

grep -v : tests/data/feeds/zoom-union-2026-06-25.txt >"$served/union-v4.txt"
grep : tests/data/feeds/zoom-union-2026-06-25.txt >"$served/union-v6.txt"
expect "2026-06-25: merged and in another order is no change" 0 "zoom/union-v4: no change \(new\)" \
	sync zoom/union-v4 zoom/union-v6
check "the text is another one" sh -c "! cmp -s '$lists/union-v4.txt' '$served/union-v4.txt'"

# ---- publications: imported once, then kept up with ----
# history NAME FORMAT SAME STAGED FOLDER: FOLDER/DAY.json in the order of days.
history() {
	id=$1 format=$2 want=$3 then=$4
	# shellcheck disable=SC2046 # names without blanks
	set -- $(ls "$5"/????-??-??.json 2>/dev/null)
	if [ $# -lt 2 ]; then
		skip "$id: real updates" "its history is not here"
		return
	fi
	"$program" import "$1" --format "$format" --vendor "$id" --title A --page P --date 2021-01-01 \
		-o "$EGRET_CATALOGS/$id" >"$work/said" 2>&1
	check "$id: imported" test -f "$EGRET_CATALOGS/$id/catalog.yaml"
	sed -i -E "s,^    family: .*,&\n    url: $url/$id.json\n    feed: $format," "$EGRET_CATALOGS/$id/catalog.yaml"
	shift
	slowest=0
	check "$id: $# real updates are believed" replay "$id" "$id.json" "$want" "$then" "$@"
	echo "# $id: the slowest step took $slowest ms"
}

history zscaler zscaler 1 8 tests/data/feeds/zscaler
history misp misp 1 17 tests/data/feeds/misp
history google google - - "$more/google/history-cloud"
history github github - - "$more/github/history-meta"

# ---- the feeds of the shipped catalogs ----
# ship VENDOR: its catalog, with our server's address.
ship() {
	cp -r "catalogs/$1" "$EGRET_CATALOGS/"
	sed -i -E "s,https://(assets.zoom.us/docs/ipranges|api.github.com|endpoints.office.com/endpoints)/,$url/," \
		"$EGRET_CATALOGS/$1"/*.yaml
}
rm -r "$EGRET_CATALOGS" "$EGRET_STATE"
mkdir "$EGRET_CATALOGS"
for vendor in zoom github microsoft365; do
	ship $vendor
done
cp catalogs/zoom/lists/*.txt tests/data/import/vendors/github/meta.json "$served/"
mv "$served/meta.json" "$served/meta"
cp tests/data/import/vendors/microsoft365/worldwide-2024-07.json "$served/worldwide"
expect "GitHub: what the catalog was made of is no change" 0 "github/github: no change \(new\)" sync github
expect "Microsoft 365: the same" 0 "microsoft365/microsoft365: no change \(new\)" sync microsoft365
expect "Zoom: lists that are held are no change" 3 "zoom/meetings-v4: no change \(new\)" sync zoom
expect "and those that nobody has are told" 3 "zoom/phone-v4: never fetched \(failed\)" sync zoom
python3 -c '
import json, sys
sets = json.load(open(sys.argv[1]))
first = next(s for s in sets if s.get("ips") and s.get("tcpPorts"))
first["ips"].append("20.190.200.0/24")
first["tcpPorts"] += ",8443"
json.dump(sets, open(sys.argv[1], "w"))' "$served/worldwide"
expect "an address more is staged, with its requirement" 1 "touches microsoft365/.* flows come" sync microsoft365
expect "a port more is told" 1 "rows that are not those of the catalog: .*\(changed\)" sync microsoft365
expect "taken over" 0 "microsoft365/microsoft365: taken over" sync microsoft365 --accept
expect "the port is still to be imported" 1 "microsoft365/microsoft365: no change" sync microsoft365

echo "1..$count"
