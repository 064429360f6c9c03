#!/bin/sh
# What people see of `egret`: exit codes, the first words of answers and of errors. Speaks TAP.
# Usage: run.sh PROGRAM
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

office="--policy examples/zoom-office.yaml"

# ---- usage ----
expect "no command is a usage error" 2 "usage: egret COMMAND"
expect "help" 0 "prove +does this firewall" help
expect "version" 0 "^egret [0-9]" --version
expect "an unknown command" 2 "unknown command frobnicate" frobnicate
expect "an unknown option" 2 "unknown option --frob" build --frob
expect "an option without its value" 2 "--to wants a value" build --to
expect "an argument too many" 2 "one argument too many: b" why a b
expect "an argument missing" 2 "an argument is missing" diff a

# ---- the main questions on the shipped policy ----
# shellcheck disable=SC2086 # $office is two words
{
	expect "catalog lists services" 0 "zoom/meetings" catalog
	expect "catalog shows a service" 0 "ZoomMeetings.txt" catalog zoom/meetings
	expect "catalog: an unknown service" 3 "no vendor or service is called nonsense" catalog nonsense
	expect "check reports and says no" 1 "warning" check $office
	expect "build leaves out what lacks its list, and says so" 1 "left out: zoom/" build --to nftables $office
	expect "build says what is by name" 1 "23 requirements are by name: refused until" \
		build --to nftables $office
	expect "why a flow by name" 0 "by name: passes once the gateway.s resolver has learned" \
		why 'tcp 10.1.2.3 -> 192.0.2.5:443 name www.zoom.us' $office
	expect "build with accepted loss" 0 "table inet egret" build --to nftables --accept-loss $office
	expect "build: an unknown dialect" 3 "no dialect called fortran" build --to fortran $office
	expect "why an allowed flow" 0 "meetings" why 'udp 10.1.2.3 -> 170.114.10.1:8805' $office
	expect "why names the list line" 0 "ZoomMeetings.txt of 2026-10-01 line [0-9]+: 170.114.0.0/16" \
		why 'udp 10.1.2.3 -> 170.114.10.1:8805' $office
	expect "why names the firewall's rule" 0 "firewall +inet egret .*accept" \
		why 'udp 10.1.2.3 -> 170.114.10.1:8805' $office
	expect "why a refused flow" 1 "no rule allows it; nearest: zoom/meetings/" \
		why 'udp 10.1.2.3 -> 170.114.10.1:8811' $office
	expect "why names the interfaces it took" 0 "in lan out wan" \
		why 'udp 10.1.2.3 -> 170.114.10.1:8805' $office
	expect "why names the wrong zone" 1 "but not with input interface guest, source 10.1.33.3" \
		why 'udp 10.1.33.3 -> 170.114.10.1:8805' $office
	expect "why over IPv6" 0 "ZoomMeetings-IPv6.txt" \
		why 'tcp 2001:db8:1::5 -> [2407:30c0::1]:8801' $office
	expect "why: a flow that is none" 3 "expected" why 'udp 10.1.2.3' $office
}

# ---- the law: what is built proves clean ----
"$program" build --to nftables --accept-loss --policy examples/zoom-office.yaml \
	--output "$work/office.nft" 2>/dev/null
expect "prove what was built" 0 "^yes: " prove --policy examples/zoom-office.yaml "$work/office.nft"
expect "prove from standard input wants content" 3 "" prove --policy examples/zoom-office.yaml -
expect "diff of a thing with itself" 0 "no difference" diff "$work/office.nft" "$work/office.nft"
expect "diff of policy and what was built" 1 "only in A" \
	diff examples/zoom-office.yaml "$work/office.nft"
expect "diff of two list versions" 1 "\+ only in B" \
	diff catalogs/zoom/lists/ZoomMeetings.txt catalogs/zoom/lists/ZoomCDN.txt
printf 'table inet x {\n chain f { type filter hook forward priority 0; policy accept; }\n}\n' >"$work/open.nft"
expect "an open firewall is too wide" 1 "excess" prove --policy examples/zoom-office.yaml "$work/open.nft"
printf 'table inet x {\n chain f { type filter hook forward priority 0; policy drop; meta skuid 0 accept\n }\n}\n' \
	>"$work/unknown.nft"
expect "an unknown construct is named, the answer open" 3 "not modelled: .*skuid" \
	prove --policy examples/zoom-office.yaml "$work/unknown.nft"

# ---- bad input: one clear error, nothing changed ----
sed 's/10.1.0.0\/20/10.1.0.1\/20/' examples/zoom-office.yaml >"$work/host-bits.yaml"
expect "host bits in a prefix" 3 "host-bits.yaml:[0-9]+:[0-9]+: error: .*10.1.0.1/20" \
	check --policy "$work/host-bits.yaml"
sed 's/zoom\/meetings/zoom\/meetingz/' examples/zoom-office.yaml >"$work/service.yaml"
expect "an unknown service" 3 "service.yaml:[0-9]+:[0-9]+: error: .*meetingz" check --policy "$work/service.yaml"
printf 'a: &x [*x]\n' >"$work/cycle.yaml"
expect "a cycle" 3 "cycle.yaml:1:[0-9]+: error" check --policy "$work/cycle.yaml"
expect "a folder instead of a file" 3 "is a directory" check --policy "$work"
expect "a file that is missing" 3 "cannot read: No such file" check --policy "$work/none.yaml"
cp -r catalogs "$work/catalogs"
printf '170.114.46.0/243.7.35.0/25' >"$work/catalogs/zoom/lists/ZoomMeetings.txt"
expect "a glued line" 3 "ZoomMeetings.txt:1:[0-9]+: error: .*170.114.46.0/243.7.35.0/25" \
	catalog --catalogs "$work/catalogs"
rm -r "$work/catalogs"
cp -r catalogs "$work/catalogs"
sed -i '0,/443/s//70443/' "$work/catalogs/zoom/catalog.yaml"
expect "a wrong port" 3 "catalog.yaml:[0-9]+:[0-9]+: error: .*70443" catalog --catalogs "$work/catalogs"
head -c 104857600 /dev/zero | tr '\0' 'x' >"$work/big.nft"
expect "a 100 MB file" 3 "larger than" prove --policy examples/zoom-office.yaml "$work/big.nft"
cp "$work/office.nft" "$work/kept.nft"
"$program" build --to nftables --policy "$work/service.yaml" --output "$work/kept.nft" 2>/dev/null
check "a failed build leaves the old file" cmp "$work/office.nft" "$work/kept.nft"

# ---- every command speaks JSON ----
for line in "catalog" "catalog zoom" "check $office" "build --to nftables $office" \
	"prove $office $work/office.nft" "diff $work/office.nft $work/open.nft"; do
	# shellcheck disable=SC2086 # a command line
	"$program" $line --json >"$work/json" 2>/dev/null
	check "JSON of $(echo "$line" | cut -d' ' -f1)" python3 -m json.tool "$work/json"
done
"$program" why --json --policy examples/zoom-office.yaml 'udp 10.1.2.3 -> 170.114.10.1:8805' >"$work/json" 2>/dev/null
check "JSON of why" python3 -m json.tool "$work/json"

# ---- standard output that cannot be written is an error ----
"$program" catalog >/dev/full 2>/dev/null
check "a full disk is told" test $? = 3

echo "1..$count"
