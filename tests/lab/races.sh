#!/bin/sh
# Races that gateways with DNS sets lose: clients that connect the moment they have an answer, answers
# out of a cache at the end of an element's life, connections that live across expiry, change and
# restart, and kill -9 of each process under load, while a counter on the far side watches for what
# must not pass. Speaks TAP. Usage: races.sh PROGRAM EGRETD [NAMES [SECONDS]]
# The campaign is 10000 names and 60 seconds; without numbers it is a short one.
# shellcheck disable=SC1091,SC2154 # net.sh and its variables
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1") egretd=$(realpath "$2") names=${3:-400} seconds=${4:-4}
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
if [ "${5:-}" != inside ]; then
	for tool in nsd nft ip python3; do
		if ! command -v $tool >/dev/null; then
			echo "1..0 # SKIP $tool is not installed"
			exit 0
		fi
	done
	if ! unshare --user --map-root-user --net --mount --pid --fork --kill-child \
		sh -c 'mount -t tmpfs tmpfs /run && ip netns add x' 2>/dev/null; then
		echo "1..0 # SKIP this machine refuses user or network namespaces"
		exit 0
	fi
	exec unshare --user --map-root-user --net --mount --pid --fork --kill-child \
		"$0" "$program" "$egretd" "$names" "$seconds" inside
fi
. tests/lab/net.sh
export names seconds
races=tests/lab/races.py
export races

# ---- the internet: a name for every number, with a TTL that ends soon; a server on every address ----
$in inet ip route add local 20.0.0.0/8 dev lo
$in inet ip route add local 2a00:feed::/32 dev lo
ip route add 20.0.0.0/8 via 198.51.100.2
ip route add 2a00:feed::/32 via 2001:db8:ff::2
$in inet nft -f - <<'END'
table inet watch {
	counter forbidden { }
	chain prerouting {
		type filter hook prerouting priority -300;
		iifname eth0 ip daddr 20.255.0.0/16 counter name forbidden
		iifname eth0 ip6 daddr 2a00:feed:ffff::/48 counter name forbidden
		iifname eth0 ip daddr 20.0.0.0/8 tcp dport != 443 counter name forbidden
		iifname eth0 ip daddr 20.0.0.0/8 meta l4proto udp counter name forbidden
		iifname eth0 udp dport 53 @th,160,64 0x07666f726569676e counter name forbidden comment "7foreign"
	}
}
END
python3 - >"$work/root.zone" <<'END'
print("$ORIGIN .\n$TTL 4\n. SOA a. b. 1 60 60 60 60\n. NS a.\na. A 198.51.100.2\nforeign.example. A 20.255.0.1")
for i in range(30000):
    print(f"n{i}.zoom.us. A 20.1.{i >> 8}.{i & 255}\nn{i}.zoom.us. AAAA 2a00:feed::{i:x}")
END
cat >"$work/nsd.conf" <<END
server:
  ip-address: 198.51.100.2
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  zonesdir: "$work"
  pidfile: ""
  xfrdir: "$work"
  xfrdfile: "$work/xfrd.state"
  zonelistfile: "$work/zone.list"
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "$work/root.zone"
END
$in inet nsd -d -c "$work/nsd.conf" >"$work/nsd.log" 2>&1 &
$in inet python3 "$races" serve &
until_true '$in inet dig +tries=1 +time=1 @198.51.100.2 n1.zoom.us | grep -q NOERROR'
cat >"$work/egret.yaml" <<'END'
outside: wan
zones:
  staff:
    addresses: [10.1.0.0/24, 2001:db8:1::/64]
    interface: lan
    roles: [client, browser]
allow:
  - services: zoom/web
    from: staff
resolver:
  listen: [10.1.0.1]
  upstream: [198.51.100.2]
  ttl-floor: 1
  grace: 2
END
serve() {
	"$egretd" --policy "$work/egret.yaml" --catalogs catalogs 2>>"$work/egretd.log" &
	pid=$!
	export pid
}
ready=0
# It has said so once more.
await_ready() {
	ready=$((ready + 1))
	until_true "test \$(grep -c 'note: ready' $work/egretd.log) -ge $ready"
}
told() { sed 's/^/# /' "$work/log"; }
cat >"$work/forbidden" <<'END'
#!/bin/sh
# How many packets have reached the internet that must not.
exec "$in" inet nft list counter inet watch forbidden | sed -n 's/.*packets \([0-9]*\).*/\1/p'
END
chmod +x "$work/forbidden"
serve
await_ready

