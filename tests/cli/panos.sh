#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PAN-OS from end to end: build, prove, why, diff, changes. Usage: panos.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

# ---- the law: what is built reads back as the policy, less what is told ----
for policy in examples/zoom-office.yaml examples/zoom-meetings-only.yaml examples/office-suite.yaml; do
	stem=$(basename "$policy" .yaml)
	expect "$stem: build writes and reads back" 0 "resolves whole names alone" \
		build --to panos --accept-loss --policy "$policy" -o "$work/$stem.set"
done
expect "names that are objects are met when the device resolves them" 1 \
	"zoom/certificates-crl3-digicert +met" \
	prove --assume names --policy examples/zoom-office.yaml "$work/zoom-office.set"
expect "without that they are unknown" 3 "not modelled: fqdn object egret-fqdn-crl3.digicert.com" \
	prove --policy examples/zoom-office.yaml "$work/zoom-office.set"

zoom=$work/meetings.yaml
sed 's#services: .*#services: [zoom/meetings]#' examples/zoom-meetings-only.yaml >"$zoom"
base=$work/meetings.set
check "addresses alone: nothing is lost" "$program" build --to panos --policy "$zoom" -o "$base"
expect "and it proves" 0 "^yes: " prove --policy "$zoom" "$base"
expect "and from its name" 0 "^yes: " prove --from panos --policy "$zoom" "$base"

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
broken=$work/broken.set
awk '
/ static egret-170\.114\.0\.0-16$/ { next }
/^set rulebase security rules / && !rules++ {
	block = "set rulebase security rules block"
	print "set service blocked protocol tcp port 8801"
	print block " from any to any source any destination any"
	print block " application any service blocked action deny"
	print "set rulebase security rules extra from lan to wan source 192.168.1.0/24 destination" \
		" 192.0.2.0/24 application any service extra action allow"
	print "set service extra protocol udp port 8801"
}
{ print }' "$base" >"$broken"
block=$(grep -n 'rules block from' "$broken" | cut -d: -f1)
extra=$(grep -n 'rules extra from' "$broken" | cut -d: -f1)
last=$(grep -n 'rules egret-rest from' "$broken" | cut -d: -f1)
expect "a range that is missing" 1 "170.114.0.0/16:.*" prove --policy "$zoom" "$broken"
expect "its line" 1 "broken.set:$last: rules egret-rest action drop" prove --policy "$zoom" "$broken"
expect "a port that is blocked" 1 "broken.set:$block: rules block action deny" \
	prove --policy "$zoom" "$broken"
expect "a range too many" 1 "broken.set:$extra: rules extra action allow" \
	prove --policy "$zoom" "$broken"
"$program" prove --json --policy "$zoom" "$broken" >"$work/proof.json" 2>/dev/null
check "exactly these three, each with its line" \
	python3 tests/cli/threefaults.py "$work/proof.json" "$last" "$block" "$extra" 192.0.2.0/24:8801

# ---- a change that mends it ----
expect "a change is written and proven" 1 "proven to mend this and nothing else" \
	prove --policy "$zoom" --fix "$work/change.set" "$broken"
cat "$broken" "$work/change.set" >"$work/mended.set"
expect "with the change it is right" 0 "^yes: " prove --policy "$zoom" "$work/mended.set"
expect "and does what the right one did" 0 "no difference" diff "$base" "$work/mended.set"

# ---- why and diff ----
sample=tests/data/dialect/panos/branch
for form in set xml; do
	line=$(grep -nE 'rules "no printers" from|entry name="no printers"' $sample.$form | cut -d: -f1)
	expect "why names the line, $form" 1 "branch.$form:$line" why --policy "$zoom" \
		--in $sample.$form "udp 10.1.15.9 -> 170.114.10.1:8805 in lan out wan"
done
expect "both forms are one language" 0 "no difference" diff $sample.set $sample.xml
expect "diff of a policy and its rules" 0 "no difference" diff "$zoom" "$base"
expect "diff shows the range" 1 "192.0.2.0/24:8801" diff "$base" "$broken"

# ---- places ----
{
	echo 'set vsys vsys1 rulebase security rules a from any to any source any destination any' \
		'application any service any action deny'
	sed 's/^set /set vsys vsys2 /' "$broken"
} >"$work/two.set"
expect "two virtual systems: which one?" 3 "name one with --at: vsys1, vsys2" \
	prove --policy "$zoom" "$work/two.set"
expect "the first" 1 "two.set:1: " prove --policy "$zoom" --at vsys1 "$work/two.set"
expect "a change of the second" 1 "proven to mend" \
	prove --policy "$zoom" --at vsys2 --fix "$work/change2.set" "$work/two.set"
cat "$work/two.set" "$work/change2.set" >"$work/mended2.set"
expect "it changes the second" 0 "^yes: " prove --policy "$zoom" --at vsys2 "$work/mended2.set"
expect "and not the first" 0 "no difference" diff --at vsys1 "$work/two.set" "$work/mended2.set"

# ---- what is not modelled is named, and nothing is claimed ----
sed 's/ application any$/ application zoom/; /egret-rest/s/ zoom$/ any/' "$base" >"$work/app.set"
expect "an application" 3 "not modelled: application zoom at .*app.set:[0-9]" \
	prove --policy "$zoom" "$work/app.set"
sed '/ action allow$/{p;s/ action allow/ schedule night/}' "$base" >"$work/night.set"
expect "a schedule" 3 "not modelled: schedule night" prove --policy "$zoom" "$work/night.set"

# ---- hostile ----
expect "an unknown place" 3 "no virtual system or device group vsys7" \
	prove --policy "$zoom" --at vsys7 "$base"
{ echo '<config><shared><address>'; awk 'BEGIN { for (i = 0; i < 2000000; i++) print "<a>" }'; } \
	>"$work/deep.xml"
expect "elements in one another" 3 "expected here|in one another" prove --policy "$zoom" \
	--from panos "$work/deep.xml"
printf '<!DOCTYPE config [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<config>&b;</config>' \
	>"$work/bomb.xml"
expect "entities" 3 "a document type" prove --policy "$zoom" --from panos "$work/bomb.xml"
awk 'BEGIN { for (i = 0; i < 1100000; i++) print "set address a" i " ip-netmask 10.0.0.1" }' \
	>"$work/long.set"
expect "a million objects" 3 "more than 2000000 parts" prove --policy "$zoom" "$work/long.set"
truncate -s 100M "$work/big.set"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from panos "$work/big.set"

echo "1..$count"
