#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Squid from end to end: build, prove, why, diff. Usage: squid.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

# What a proxy can pass of the policy: what it loses is UDP, and told.
zoom=examples/zoom-meetings-only.yaml
for policy in examples/zoom-office.yaml examples/zoom-meetings-only.yaml examples/office-suite.yaml; do
	stem=$(basename "$policy" .yaml)
	expect "$stem: build writes, reads back, and proves" 0 "" \
		build --to squid --accept-loss --policy "$policy" -o "$work/$stem.squid"
	expect "$stem: names are met, UDP is missing" 1 "not TCP: a proxy does not pass it" \
		prove --policy "$policy" "$work/$stem.squid"
done
expect "UDP is told as lost" 1 "a proxy passes TCP only" build --to squid --policy "$zoom"
expect "names are said" 1 "zoom/web-tcp +met" prove --policy "$zoom" "$work/zoom-meetings-only.squid"

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
base=$work/zoom-meetings-only.squid
broken=$work/broken.squid
awk '
/ 170\.114\.0\.0\/16/ && !cut { cut = 1; sub(" 170.114.0.0/16", "") }
/^http_access/ && !done { done = 1; print "acl broken_port port 8801"; print "acl extra dst 192.0.2.0/24"
	print "http_access deny broken_port"; print "http_access allow extra" }
{ print }' "$base" >"$broken"
block=$(grep -n '^http_access deny broken_port$' "$broken" | cut -d: -f1)
extra=$(grep -n '^http_access allow extra$' "$broken" | cut -d: -f1)
last=$(grep -n '^http_access deny all$' "$broken" | cut -d: -f1)
expect "a range that is missing" 1 "170.114.0.0/16:.*" prove --policy "$zoom" "$broken"
expect "its line" 1 "broken.squid:$last: http_access deny all" prove --policy "$zoom" "$broken"
expect "a port that is blocked" 1 "broken.squid:$block: http_access deny broken_port" \
	prove --policy "$zoom" "$broken"
expect "a range too many" 1 "broken.squid:$extra: http_access allow extra" \
	prove --policy "$zoom" "$broken"
"$program" prove --json --policy "$zoom" "$broken" >"$work/proof.json" 2>/dev/null
check "exactly these three, each with its line" \
	python3 tests/cli/threefaults.py "$work/proof.json" "$last" "$block" "$extra" 192.0.2.0/24 tcp

# ---- why and diff ----
expect "why names the line" 1 "broken.squid:$extra" why --policy "$zoom" --in "$broken" \
	"tcp 192.168.1.9 -> 192.0.2.1:443"
expect "why of a name" 0 "http_access allow CONNECT egret_port_2" why --policy "$zoom" --in "$base" \
	"tcp 192.168.1.9 -> 192.0.2.1:443 name us.zoom.us in lan out wan"
expect "why of UDP" 0 "a proxy does not pass it" why --policy "$zoom" --in "$base" \
	"udp 192.168.1.9 -> 170.114.0.1:8801 in lan out wan"
expect "diff of a list with itself" 0 "no difference" diff "$base" "$base"
expect "diff shows the range" 1 "192.0.2.0/24" diff "$base" "$broken"
expect "by GET port 443 is not asked for" 1 ":443" diff --at GET "$base" "$broken"

# ---- several files, and what is not given ----
mkdir "$work/device"
cat >"$work/device/squid.conf" <<'END'
include /etc/squid/conf.d/*.conf
acl names dstdomain -n "/etc/squid/names.txt"
http_access allow names web
http_access deny all
END
echo "acl web port 443" >"$work/device/ports.conf"
echo ".example.com # all of it" >"$work/device/names.txt"
expect "files of a device" 1 "tcp .* name example.com, \*.example.com" \
	prove --policy "$zoom" "$work/device"
expect "values that were not given" 1 "not modelled: acl names dstdomain /etc/squid/names.txt" \
	prove --policy "$zoom" "$work/device/squid.conf" "$work/device/ports.conf"
expect "an include that was not given" 1 "not modelled: include /etc/squid/conf.d" \
	prove --policy "$zoom" "$work/device/squid.conf" "$work/device/names.txt"
sed 's/^http_access allow CONNECT/& office/; s/^acl egret_src_1 /acl office time 08:00-18:00\n&/' \
	"$base" >"$work/unknown.squid"
expect "a time" 1 "not modelled: acl office time 08:00-18:00 at .*unknown.squid:[0-9]" \
	prove --policy "$zoom" "$work/unknown.squid"

# ---- from and to other languages ----
expect "translated to another language" 1 "http_access allow" \
	build --from "$base" --to iptables
expect "and from one" 1 "a proxy passes TCP only" \
	build --from tests/data/dialect/ios/edge.ios --to squid --at "Gi0/1 out"

# ---- hostile ----
expect "an unknown method" 3 "do not ask a proxy by" prove --policy "$zoom" --at POST "$base"
{ cat "$base"; echo "frobnicate on"; } >"$work/odd.squid"
expect "an unknown directive" 3 "no directive of squid" prove --policy "$zoom" "$work/odd.squid"
awk 'BEGIN { for (i = 0; i < 3000000; i++) print "http_access deny all" }' >"$work/long.squid"
expect "three million lines" 3 "more than 100000 lines" prove --policy "$zoom" "$work/long.squid"
truncate -s 100M "$work/big.squid"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from squid "$work/big.squid"

echo "1..$count"
