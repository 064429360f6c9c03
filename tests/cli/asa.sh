#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cisco ASA from end to end: build, prove, why, diff. Usage: asa.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

zoom=$work/zoom.yaml
sed 's#services: .*#services: [zoom/meetings]#' examples/zoom-meetings-only.yaml >"$zoom"

# ---- the law: what is built proves clean, less what is told ----
for policy in examples/zoom-office.yaml examples/zoom-meetings-only.yaml examples/office-suite.yaml; do
	stem=$(basename "$policy" .yaml)
	expect "$stem: build writes, reads back, and proves" 0 "" \
		build --to asa --accept-loss --policy "$policy" -o "$work/$stem.asa"
	expect "$stem: without its names it is not certain" 3 "not modelled: fqdn object EGRET-" \
		prove --policy "$policy" "$work/$stem.asa"
	expect "$stem: and from its name" 3 "not modelled: fqdn object EGRET-" \
		prove --from asa --policy "$policy" "$work/$stem.asa"
done
expect "wildcards are told as lost" 1 "one whole name: . cannot be said" \
	build --to asa --policy examples/zoom-office.yaml
expect "names that the device resolves are met" 1 \
	"certificates-crl3-digicert  *met" prove --assume names \
	--policy examples/zoom-meetings-only.yaml "$work/zoom-meetings-only.asa"

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
base=$work/zoom.asa
broken=$work/broken.asa
expect "addresses alone: nothing is lost" 0 "" build --to asa --policy "$zoom" -o "$base"
expect "and it proves clean" 0 "^yes: " prove --policy "$zoom" "$base"
list=$(sed -n 's/^access-group \(EGRET-lan-[0-9a-f]*\) in interface lan$/\1/p' "$base")
awk -v list="$list" '
/^ network-object 170\.114\.0\.0 255\.255\.0\.0$/ && !cut { cut = 1; next }
$1 == "access-list" && $2 == list && !done {
	print "access-list " list " extended deny tcp any any eq 8801"
	print "access-list " list " extended permit udp any 192.0.2.0 255.255.255.0 eq 8801"
	done = 1
}
{ print }' "$base" >"$broken"
block=$(grep -n 'extended deny tcp any any eq 8801$' "$broken" | cut -d: -f1)
extra=$(grep -n 'extended permit udp any 192.0.2.0 255.255.255.0 eq 8801$' "$broken" | cut -d: -f1)
last=$(grep -n "^access-list $list extended deny ip any any$" "$broken" | cut -d: -f1)
expect "a range that is missing" 1 "broken.asa:$last: .*deny ip any any" \
	prove --policy "$zoom" "$broken"
expect "a port that is blocked" 1 "broken.asa:$block: .*deny tcp any any eq 8801" \
	prove --policy "$zoom" "$broken"
expect "a range too many" 1 "broken.asa:$extra: .*permit udp any 192.0.2.0" \
	prove --policy "$zoom" "$broken"
"$program" prove --json --policy "$zoom" "$broken" >"$work/proof.json" 2>/dev/null
check "exactly these three, each with its line" \
	python3 tests/cli/threefaults.py "$work/proof.json" "$last" "$block" "$extra" 192.0.2.0/24:8801

# ---- a change that mends it, and nothing else ----
expect "a change" 1 "proven to mend this and nothing else" \
	prove --policy "$zoom" --fix "$work/change.asa" "$broken"
cat "$broken" "$work/change.asa" >"$work/mended.asa"
expect "with it the device is right" 0 "^yes: " prove --policy "$zoom" "$work/mended.asa"
expect "and as it was meant" 0 "no difference" diff "$base" "$work/mended.asa"
expect "a change on a way" 1 "proven to mend this and nothing else" prove --policy "$zoom" \
	--at "lan in" --fix "$work/change.asa" "$broken"
sed 's/ in interface lan$/ in interface guest/' "$broken" >"$work/unbound.asa"
expect "an interface without a list is told, the rest mended" 1 "no list is bound there" \
	prove --policy "$zoom" --fix "$work/no.asa" "$work/unbound.asa"

