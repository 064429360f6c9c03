#!/bin/sh
# The gateway's resolver beside dnsmasq (without and with --nftset), unbound and dnsdist, in one run:
#
#     client 10.77.1.2 -- 10.77.1.1 gateway 10.77.2.1 -- 10.77.2.2 authority (NSD)
#
# Three network namespaces of its own; nothing leaves them. Gateways run on processor 0, client and
# authority on processor 1, where there are two. Each round starts each gateway anew and measures
#
#   new     names that nobody asked for before, 64 at a time: answers/s, and the gateway's CPU each
#   serial  the same, one at a time: the median time of an answer
#   hot     1,000 names out of the cache, 100 at a time: answers/s, and the gateway's CPU each
#
# egretd and dnsmasq --nftset put each address into the kernel before they answer: one element a
# name; -10k and -100k begin with so many elements there. CPU is what the gateway's processes were
# scheduled, kernel work in their name included. Rounds go in turn over all, and the median counts.
# Usage: dns.sh BUILD [ROUNDS [GATEWAY...]]
# shellcheck disable=SC2317 # functions are called by name
set -u
build=$(realpath "${1:-build}")
rounds=${2:-3}
if [ $# -gt 2 ]; then shift 2; else set --; fi
gateways=${*:-egretd egretd-10k egretd-100k dnsmasq dnsmasq-nftset dnsmasq-nftset-10k dnsmasq-nftset-100k unbound dnsdist}
cd "$(dirname "$0")/.." || exit 3
PATH=$PATH:/usr/sbin:/sbin
if [ "${INSIDE:-}" != yes ]; then
	for tool in nsd dnsmasq unbound dnsdist nft ip taskset; do
		if ! command -v $tool >/dev/null; then
			echo "skipped: $tool is not installed (see packages.txt)"
			exit 0
		fi
	done
	if ! unshare --user --map-root-user --net --mount --pid --fork --kill-child \
		sh -c 'mount -t tmpfs tmpfs /run && ip netns add x' 2>/dev/null; then
		echo "skipped: this machine refuses user or network namespaces"
		exit 0
	fi
	# shellcheck disable=SC2086 # names of gateways are words
	INSIDE=yes exec unshare --user --map-root-user --net --mount --pid --fork --kill-child \
		--mount-proc "$0" "$build" "$rounds" $gateways
fi
new=4000 serial=300 hot=1000 hot_s=2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mount -t tmpfs tmpfs /run

# ---- the network ----
if [ "$(nproc)" -gt 1 ]; then near="taskset -c 0" far="taskset -c 1"; else near="" far=""; fi
ip netns add client
ip netns add inet
c() { $far nsenter --net=/run/netns/client "$@"; }
i() { $far nsenter --net=/run/netns/inet "$@"; }
ip link add lan type veth peer name eth0 netns client
ip link add wan type veth peer name eth0 netns inet
ip link set lo up
ip addr add 10.77.1.1/24 dev lan && ip link set lan up
ip addr add 10.77.2.1/24 dev wan && ip link set wan up
for ns in c i; do $ns ip link set lo up && $ns ip link set eth0 up; done
c ip addr add 10.77.1.2/24 dev eth0
i ip addr add 10.77.2.2/24 dev eth0
sysctl -qw net.ipv4.ip_forward=1

# ---- the authority ----
awk 'BEGIN {
	print "$ORIGIN zoom.us.\n$TTL 300\n@ SOA ns a 1 3600 600 86400 60\n@ NS ns\nns A 10.77.2.2"
	for (i = 0; i < 400000; i++)
		printf "n%d A 198.%d.%d.%d\n", i, 20 + int(i / 65536), int(i / 256) % 256, i % 256
}' >"$work/zone"
cat >"$work/nsd.conf" <<END
server:
  ip-address: 10.77.2.2
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
  name: "zoom.us"
  zonefile: "$work/zone"
