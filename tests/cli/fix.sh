#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egret prove --fix, in every language that has changes: one range missing, one port blocked, one
# range too many; the change mends these and nothing else. Usage: fix.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

policy=examples/zoom-meetings-only.yaml

# The three faults, in each language.
spoil_iptables() {
	awk '/^add .*170\.114\.0\.0\/16/ && !cut { cut = 1; next }
	/^# For/ { v4 = /For iptables/ }
	/ctstate NEW -j DROP/ && v4 { print; print "-A FORWARD -p tcp -m tcp --dport 8801 -j DROP"
		print "-A FORWARD -d 192.0.2.0/24 -p udp -m udp --dport 8801 -j ACCEPT"; next }
	{ print }'
}
spoil_nftables() {
	awk '{ sub("170.114.0.0/16 : jump", "170.114.0.0/17 : jump"); print }
	/ct state vmap/ { print "tcp dport 8801 drop"
		print "ip daddr 192.0.2.0/24 udp dport 8801 accept" }'
}
spoil_ios() {
	awk '/^ 170\.114\.0\.0 255\.255\.0\.0$/ && !cut { cut = 1; next }
	/^ip access-list extended EGRET-OUT-/ { print; print " deny tcp any any eq 8801"
		print " permit udp any 192.0.2.0 0.0.0.255 eq 8801"; next }
	{ print }'
}

spoil_squid() {
	awk '/^http_access/ && !done { print "acl more port 8801"; print "acl extra dst 192.0.2.0/24"
		print "http_access deny CONNECT more"; print "http_access allow CONNECT extra"; done = 1 }
	{ print }'
}

# What the two devices differ in, as flows a program can compare.
cat >"$work/judge.py" <<'END'
import json
import sys

proof, diff = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))


def flows(part):
    return sorted(box["text"] for box in part["boxes"])


assert proof["missing"]["flows"] == diff["added"]["flows"], (proof["missing"], diff["added"])
assert proof["excess"]["flows"] == diff["removed"]["flows"]
assert flows(proof["excess"]) == flows(diff["removed"])
assert diff["unsure"]["flows"] == "0"
END

for to in iptables nftables ios; do
	"$program" build --to $to --accept-loss --policy "$policy" -o "$work/good.$to" 2>/dev/null
	spoil_$to <"$work/good.$to" >"$work/broken.$to"
	expect "$to: wrong, and a change that mends it" 1 "proven to mend this and nothing else" \
		prove --policy "$policy" --fix "$work/change.$to" "$work/broken.$to"
	cat "$work/broken.$to" "$work/change.$to" >"$work/mended.$to"
	expect "$to: with the change it is right" 0 "^yes: " prove --policy "$policy" "$work/mended.$to"
	"$program" prove --json --policy "$policy" "$work/broken.$to" >"$work/proof.json" 2>/dev/null
	"$program" diff --json "$work/broken.$to" "$work/mended.$to" >"$work/diff.json" 2>/dev/null
	check "$to: the change is what was wrong, no more and no less" \
		python3 "$work/judge.py" "$work/proof.json" "$work/diff.json"
	echo kept >"$work/kept"
	expect "$to: nothing is wrong, nothing is written" 0 "no change is written" \
		prove --policy "$policy" --fix "$work/kept" "$work/good.$to"
	check "$to: the file is as it was" grep -qx kept "$work/kept"
done

# ---- a proxy: its change comes in front; UDP it cannot mend ----
"$program" build --to squid --accept-loss --policy "$policy" -o "$work/good.squid" 2>/dev/null
spoil_squid <"$work/good.squid" >"$work/broken.squid"
expect "squid: mended but for what a proxy does not pass" 1 "proven to mend all but that and nothing else" \
	prove --policy "$policy" --fix "$work/change.squid" "$work/broken.squid"
expect "squid: and that is told" 1 "cannot be mended by a change: zoom/meetings/meetings-media" \
	prove --policy "$policy" --fix "$work/change.squid" "$work/broken.squid"
cat "$work/change.squid" "$work/broken.squid" >"$work/mended.squid"
expect "squid: with the change it is as it was" 0 "no difference" diff "$work/good.squid" "$work/mended.squid"

# ---- a gateway's resolver opens addresses behind: a drop in front would stop those, too ----
"$program" build --to nftables --policy "$policy" -o "$work/own.nft" 2>/dev/null
awk '{ print } /ct state vmap/ && !done { print "tcp dport 443 accept"; print "udp dport 5000 accept"; done = 1 }' \
	"$work/own.nft" >"$work/hole.nft"
expect "what a resolver may open is not stopped" 1 "a rule in front would stop what the resolver opens" \
	prove --policy "$policy" --fix "$work/change.nft" "$work/hole.nft"
cat "$work/hole.nft" "$work/change.nft" >"$work/mended.nft"
expect "names pass as before" 1 "zoom/web-tcp +not here +by name: each address passes once" \
	prove --policy "$policy" "$work/mended.nft"
"$program" diff "$work/own.nft" "$work/mended.nft" >"$work/out" 2>&1
check "the other hole is closed" sh -c "! grep -q 5000 '$work/out'"

