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
# Each live connection is a descriptor of either end.
live=$((names < 15000 ? names : 15000))
export names seconds live

. tests/lab/internet.sh
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
$in client python3 "$races" hold "$live" <"$work/ask" >"$work/held" 2>&1 &
exec 3>"$work/ask"
until_true 'grep -q "^open" $work/held'
check "$live connections are open" 'cat $work/held; grep -x "open $live" $work/held'
lives() { # NAME WORD
	echo "$2" >&3
	until_true "grep -q '^$2 ' $work/held"
	check "$1" "tail -n 1 $work/held; grep -x '$2 $live' $work/held"
}
sleep 8
check "their elements have ended" \
	'nft list map inet egret learned4-staff; ! nft list map inet egret learned4-staff | grep 20.1.0.0'
lives "they outlive their elements" expired
sed -i 's/zoom\/web/[zoom\/web, zoom\/apps]/' "$work/egret.yaml"
kill -HUP "$pid"
until_true 'test $(grep -c "policy loaded" $work/egretd.log) -ge 2'
lives "and a change of the policy" changed
check "egret apply, through the running egretd" \
	'$program apply --policy $work/egret.yaml --catalogs catalogs && $program confirm && grep -c "policy loaded" $work/egretd.log | grep -x 3'
told
lives "and egret apply" applied
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