END
i nsd -d -c "$work/nsd.conf" >"$work/nsd.log" 2>&1 &
load() { c "$build/bench/dnsload" "$@"; }
wait_for() { # ADDRESS
	for _ in $(seq 100); do
		load "$1" 0 1 1 0 >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "nobody answers at $1" >&2
	tail -n 5 "$work"/*.log >&2
	exit 3
}
# The authority is far from the client: asked through the gateway's routing.
c ip route add default via 10.77.1.1
i ip route add default via 10.77.2.1
wait_for 10.77.2.2

# ---- the gateways ----
elements() { # COUNT BEGINNING END: elements of addresses that no answer has
	awk -v n="$1" -v a="$2" -v z="$3" 'BEGIN {
		for (i = 0; i < n; i++) {
			if (i % 1000 == 0) printf "%s%s", i ? " }\n" : "", a " { "
			printf "%s100.%d.%d.%d%s", i % 1000 ? ", " : "", 64 + int(i / 65536), int(i / 256) % 256, i % 256, z
		}
		if (n) print " }"
	}'
}
# Some at a time: a rootless transaction is small. FILE
add() {
	split -l 2 "$1" "$1."
	for part in "$1."*; do
		nft -f "$part" 2>"$work/nft.log" || { cut -c 1-200 "$work/nft.log" >&2; exit 3; }
		rm "$part"
	done
}
size_of() { case $1 in *-10k) echo 10000 ;; *-100k) echo 100000 ;; *) echo 0 ;; esac }

up_egretd() {
	mkdir -p "$work/catalogs/bench"
	cat >"$work/catalogs/bench/catalog.yaml" <<END
vendor: bench
title: One row
page: none
page-date: 2026-11-26
services:
  web:
    title: Web
    requirements:
      web: { title: Web, page: none, roles: client, proto: tcp, ports: 443, names: "*.zoom.us" }
END
	cat >"$work/egret.yaml" <<END
outside: wan
zones: { staff: { addresses: 10.77.1.0/24, interface: lan } }
allow: [{ services: bench/web, from: staff }]
END
	$near "$build/egretd" --policy "$work/egret.yaml" --catalogs "$work/catalogs" \
		--listen 10.77.1.1 --upstream 10.77.2.2 >>"$work/egretd.log" 2>&1 &
	pid=$!
	wait_for 10.77.1.1
	elements "$(size_of "$1")" 'add element inet egret learned4-staff' \
		' . tcp . 443 timeout 1h : "bench/web/web"' >"$work/elements"
	[ ! -s "$work/elements" ] || add "$work/elements"
}
up_dnsmasq() {
	set -- "$1" -k -C /dev/null --user= --group= --pid-file="$work/dm.pid" --no-resolv --no-hosts --no-poll \
		-p 53 --listen-address=10.77.1.1 --bind-interfaces --server=10.77.2.2 \
		--cache-size=300000 --dns-forward-max=5000
	case $1 in
	*-nftset*)
		nft 'table ip fw { set dyn { type ipv4_addr; }
		chain f { type filter hook forward priority 0; policy accept; ip daddr @dyn accept; }; }'
		elements "$(size_of "$1")" 'add element ip fw dyn' '' >"$work/elements"
		[ ! -s "$work/elements" ] || add "$work/elements"
		set -- "$@" --nftset=/zoom.us/4#ip#fw#dyn
		;;
	esac
	shift
	$near dnsmasq "$@" >>"$work/dnsmasq.log" 2>&1 &
	pid=$!
}
up_unbound() {
	cat >"$work/unbound.conf" <<END
server:
  interface: 10.77.1.1
  access-control: 0.0.0.0/0 allow
  num-threads: 1
  username: ""
  chroot: ""
  directory: "$work"
  pidfile: "$work/ub.pid"
  use-syslog: no
  module-config: "iterator"
  msg-cache-size: 128m
  rrset-cache-size: 256m
  outgoing-range: 4096
  num-queries-per-thread: 2048
  so-reuseport: no
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 10.77.2.2
END
	$near unbound -d -c "$work/unbound.conf" >>"$work/unbound.log" 2>&1 &
	pid=$!
}
up_dnsdist() {
	cat >"$work/dnsdist.lua" <<END
setLocal("10.77.1.1:53")
setACL("0.0.0.0/0")
newServer({address="10.77.2.2:53", healthCheckMode="up"})
pc = newPacketCache(300000, {numberOfShards=1})
getPool(""):setCache(pc)
setSecurityPollSuffix("")
END
	$near dnsdist --supervised -C "$work/dnsdist.lua" >>"$work/dnsdist.log" 2>&1 &
	pid=$!
}

# ---- measuring ----
family() { # PID: it and its children
	echo "$1"
	ps -o pid= --ppid "$1"
}
cpu_ns() { # PID: what its processes were scheduled
	for p in $(family "$1"); do cat /proc/"$p"/task/*/schedstat 2>/dev/null; done |
		awk '{ s += $1 } END { printf "%.0f", s }'
}
field() { echo "$1" | sed -n "s/.*\\b$2=\\([0-9.]*\\).*/\\1/p"; }
note() { echo "$1 $2 $3" >>"$work/results"; } # GATEWAY METRIC VALUE
timed() { # GATEWAY RATE CPU DNSLOAD_ARGUMENTS...
	gateway=$1 rate=$2 each=$3
	shift 3
	before=$(cpu_ns "$pid")
	out=$(load 10.77.1.1 "$@")
	after=$(cpu_ns "$pid")
	note "$gateway" "$rate" "$(field "$out" rate)"
	note "$gateway" "$each" "$(awk -v b="$before" -v a="$after" -v n="$(field "$out" answers)" \
		'BEGIN { printf "%.2f", n ? (a - b) / 1000 / n : 0 }')"
	note "$gateway" missing "$(($(field "$out" lost) + $(field "$out" bad)))"
}
first=2000
for round in $(seq "$rounds"); do
	for gateway in $gateways; do
		up_"${gateway%%-*}" "$gateway"
		wait_for 10.77.1.1
		timed "$gateway" new_per_s new_us_cpu "$first" $new 64 0
		first=$((first + new))
		out=$(load 10.77.1.1 $first $serial 1 0)
		first=$((first + serial))
		note "$gateway" serial_us "$(field "$out" p50)"
		load 10.77.1.1 0 $hot 50 0 >/dev/null
		timed "$gateway" hot_per_s hot_us_cpu 0 $hot 100 $hot_s
		kill "$pid"
		wait "$pid" 2>/dev/null
		nft flush ruleset
		echo "round $round: $gateway done $(date +%T)" >&2
	done