# ---- everything passes: no rules say the rest of it, so the policy comes in front, and then a drop ----
printf '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n# For ip6tables-restore\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n' |
	sed '1i # For iptables-restore' >"$work/open.iptables"
printf 'table inet t {\n\tchain f {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n}\n' \
	>"$work/open.nftables"
printf 'interface lan\ninterface wan\n ip access-group OUT out\nip access-list extended OUT\n permit ip any any\n' \
	>"$work/open.ios"
for to in iptables nftables ios; do
	expect "$to: everything passes, and a change that mends it" 1 "proven to mend this and nothing else" \
		prove --policy "$policy" --fix "$work/change.$to" "$work/open.$to"
	expect "$to: it says how" 1 "lets through all that the policy asks for, and stops all else" \
		prove --policy "$policy" --fix "$work/change.$to" "$work/open.$to"
	cat "$work/open.$to" "$work/change.$to" >"$work/mended.$to"
	expect "$to: with it nothing else does" 0 "^yes: " prove --policy "$policy" "$work/mended.$to"
done
printf 'interface Gi0/0\n ip address 192.168.1.1 255.255.255.0\ninterface Gi0/1\n ip address 203.0.113.2 255.255.255.252\n' \
	>"$work/none.ios"
expect "ios: without any list it asks where" 3 "everything passes at its interfaces" \
	prove --policy "$policy" --from ios "$work/none.ios"
expect "ios: at an interface without any list" 1 "proven to mend this and nothing else" \
	prove --policy "$policy" --from ios --at "Gi0/1 out" --fix "$work/none.change" "$work/none.ios"
check "ios: a list that stops all else has no tail" sh -c "! grep -q 'permit ip any any' '$work/none.change'"
cat "$work/none.ios" "$work/none.change" >"$work/mended.ios"
expect "ios: with the new ones nothing else passes" 0 "^yes: " \
	prove --policy "$policy" --at "Gi0/1 out" "$work/mended.ios"
expect "ios: where packets to the router come in, it warns" 1 "stops packets to the router itself, too" \
	prove --policy "$policy" --from ios --at "Gi0/0 in" --fix "$work/in.change" "$work/none.ios"
sed 's/hook forward/hook input/' "$work/open.nftables" >"$work/input.nft"
expect "the device's own packets get no drop of all else" 3 "do not mend it" \
	prove --policy "$policy" --at input --fix "$work/kept" "$work/input.nft"
check "ios: the family without a list gets one" grep -q "ipv6 traffic-filter EGRET-OUT6 out" "$work/change.ios"
check "ios: neighbor discovery still passes there" grep -q "permit icmp any any 135" "$work/change.ios"

# ---- IPv6 lists of IOS cannot be numbered anew ----
sed '/^ permit [ut][dc]p fd12/d' "$work/good.ios" >"$work/six.ios"
expect "more entries than there is room for" 1 "proven to mend this and nothing else" \
	prove --policy "$policy" --fix "$work/six.change" "$work/six.ios"
check "another list is applied instead" grep -q "traffic-filter EGRET-OUT6-.*-EGRET out" "$work/six.change"
cat "$work/six.ios" "$work/six.change" >"$work/mended.ios"
expect "with it the device is as it was" 0 "no difference" diff "$work/good.ios" "$work/mended.ios"

# ---- a hole for every name, where the policy has names: a packet filter cannot tell them apart ----
awk '/^ip access-list extended EGRET-OUT-/ { print; print " permit tcp any any eq 80"; next } { print }' \
	"$work/good.ios" >"$work/hole.ios"
expect "a hole for every name" 1 "proven to mend this and nothing else" \
	prove --policy "$policy" --fix "$work/change.ios" "$work/hole.ios"
cat "$work/hole.ios" "$work/change.ios" >"$work/mended.ios"
expect "is closed" 0 "no difference" diff "$work/good.ios" "$work/mended.ios"

# ---- answers that do not come back through a filter that does not remember ----
awk '/EGRET-BACK/ { back = 1; cut = 0 } back && /permit udp/ && !cut { cut = 1; next } { print }' \
	"$work/good.ios" >"$work/noback.ios"
expect "answers are let through again" 1 "proven to mend" \
	prove --policy "$policy" --fix "$work/back.ios" "$work/noback.ios"
cat "$work/noback.ios" "$work/back.ios" >"$work/mended.ios"
expect "and it is right" 0 "^yes: " prove --policy "$policy" "$work/mended.ios"

# ---- what a change cannot mend ----
cat >"$work/raw.nft" <<'END'
table inet t {
	chain early {
		type filter hook prerouting priority raw; policy accept;
		udp dport 8801-8810 drop
	}
}
END
cat "$work/good.nftables" >>"$work/raw.nft"
expect "what drops before the hook" 3 "rules in front of all others do not mend it" \
	prove --policy "$policy" --fix "$work/kept" "$work/raw.nft"
expect "it says what is left" 3 "still missing: .*" \
	prove --policy "$policy" --fix "$work/kept" "$work/raw.nft"
check "nothing is written then" grep -qx kept "$work/kept"

echo "1..$count"
