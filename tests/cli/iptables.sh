#!/bin/sh
# A gateway of somebody else's: its saves of iptables, ip6tables and ipset, proved against a policy.
# Speaks TAP. Usage: iptables.sh PROGRAM
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

gateway=tests/data/dialect/iptables/gateway
policy="--policy examples/zoom-meetings-only.yaml"


# shellcheck disable=SC2086 # $policy is two words
{
	expect "a folder of saves is one device" 1 "no: it does not let exactly" prove $policy $gateway
	expect "the range that is missing, with its line" 1 "161.199.136.0/22:443,8801-8802" \
		prove $policy $gateway
	expect "and what stops it" 1 "rules.v4:28: -A staff -j REJECT" prove $policy $gateway
	expect "the port that is blocked" 1 "}:3479 in lan out wan" prove $policy $gateway
	expect "by this line" 1 "rules.v4:25: -A meetings -p udp .*-j DROP" prove $policy $gateway
	expect "the range that is too much" 1 "198.51.100.0/24:3478,8801-8810" prove $policy $gateway
	expect "by that line" 1 "rules.v4:26: -A meetings -p udp -m multiport" prove $policy $gateway
	check "nothing else is missing" test "$(sed -n '/^missing/,/for example/p' "$work/out" |
		grep -Evc '161.199.136.0/22|}:3479|rules.v4:2[58]|^missing|for example')" = 0
	check "nothing else is too much" test "$(sed -n '/^excess/,/for example/p' "$work/out" |
		grep -Evc '198.51.100.0/24|rules.v4:2[46]|^excess|for example')" = 0
	expect "JSON names rule and line" 1 '"line": 25' prove --json $policy $gateway
	expect "why names the line" 0 "rules.v4:25" why $policy --in $gateway \
		'udp 192.168.1.7 -> 170.114.10.1:3479'

	# ---- repaired, it is right ----
	mkdir "$work/repaired"
	sed 's/^add zoom4 198.51.100.0\/24/add zoom4 161.199.136.0\/22/' $gateway/ipsets >"$work/repaired/ipsets"
	sed '/nobody knows why/d' $gateway/rules.v4 >"$work/repaired/rules.v4"
	cp $gateway/rules.v6 "$work/repaired/rules.v6"
	expect "repaired, it lets exactly the policy through" 0 "^yes: " prove $policy "$work/repaired"
	expect "diff of the two devices" 1 "only in B" diff $gateway "$work/repaired"
	cat "$work/repaired/ipsets" "$work/repaired/rules.v6" "$work/repaired/rules.v4" >"$work/all"
	expect "the same in one file" 0 "^yes: " prove $policy "$work/all"
	expect "is the same device" 0 "no difference" diff "$work/all" "$work/repaired"
	expect "without its sets it cannot tell" 3 "not modelled: --match-set zoom4 dst at .*rules.v4:26" \
		prove $policy "$work/repaired/rules.v4"
	expect "without IPv6 it says so" 3 "not modelled: IPv6: no ip6tables-save is given" \
		prove $policy "$work/repaired/rules.v4"
	sed 's/-A meetings -p tcp/-A meetings -m time --timestart 08:00:00 -p tcp/' \
		"$work/repaired/rules.v4" >"$work/x" && mv "$work/x" "$work/repaired/rules.v4"
	expect "what is not modelled is named with its line" 3 \
		"not modelled: -m time --timestart 08:00:00 at .*rules.v4:24" prove $policy "$work/repaired"

	# ---- what is refused ----
	echo "a note" >"$work/repaired/notes"
	expect "a file that is no save is not skipped" 3 "notes: .*not a firewall configuration" \
		prove $policy "$work/repaired"
	mv "$work/repaired/notes" "$work/repaired/.notes"
	expect "hidden files are no part of it" 3 "not modelled" prove $policy "$work/repaired"
	echo "table inet x { }" >"$work/repaired/other"
	expect "a device speaks one language" 3 "other: .*nftables" prove $policy "$work/repaired"
	mkdir "$work/empty"
	expect "an empty folder" 3 "no file in this folder" prove $policy "$work/empty"
	expect "a line that is wrong, with its number" 3 "loop:7: error: chain a leads back to itself" \
		prove $policy tests/fuzz/seeds/dialect_iptables/loop
	{
		printf '*filter\n:FORWARD DROP [0:0]\n'
		yes -- '-A FORWARD -s 10.0.0.0/8 -j ACCEPT' | head -c 100000000
	} >"$work/huge"
	expect "100 MB are too much" 3 "huge.*" prove $policy "$work/huge"
	{
		printf '*filter\n:FORWARD DROP [0:0]\n'
		yes -- '-I FORWARD -j LOG' | head -c 60000000
	} >"$work/huge"
	expect "insertions without end" 3 "inserted before too many others" prove $policy "$work/huge"
	rm "$work/huge"

	# ---- what is written ----
	"$program" build --to iptables --accept-loss $policy --output "$work/built" 2>/dev/null
	expect "what was built proves clean" 0 "^yes: " prove $policy "$work/built"
	expect "names are left out, and told" 1 "a packet filter cannot see names" \
		build --to iptables $policy
	check "as in the text itself" grep -q "^#   zoom/web/web-tcp: a packet filter" "$work/built"
	expect "why, as the built text has it" 0 "built:[0-9]+" why $policy --in "$work/built" \
		'udp 192.168.1.7 -> 170.114.10.1:3479'
}
# ---- a sample of all, agreed on (EGRET_GOLDEN=write renews it) ----
agreed=tests/data/dialect/iptables/acme.iptables
"$program" build --to iptables --accept-loss --policy tests/data/policy/acme-site.yaml \
	--catalogs tests/data/policy/catalogs --output "$work/acme" 2>/dev/null
[ "${EGRET_GOLDEN-}" = write ] && cp "$work/acme" $agreed
check "the text is as agreed" diff "$work/acme" $agreed

# ---- the guide ----
limits_are_told() {
	sed -n 's/^LIMIT([A-Z_]*, \([0-9]*\), .*, "\([A-Za-z_]*\).*/\1 \2/p' src/dialect/iptables_limits.def |
		while read -r number source; do
			grep -Eq "^\|.*$number.*$source" docs/guide/iptables.md || exit 1
		done
}
check "the guide has every limit with its number" limits_are_told
echo "1..$count"