done

# ---- the table ----
awk '
{ v[$1, $2, ++n[$1, $2]] = $3; if (!seen[$1]++) name[++names] = $1 }
function median(g, m,   i, j, k, t, a) {
	k = n[g, m]
	for (i = 1; i <= k; i++) a[i] = v[g, m, i]
	for (i = 2; i <= k; i++)
		for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
	return k ? (k % 2 ? a[(k + 1) / 2] : (a[k / 2] + a[k / 2 + 1]) / 2) : 0
}
function sum(g, m,   i, s) { for (i = 1; i <= n[g, m]; i++) s += v[g, m, i]; return s + 0 }
BEGIN { base = "dnsmasq-nftset" }
END {
	print "| gateway | new/s | CPU us each | serial us | hot/s | CPU us each | not answered |"
	print "| --- | --- | --- | --- | --- | --- | --- |"
	for (i = 1; i <= names; i++)
		printf "| %s | %d | %.1f | %.0f | %d | %.2f | %d |\n", name[i], median(name[i], "new_per_s"),
			median(name[i], "new_us_cpu"), median(name[i], "serial_us"), median(name[i], "hot_per_s"),
			median(name[i], "hot_us_cpu"), sum(name[i], "missing")
	print "\negretd against others: how many times as many answers for the same CPU"
	for (i = 1; i <= names; i++) {
		if (name[i] ~ /^egretd/) continue
		ours = "egretd"
		if (name[i] ~ /-10k$/) ours = "egretd-10k"
		if (name[i] ~ /-100k$/) ours = "egretd-100k"
		if (!n[ours, "new_us_cpu"]) continue
		printf "%-20s new names %.2f, out of the cache %.2f (per second %.2f and %.2f; serial time %.2f)\n", name[i],
			median(name[i], "new_us_cpu") / median(ours, "new_us_cpu"),
			median(name[i], "hot_us_cpu") / median(ours, "hot_us_cpu"),
			median(ours, "new_per_s") / median(name[i], "new_per_s"),
			median(ours, "hot_per_s") / median(name[i], "hot_per_s"),
			median(ours, "serial_us") / median(name[i], "serial_us")
	}
}' "$work/results"
