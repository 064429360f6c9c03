#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cisco IOS from end to end: build, prove, why, diff. Usage: ios.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

zoom=examples/zoom-meetings-only.yaml

# ---- the law: what is built proves clean, less what is told ----
for policy in examples/zoom-office.yaml examples/zoom-meetings-only.yaml examples/office-suite.yaml; do
	stem=$(basename "$policy" .yaml)
	expect "$stem: build writes, reads back, and proves" 0 "" \
		build --to ios --accept-loss --policy "$policy" -o "$work/$stem.ios"
	expect "$stem: prove what was built" 0 "^yes: " prove --policy "$policy" "$work/$stem.ios"
	expect "$stem: and from its name" 0 "^yes: " prove --from ios --policy "$policy" "$work/$stem.ios"
done
expect "names are told as lost" 1 "an access list cannot see names" \
	build --to ios --policy examples/zoom-office.yaml

# ---- wider, as far as it may be ----
expect "beyond the budget it is left out" 1 "not widened, beyond --widen: zoom/web/web-tcp .*: whatever the name" \
	build --to ios --policy "$zoom" --widen 1e6 -o "$work/wide.ios"
expect "what is not wider is the policy" 0 "^yes: " prove --policy "$zoom" "$work/wide.ios"
expect "within the budget it is told" 0 "let through besides, all together: about 10" \
	build --to ios --policy "$zoom" --widen any -o "$work/wide.ios"
expect "and nothing else comes in" 1 "^excess .*about 10" prove --policy "$zoom" "$work/wide.ios"
expect "a budget that is none" 3 "--widen 5% is not a number of flows" \
	build --to ios --policy "$zoom" --widen 5%

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
base=$work/zoom-meetings-only.ios
broken=$work/broken.ios
awk '
/^ 170\.114\.0\.0 255\.255\.0\.0$/ && !cut { cut = 1; next }
/^ip access-list extended EGRET-OUT-/ { print; print " deny tcp any any eq 8801"
	print " permit udp any 192.0.2.0 0.0.0.255 eq 8801"; next }
{ print }' "$base" >"$broken"
block=$(grep -n '^ deny tcp any any eq 8801$' "$broken" | cut -d: -f1)
extra=$(grep -n '^ permit udp any 192.0.2.0 0.0.0.255 eq 8801$' "$broken" | cut -d: -f1)
last=$(awk '/EGRET-OUT-/ { on = 1 } on && /^ deny ip any any$/ { print NR; exit }' "$broken")
expect "a range that is missing" 1 "170.114.0.0/16:.*" prove --policy "$zoom" "$broken"
expect "its line" 1 "broken.ios:$last: deny ip any any" prove --policy "$zoom" "$broken"
expect "a port that is blocked" 1 "broken.ios:$block: deny tcp any any eq 8801" \
	prove --policy "$zoom" "$broken"
expect "a range too many" 1 "broken.ios:$extra: permit udp any 192.0.2.0 0.0.0.255 eq 8801" \
	prove --policy "$zoom" "$broken"
"$program" prove --json --policy "$zoom" "$broken" >"$work/proof.json" 2>/dev/null
check "exactly these three, each with its line" \
	python3 tests/cli/threefaults.py "$work/proof.json" "$last" "$block" "$extra" 192.0.2.0/24:8801

# ---- in a few words, and lines that decide nothing ----
awk '/^ip access-list extended EGRET-OUT-/ { print; print " deny udp any any range 8805 8807"
	print " deny udp any any eq 8806"; next } { print }' "$base" >"$work/ports.ios"
ports=$(grep -n '^ deny udp any any range 8805 8807$' "$work/ports.ios" | cut -d: -f1)
expect "how many ports, and by which line" 1 "meetings-media .* 3 of 12 ports by line $ports: udp" \
	prove --policy "$zoom" "$work/ports.ios"
expect "a line that decides nothing" 1 "ports.ios:$((ports + 1)): deny udp any any eq 8806" \
	prove --policy "$zoom" "$work/ports.ios"
expect "and what hides it" 1 "hidden by line $ports" prove --policy "$zoom" "$work/ports.ios"
expect "the same in JSON" 1 '"hidden by"' prove --json --policy "$zoom" "$work/ports.ios"

# ---- answers ----
awk '/^ permit udp .* range 8801 8810 / && back { next } /EGRET-BACK-/ { back = 1 } { print }' \
	"$base" >"$work/noback.ios"
expect "answers that do not come back" 1 "answers missing" prove --policy "$zoom" "$work/noback.ios"
expect "the other list by itself is not what may leave" 1 "missing" \
	prove --policy "$zoom" --at "wan in" "$base"

# ---- why and diff ----
sample=tests/data/dialect/ios/edge.ios
expect "why names the line" 1 "edge.ios:38" why --policy "$zoom" --in "$sample" \
	"tcp 10.1.0.5 -> 192.0.2.1:23"
expect "why at another place" 1 "110 deny   ip any any log" why --policy "$zoom" \
	--at "Gi0/1 in" --in "$sample" "tcp 10.1.0.5 -> 192.0.2.1:23"
expect "diff of a list with itself" 0 "no difference" diff "$base" "$base"
sed 's#services: .*#services: [zoom/meetings]#' "$zoom" >"$work/meetings.yaml"
"$program" build --to ios --policy "$work/meetings.yaml" -o "$work/meetings.ios" 2>/dev/null
expect "diff of a policy and its list" 0 "no difference" \
	diff --at "wan out" "$work/meetings.yaml" "$work/meetings.ios"
expect "diff shows the range" 1 "192.0.2.0/24:8801" diff "$base" "$broken"

# ---- what is not modelled is named, and nothing is claimed ----
sed 's/^ permit tcp .*/& time-range OFFICE/' "$base" >"$work/unknown.ios"
expect "a time range" 3 "not modelled: time-range OFFICE at .*unknown.ios:[0-9]" \
	prove --policy "$zoom" "$work/unknown.ios"

# ---- hostile ----
expect "an unknown interface" 3 "there is no interface Gi9/9" \
	prove --policy "$zoom" --at "Gi9/9 out" "$sample"
awk 'BEGIN { print "ip access-list extended A"
	for (i = 0; i < 3000000; i++) print " deny ip any any" }' >"$work/long.ios"
expect "three million entries" 3 "more than 500000 entries" prove --policy "$zoom" "$work/long.ios"
truncate -s 100M "$work/big.ios"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from ios "$work/big.ios"

echo "1..$count"
