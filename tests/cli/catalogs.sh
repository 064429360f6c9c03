#!/bin/sh
# The shipped catalogs: each is what `egret import` makes of its input and its overlay, to the byte,
# and policies can use them all. Speaks TAP. Usage: catalogs.sh PROGRAM
#
# The line "# import: ARGUMENTS" in catalogs/VENDOR/overlay.yaml says what it is made of. Zoom's page
# itself cannot be kept here: ours has its shape and its facts, so its hash and its name differ.
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
unset EGRET_DICTIONARIES

# exits STATUS ARGUMENTS...: does egret end so? "01": with either.
exits() {
	want=$1
	shift
	"$program" "$@" >"$work/said" 2>&1
	got=$?
	case $want in *"$got"*) return 0 ;; esac
	echo "egret $*: exit $got, expected $want"
	cat "$work/said"
	return 1
}

says() {
	grep -Eq -- "$1" "$work/said" && return 0
	echo "it does not say: $1"
	cat "$work/said"
	return 1
}

# rebuild VENDOR: 0 and 1 are answers of import (problems are told), others are failures.
rebuild() {
	line=$(sed -n 's/^# import: //p' "catalogs/$1/overlay.yaml")
	[ -n "$line" ] || { echo "no line '# import:' in the overlay"; return 1; }
	# shellcheck disable=SC2086 # the line is arguments
	"$program" import $line --overlay "catalogs/$1/overlay.yaml" --output "$work/$1" \
		>"$work/said" 2>&1
	[ $? -le 1 ] || { cat "$work/said"; return 1; }
}

# What a catalog is made of, without what a page that only has the same shape cannot have.
facts() {
	if [ "$1" = zoom ]; then
		grep -v -e '^#' -e '^page-sha256:' "$2"
	else
		cat "$2"
	fi
}

same() {
	facts "$1" "$work/$1/catalog.yaml" >"$work/new" && facts "$1" "catalogs/$1/catalog.yaml" \
		>"$work/old" && diff "$work/old" "$work/new" && diff -r "catalogs/$1/lists" "$work/$1/lists"
}

# Nothing on the page is without a reviewed row, and no reviewed row is without its place.
reviewed() {
	says ': [0-9]+ rows the same, 0 moved, 0 changed, 0 new, 0 gone,'
}

for folder in catalogs/*/; do
	check "$folder has an overlay" test -f "${folder}overlay.yaml"
done
for overlay in catalogs/*/overlay.yaml; do
	vendor=$(basename "$(dirname "$overlay")")
	check "$vendor: imports" rebuild "$vendor"
	check "$vendor: all rows are reviewed" reviewed
	check "$vendor: the catalog is what its overlay and its input make" same "$vendor"
	check "$vendor: is listed" exits 0 catalog "$vendor"
done

# ---- policies over them ----
all_services() {
	"$program" catalog "$1" --json 2>/dev/null | python3 -c '
import json, sys
names = ["/".join((s["vendor"], s["service"])) for s in json.load(sys.stdin)]
print("zones: {all: {addresses: [10.0.0.0/8, \"2001:db8::/32\"]}}")
print("allow: [{services: [%s], from: all}]" % ", ".join(names))'
}

for overlay in catalogs/*/overlay.yaml; do
	vendor=$(basename "$(dirname "$overlay")")
	all_services "$vendor" >"$work/$vendor.yaml"
	check "$vendor: a policy of all services is checked" exits 01 check --policy "$work/$vendor.yaml"
	check "$vendor: and built" exits 0 build --to nftables --accept-loss --policy "$work/$vendor.yaml"
done

suite=examples/office-suite.yaml
check "four vendors in three zones: checked" exits 1 check --policy $suite
check "it says what is unverified" says "microsoft365/exchange are unverified"
check "built" exits 0 build --to nftables --accept-loss --policy $suite --output "$work/suite.nft"
check "what is built proves clean" exits 0 prove --policy $suite "$work/suite.nft"
for flow in 'udp 10.2.1.2 -> 52.112.1.1:3478' 'udp 10.2.33.2 -> 170.72.1.1:5004' \
	'tcp 10.2.33.2 -> 74.125.250.9:443' 'udp 10.2.17.2 -> 170.114.10.1:8801'; do
	check "allowed: $flow" exits 0 why "$flow" --policy $suite
done
for flow in 'udp 10.2.33.2 -> 52.112.1.1:3478' 'udp 10.2.17.2 -> 170.72.1.1:5004' \
	'udp 10.2.1.2 -> 13.107.64.1:3478'; do
	check "refused: $flow" exits 1 why "$flow" --policy $suite
done

echo "1..$count"