# Without a list everything passes that goes to a lower level: interfaces get one.
printf 'interface G0\n nameif lan\n security-level 100\ninterface G1\n nameif wan\n security-level 0\n' >"$work/open.asa"
for at in device "lan in"; do
	expect "an interface without a list, at $at" 1 "proven to mend this and nothing else" \
		prove --policy "$zoom" --fix "$work/open.change" --at "$at" "$work/open.asa"
	check "it gets one" grep -qx "access-group EGRET-lan in interface lan" "$work/open.change"
	cat "$work/open.asa" "$work/open.change" >"$work/mended.asa"
	expect "with it nothing else passes, at $at" 0 "^yes: " \
		prove --policy "$zoom" --at "$at" "$work/mended.asa"
done

# A list may be bound at several interfaces: it gets entries once, and only what is for all of them.
shared=$work/shared.asa
{
	printf 'interface G0\n nameif lan\n security-level 100\ninterface G1\n nameif lab\n security-level 90\n'
	printf 'interface G2\n nameif wan\n security-level 0\n'
	printf 'access-list L extended permit tcp any any eq 25\n'
	printf 'access-group L in interface lan\naccess-group L in interface lab\n'
} >"$shared"
expect "a list that others have, too" 1 "its list is bound where packets come in that it is not for, too" \
	prove --policy "$zoom" --fix "$work/shared.change" "$shared"
check "what is for all that have it is put, once" \
	test "$(grep -c '^access-list L line 1 ' "$work/shared.change")" = 1
expect "it mends that and nothing else" 1 "proven to mend all but that and nothing else" \
	prove --policy "$zoom" --fix "$work/shared.change" "$shared"
expect "at one place all of it is" 1 "proven to mend this and nothing else" \
	prove --policy "$zoom" --fix "$work/no.asa" --at "lan in" "$shared"

# ---- from one language to another ----
expect "translated to nftables" 0 "" build --from "$base" --to nftables -o "$work/zoom.nft"
expect "translated to iptables and back" 0 "" build --from "$base" --to iptables -o "$work/zoom.ipt"
expect "is the same" 0 "no difference" diff "$work/zoom.nft" "$work/zoom.ipt"
expect "from iptables to here" 0 "" build --from "$work/zoom.ipt" --to asa -o "$work/again.asa"
expect "it is the same" 0 "no difference" diff "$base" "$work/again.asa"

# ---- why and diff ----
sample=tests/data/dialect/asa/edge.asa
expect "why names the line" 1 "edge.asa:70" why --policy "$zoom" --in "$sample" \
	"tcp 10.1.0.5 -> 192.0.2.1:23 in inside"
expect "why on a way" 1 "permit object-group meeting" why --policy "$zoom" \
	--at "inside to outside" --in "$sample" "udp 10.1.0.5 -> 170.114.1.1:8801"
expect "why by security levels" 1 "security-level 50" why --policy "$zoom" \
	--at "dmz to inside" --in "$sample" "tcp 192.0.2.10 -> 10.1.0.5:22"
expect "diff of a configuration with itself" 0 "no difference" diff "$base" "$base"
expect "diff of a policy and its list" 0 "no difference" diff "$zoom" "$base"
expect "diff shows the range" 1 "192.0.2.0/24:8801" diff "$base" "$broken"

# ---- what is not modelled is named, and nothing is claimed ----
sed "s/^access-list $list extended permit .*/& time-range OFFICE/" "$base" >"$work/unknown.asa"
expect "a time range" 3 "not modelled: time-range OFFICE at .*unknown.asa:[0-9]" \
	prove --policy "$zoom" "$work/unknown.asa"
sed "s/^access-list $list extended permit .*/& inactive/" "$base" >"$work/inactive.asa"
expect "inactive entries" 1 "inactive.asa:[0-9]*: .*deny ip any any" \
	prove --policy "$zoom" "$work/inactive.asa"

# ---- hostile ----
expect "an unknown interface" 3 "there is no interface called nowhere" \
	prove --policy "$zoom" --at "nowhere in" "$sample"
awk 'BEGIN { for (i = 0; i < 1000000; i++) print "access-list A extended deny ip any any" }' \
	>"$work/long.asa"
expect "a million entries" 3 "more than 500000 entries" prove --policy "$zoom" "$work/long.asa"
truncate -s 100M "$work/big.asa"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from asa "$work/big.asa"

echo "1..$count"
