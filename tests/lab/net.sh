# shellcheck shell=sh
# What the tests of egretd share: a client, a gateway (where the script runs) and an internet, in
# network namespaces of their own. Sourced, inside user, network, mount and PID namespaces, with
# $program and $egretd set; speaks TAP with `check`.
# shellcheck disable=SC2016,SC2154 # what is in single quotes is for the inner shell; set by who sources
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
export program egretd work PATH
export EGRET_RUN="$work/run" EGRET_STATE="$work/state"

# The leak checker wants the /proc of its PID namespace, which not every container lets us mount.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

# check NAME COMMAND: a shell command that must succeed.
check() {
	count=$((count + 1))
	if sh -c "$2" >"$work/log" 2>&1; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		tail -n 8 "$work/log" | sed 's/^/# /'
		tail -n 8 "$work/egretd.log" | sed 's/^/# egretd: /'
	fi
}

# until_true COMMAND: waits for it, half a minute at most.
until_true() {
	for _ in $(seq 300); do
		sh -c "$1" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# authority: NSD in the internet, with $work/root.zone as its root.
authority() {
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
}

# greeter: a server in the internet, on TCP port 443 of every address, that says hello.
greeter() {
	cat >"$work/server.py" <<'END'
import socket
s = socket.create_server(("::", 443), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512)
while True:
    c, _ = s.accept()
    c.sendall(b"hello")
    c.close()
END
	$in inet python3 "$work/server.py" &
}

# ---- the network ----
mount -t tmpfs tmpfs /run
mkdir "$work/etc"
printf 'nameserver 10.1.0.1\noptions timeout:10 attempts:1\n' >"$work/resolv.conf"
[ -e /etc/resolv.conf ] && mount --bind "$work/resolv.conf" /etc/resolv.conf
ip netns add client
ip netns add inet
cat >"$work/in" <<'END'
#!/bin/sh
# in NAMESPACE COMMAND...
ns=$1
shift
exec nsenter --net="/run/netns/$ns" "$@"
END
chmod +x "$work/in"
in=$work/in
export in
ip link add lan type veth peer name eth0 netns client
ip link add wan type veth peer name eth0 netns inet
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
for ns in client inet; do
	$in $ns ip link set lo up
	$in $ns ip link set eth0 up
done
ip link set lo up
ip addr add 10.1.0.1/24 dev lan && ip addr add 2001:db8:1::1/64 dev lan nodad
ip addr add 198.51.100.1/24 dev wan && ip addr add 2001:db8:ff::1/64 dev wan nodad
ip link set lan up && ip link set wan up
$in client ip addr add 10.1.0.5/24 dev eth0
$in client ip addr add 2001:db8:1::5/64 dev eth0 nodad
$in client ip route add default via 10.1.0.1
$in client ip route add default via 2001:db8:1::1
$in inet ip addr add 198.51.100.2/24 dev eth0
$in inet ip addr add 2001:db8:ff::2/64 dev eth0 nodad
$in inet ip route add default via 198.51.100.1
$in inet ip route add default via 2001:db8:ff::1
$in inet ip route add local 203.0.113.0/24 dev lo
$in inet ip route add local 2001:db8:feed::/64 dev lo
ip route add 203.0.113.0/24 via 198.51.100.2
ip route add 2001:db8:feed::/64 via 2001:db8:ff::2
$in inet nft -f - <<'END'
table inet count {
	counter dns { }
	chain input { type filter hook input priority 0; meta l4proto { tcp, udp } th dport 53 counter name dns; }
}
END
# Until an address is known to be nobody else's, the first packets wait for a second.
until_true 'test -z "$(ip -6 addr show tentative)$($in client ip -6 addr show tentative)$($in inet ip -6 addr show tentative)"'
