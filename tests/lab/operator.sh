#!/bin/sh
# What an operator types, against the real kernel and nft, in a network namespace. Speaks TAP.
# Usage: operator.sh PROGRAM
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
if [ "${2:-}" != inside ]; then
	if ! unshare --user --map-root-user --net true 2>/dev/null; then
		echo "1..0 # SKIP this machine refuses user namespaces"
		exit 0
	fi
	exec unshare --user --map-root-user --net "$0" "$program" inside
fi
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
policy=examples/zoom-office.yaml
count=0

# check NAME COMMAND: a shell command that must succeed.
check() {
	count=$((count + 1))
	if sh -c "$2" >"$work/log" 2>&1; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		tail -8 "$work/log" | sed 's/^/# /'
	fi
}
export program policy work

check "nft takes what egret writes" \
	'$program build --to nftables --accept-loss --policy $policy -o $work/egret.nft && nft -f $work/egret.nft'
check "a second load replaces the first" \
	'nft -f $work/egret.nft && test "$(nft list tables | grep -c "inet egret")" = 1'
check "the kernel proves clean, as text" 'nft list ruleset | $program prove --policy $policy -'
check "the kernel proves clean, as JSON" 'nft -j list ruleset | $program prove --policy $policy -'
check "no difference between file and kernel" \
	'nft list ruleset >$work/kernel.nft && $program diff $work/egret.nft $work/kernel.nft'
check "why names the kernel rule with its place" \
	'$program why --in $work/kernel.nft --policy $policy "udp 10.1.2.3 -> 170.114.10.1:8805" | grep "kernel.nft:[0-9]"'

# Three faults in the loaded rules; each must be found, and nothing else.
check "a range that was taken out is missing" \
	'nft delete element inet egret to4 "{ 3.7.35.0/25 }" && nft list ruleset >$work/cut.nft;
	 $program prove --policy $policy $work/cut.nft >$work/cut; test $? = 1 &&
	 grep "^missing" $work/cut && grep -- "-> 3.7.35.0/25:" $work/cut && ! grep "^excess" $work/cut'
check "one address too many is excess" \
	'nft -f $work/egret.nft && nft add element inet egret to4 "{ 192.0.2.1 : jump to4-1 }" &&
	 nft list ruleset >$work/wide.nft; $program prove --policy $policy $work/wide.nft >$work/wide;
	 test $? = 1 && grep "^excess" $work/wide && grep -- "-> 192.0.2.1:" $work/wide &&
	 ! grep "^missing" $work/wide'

# What the resolver has learned is no excess; the same beside what a name asks for is.
check "learned addresses are told, and no excess" \
	'nft -f $work/egret.nft && nft add element inet egret learned4-staff \
	 "{ 192.0.2.7 . tcp . 443 timeout 1h comment \"www.zoom.us\" : \"zoom/web/web-tcp\" }" &&
	 nft list ruleset | $program prove --policy $policy - >$work/learned &&
	 grep "^learned addresses: 1$" $work/learned && grep "^yes" $work/learned &&
	 nft -j list ruleset | $program prove --policy $policy - | grep "^learned addresses: 1$"'
check "a port that no name has is excess in a learned map" \
	'nft add element inet egret learned4-staff "{ 192.0.2.7 . tcp . 22 : \"zoom/web/web-tcp\" }" &&
	 nft list ruleset >$work/port.nft; $program prove --policy $policy $work/port.nft >$work/port;
	 test $? = 1 && grep "^excess" $work/port && grep -- "-> 192.0.2.7:22" $work/port'
check "another table that drops is counted" \
	'nft -f $work/egret.nft && nft add table inet other &&
	 nft add chain inet other f "{ type filter hook forward priority 10; }" &&
	 nft add rule inet other f udp dport 8805 drop && nft list ruleset >$work/other.nft;
	 $program prove --policy $policy $work/other.nft >$work/gap; test $? = 1 &&
	 grep "meetings-media *missing" $work/gap && grep ":8805" $work/gap'
echo "1..$count"
