#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# FortiOS from end to end: build, prove, --fix, why, diff. Usage: fortios.sh EGRET
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
		build --to fortios --accept-loss --policy "$policy" -o "$work/$stem.conf"
	expect "$stem: prove what was built" 0 "^yes: " \
		prove --assume names --policy "$policy" "$work/$stem.conf"
	expect "$stem: and from its name" 0 "^yes: " \
		prove --from fortios --assume names --policy "$policy" "$work/$stem.conf"
done
base=$work/zoom-meetings-only.conf
expect "names are unknown unless they are assumed" 3 "not modelled: fqdn object egret-fqdn-zoom.us" \
	prove --policy "$zoom" "$base"
sed 's/apex: included/apex: excluded/' "$zoom" >"$work/apex.yaml"
expect "names that may mean more are told as lost" 1 "names under one that is not named itself" \
	build --to fortios --policy "$work/apex.yaml" -o "$work/apex.conf"
check "and are not in the text" sh -c "! grep -q 'names-under-zoom.us' '$work/apex.conf'"

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
broken=$work/broken.conf
awk '
/set member/ && !cut && sub(/ "egret-170\.114\.0\.0\/16"/, "") { cut = 1 }
/^config firewall policy$/ {
	print "config firewall address\nedit more\nset subnet 192.0.2.0/24\nnext\nend"
	print "config firewall service custom\nedit t\nset tcp-portrange 8801\nnext"
	print "edit u\nset udp-portrange 8801\nnext\nend"
	print
	print "edit 1\nset srcintf any\nset dstintf any\nset srcaddr all\nset dstaddr all"
	print "set service t\nset schedule always\nnext"
	print "edit 2\nset srcintf any\nset dstintf any\nset srcaddr all\nset dstaddr more"
	print "set service u\nset schedule always\nset action accept\nnext"
	next
}
{ print }' "$base" >"$broken"
last=$(grep -n '^config firewall policy$' "$broken" | cut -d: -f1)
block=$(grep -n '^edit 1$' "$broken" | cut -d: -f1)
extra=$(grep -n '^edit 2$' "$broken" | cut -d: -f1)
expect "a range that is missing, and its line" 1 "broken.conf:$last: .* policy 0: deny" \
	prove --assume names --policy "$zoom" "$broken"
expect "a port that is blocked" 1 "broken.conf:$block: policy 1: deny" \
	prove --assume names --policy "$zoom" "$broken"
expect "a range too many" 1 "broken.conf:$extra: policy 2: accept" \
	prove --assume names --policy "$zoom" "$broken"
"$program" prove --json --assume names --policy "$zoom" "$broken" >"$work/proof.json" 2>/dev/null
check "exactly these three, each with its line" \
	python3 tests/cli/threefaults.py "$work/proof.json" "$last" "$block" "$extra" 192.0.2.0/24:8801

# ---- a change that mends it ----
expect "a change is written and proven" 1 "proven to mend this and nothing else" \
	prove --assume names --policy "$zoom" --fix "$work/change.conf" "$broken"
cat "$broken" "$work/change.conf" >"$work/mended.conf"
expect "with it the device is right" 0 "^yes: " \
	prove --assume names --policy "$zoom" "$work/mended.conf"
{
	printf 'config vdom\nedit branch\n'
	sed -e 's/"lan"/"inside"/' -e 's/"wan"/"internet"/' "$broken"
	printf 'end\nconfig vdom\nedit branch\nconfig system zone\nedit inside\n'
	printf 'set interface lan\nnext\nedit internet\nset interface wan\nnext\nend\nend\n'
} >"$work/domain.conf"
expect "in a domain, by the names of zones" 1 "proven to mend this and nothing else" \
	prove --assume names --policy "$zoom" --fix "$work/change.conf" "$work/domain.conf"
check "the change says which domain" grep -q '^edit "branch"$' "$work/change.conf"
check "and speaks of zones" grep -q 'set dstintf "internet"' "$work/change.conf"
cat "$work/domain.conf" "$work/change.conf" >"$work/mended.conf"
expect "and mends it there" 0 "^yes: " prove --assume names --policy "$zoom" "$work/mended.conf"

# ---- why and diff ----
sample=tests/data/dialect/fortios/edge.conf
expect "why names the policy" 1 'policy 7 "no printers": deny' \
	why --policy "$zoom" --at "inside -> internet" --in "$sample" \
	"tcp 10.1.3.10 -> 170.114.10.1:443"
expect "and its line" 1 "edge.conf:127" \
	why --policy "$zoom" --at "inside -> internet" --in "$sample" \
	"tcp 10.1.3.10 -> 170.114.10.1:443"
expect "why at another place" 1 "policy 0: deny" why --policy "$zoom" \
	--at "internet -> inside" --in "$sample" "tcp 10.1.3.10 -> 170.114.10.1:443"
expect "diff of a configuration with itself" 0 "no difference" \
	diff --assume names "$base" "$base"
expect "diff of what is not modelled" 3 "may differ" diff "$sample" "$sample"
expect "diff of a policy and its text" 0 "no difference" \
	diff --assume names "$zoom" "$base"
expect "diff shows the range" 1 "192.0.2.0/24:8801" diff --assume names "$base" "$broken"

# ---- what is not modelled is named, and nothing is claimed ----
sed '/set service "egret-udp-/s/$/\n        set application-list "default"/' "$base" \
	>"$work/unknown.conf"
expect "a profile" 3 "not modelled: application-list default at .*unknown.conf:[0-9]" \
	prove --assume names --policy "$zoom" "$work/unknown.conf"

# ---- several files of one device ----
mkdir "$work/device"
sed '/^config firewall policy$/,$d' "$base" >"$work/device/objects.conf"
sed -n '/^config firewall policy$/,$p' "$base" >"$work/device/policies.conf"
expect "objects in one file, policies in another" 0 "^yes: " \
	prove --assume names --policy "$zoom" "$work/device"

# ---- hostile ----
expect "no such domain" 3 "there is no virtual domain nowhere" \
	prove --policy "$zoom" --at nowhere "$sample"
awk 'BEGIN { print "config firewall address"
	for (i = 0; i < 1100000; i++) print "edit " i "\nnext" }' >"$work/long.conf"
expect "a million addresses" 3 "more than 1000000 entries" prove --policy "$zoom" "$work/long.conf"
truncate -s 100M "$work/big.conf"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from fortios "$work/big.conf"

echo "1..$count"