check "$names fresh names, each connected to the moment it is known" \
	'$in client python3 $races fresh 0 $names'
told
check "answers out of the cache, past the end of their elements" \
	'$in client python3 $races again 40 $((seconds > 12 ? seconds : 12))'
told

# ---- connections that live ----
mkfifo "$work/ask"
$in client python3 "$races" hold "$names" <"$work/ask" >"$work/held" 2>&1 &
exec 3>"$work/ask"
until_true 'grep -q "^open" $work/held'
check "$names connections are open" 'cat $work/held; grep -x "open $names" $work/held'
lives() { # NAME WORD
	echo "$2" >&3
	until_true "grep -q '^$2 ' $work/held"
	check "$1" "tail -n 1 $work/held; grep -x '$2 $names' $work/held"
}
sleep 8
check "their elements have ended" \
	'nft list map inet egret learned4-staff; ! nft list map inet egret learned4-staff | grep 20.1.0.0'
lives "they outlive their elements" expired
sed -i 's/zoom\/web/[zoom\/web, zoom\/apps]/' "$work/egret.yaml"
kill -HUP "$pid"
until_true 'test $(grep -c "policy loaded" $work/egretd.log) -ge 2'
lives "and a change of the policy" changed
kill -USR2 "$pid"
await_ready
lives "and a new egretd with the same sockets" anew
kill -KILL "$pid"
wait "$pid" 2>/dev/null
lives "and its sudden end" killed
serve
await_ready
lives "and its next start" again
exec 3>&-

# ---- no query is lost when it starts anew ----
$in client python3 "$races" steady 3 >"$work/steady" &
steady=$!
for _ in 1 2 3; do
	sleep 0.7
	kill -USR2 "$pid"
	await_ready
done
wait "$steady"
steady=$?
export steady
check "three new egretds, and no query without an answer" 'cat $work/steady; test $steady = 0'
told

# ---- kill -9 ----
$in client python3 "$races" load "$seconds" >"$work/load" &
load=$!
$in client python3 "$races" forbid "$seconds" >"$work/forbid" &
forbid=$!
end=$(($(date +%s) + seconds - 2))
: >"$work/recovered"
kills=0
while [ "$(date +%s)" -lt "$end" ] && kill -0 "$pid"; do
	$in client python3 "$races" recover 20 >>"$work/recovered" 2>&1
	kills=$((kills + 1))
done
wait "$load"
wait "$forbid"
forbidden=$?
export kills forbidden
check "$kills kill -9 of the dns role under load: each time it is back" \
	'sort -n $work/recovered | tr "\n" " "; cat $work/load $work/forbid;
	 test $forbidden = 0 && test $kills -gt 0 && ! grep -v "^[0-9]*$" $work/recovered'
sort -n "$work/recovered" | awk '{ v[NR] = $1 } END { print "# recovered after " v[int((NR + 1) / 2)] " ms (median), " v[NR] " ms (worst)" }'

$in client python3 "$races" forbid "$seconds" >"$work/forbid" &
forbid=$!
: >"$work/recovered"
kills=0
end=$(($(date +%s) + seconds - 2))
while [ "$kills" -eq 0 ] || [ "$(date +%s)" -lt "$end" ]; do
	kill -KILL "$pid"
	start=$(date +%s%N)
	wait "$pid" 2>/dev/null
	serve
	await_ready
	echo $((($(date +%s%N) - start) / 1000000)) >>"$work/recovered"
	kills=$((kills + 1))
done
wait "$forbid"
export kills
check "$kills kill -9 of egretd itself: the next one starts" 'cat $work/forbid; kill -0 $pid'
sort -n "$work/recovered" | awk '{ v[NR] = $1 } END { print "# started again after " v[int((NR + 1) / 2)] " ms (median), " v[NR] " ms (worst)" }'
check "nothing that must not pass has reached the internet" \
	'cat $work/forbid; $work/forbidden; test "$($work/forbidden)" = 0'
told
nft flush ruleset
check "the watch sees such packets when they pass" \
	'$in client python3 $races forbid 1; test "$($work/forbidden)" -gt 100'
kill -TERM "$pid"
wait "$pid"
echo "1..$count"
