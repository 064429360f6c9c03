#!/bin/sh
# A long time of mixed load on egretd, while its memory is looked at; meant for a build with
# AddressSanitizer. Prints the resident memory of each process every minute, and fails when it grows
# after the first quarter, or when anything is found or told. Speaks TAP.
# Usage: soak.sh PROGRAM EGRETD [SECONDS]
# shellcheck disable=SC1091,SC2154 # net.sh and its variables
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1") egretd=$(realpath "$2") seconds=${3:-3600}
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
if [ "${4:-}" != inside ]; then
	exec unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc \
		"$0" "$program" "$egretd" "$seconds" inside
fi
. tests/lab/net.sh
. tests/lab/internet.sh
export seconds
# Freed memory is kept for a while to catch its use: a little of it, so that growth is seen.
export ASAN_OPTIONS=quarantine_size_mb=8:detect_leaks=0:malloc_context_size=5
"$egretd" --policy "$work/egret.yaml" --catalogs catalogs --metrics 10.1.0.1:9153 2>>"$work/egretd.log" &
pid=$!
until_true 'grep -q "note: ready" $work/egretd.log'
$in client python3 "$races" mix "$seconds" >"$work/mix" 2>&1 &
mix=$!
rss() { sed -n 's/VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"; }
minute=0
: >"$work/rss"
while kill -0 "$mix" 2>/dev/null; do
	sleep 60
	minute=$((minute + 1))
	line="$minute $(rss "$pid")"
	for role in $(pgrep -P "$pid" -f 'egretd --role' | sort -n); do line="$line $(rss "$role")"; done
	echo "$line" >>"$work/rss"
	echo "# minute, KiB of parent and roles: $line"
	[ $((minute % 5)) = 0 ] && kill -HUP "$pid"
	[ $((minute % 10)) = 3 ] && nft delete table inet egret && sleep 1 && kill -HUP "$pid"
done
wait "$mix"
tail -n 3 "$work/mix" | sed 's/^/# /'
kill -TERM "$pid"
wait "$pid"
status=$?
export status
grep -v 'policy loaded' "$work/egretd.log" | tail -n 5 | sed 's/^/# /'
check "it ended as it was told, and no sanitizer found anything" \
	'test $status = 0 && ! grep -E "Sanitizer|runtime error|was ended by" $work/egretd.log'
# SERVFAIL (-2) is right while there is no table.
check "every name that was resolved was reached at once" '! grep -v "rounds$\|no address: -2$" $work/mix'
check "memory does not grow after the first quarter of the time" \
	'python3 - <<END
rows = [list(map(int, line.split())) for line in open("$work/rss")]
rows = [r for r in rows if len(r) == len(rows[0])]
first, last = rows[len(rows) // 4], rows[-1]
print(first, last)
assert all(b <= a * 1.05 + 1024 for a, b in zip(first[1:], last[1:]))
END'
echo "1..$count"
