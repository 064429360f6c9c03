#!/bin/sh
# egretd between a client and an internet, in network namespaces: real clients (dig, the C library's
# resolver), a real authority (NSD), the real kernel. Speaks TAP. Usage: egretd.sh PROGRAM EGRETD
# shellcheck disable=SC1091,SC2154 # net.sh and its variables
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1") egretd=$(realpath "$2")
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
if [ "${3:-}" != inside ]; then
	for tool in nsd dig nft ip python3; do
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
		"$0" "$program" "$egretd" inside
fi
. tests/lab/net.sh

# ---- the internet: an authority, and a server on every address ----
{
	printf '$ORIGIN .\n$TTL 60\n. SOA a. b. 1 60 60 60 60\n. NS a.\na. A 198.51.100.2\n'
	echo 'us02web.zoom.us. 5 A 203.0.113.10'
	echo 'us02web.zoom.us. 5 AAAA 2001:db8:feed::10'
	echo 'www.zoom.us. CNAME shared.cdn.example.'
	echo 'shared.cdn.example. A 203.0.113.12'
	echo 'inner.zoom.us. A 10.1.0.5'
	echo 'foreign.example. A 203.0.113.13'
	for i in $(seq 100 199); do
		echo "n$i.zoom.us. A 203.0.113.$i"
		echo "n$i.zoom.us. AAAA 2001:db8:feed::$i"
	done
	for i in $(seq 1 60); do echo "many.zoom.us. A 203.0.113.$i"; done
} >"$work/root.zone"
authority
greeter
# connect.py HOST...: resolve and connect at once, over every address; all must say hello.
cat >"$work/connect.py" <<'END'
import socket, sys
for host in sys.argv[1:]:
    for family, kind, proto, _, address in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM):
        s = socket.socket(family, kind, proto)
        s.settimeout(10)
        s.connect(address)
        assert s.recv(5) == b"hello"
        s.close()
        print(host, address[0])
END
until_true '$in inet dig +tries=1 +time=1 @198.51.100.2 us02web.zoom.us | grep -q NOERROR'

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
default: reject
END
serve() {
	"$egretd" --policy "$work/egret.yaml" --catalogs catalogs --listen 10.1.0.1 \
		--listen 2001:db8:1::1 --upstream 198.51.100.2 2>>"$work/egretd.log" &
	pid=$!
	export pid
}

check "the policy is checked without touching anything" \
	'$egretd --check --policy $work/egret.yaml --catalogs catalogs && ! nft list table inet egret'
check "an address that is not ours: it does not start, and loads nothing" \
	'$egretd --policy $work/egret.yaml --catalogs catalogs --listen 192.0.2.1 --upstream 198.51.100.2;
	 test $? = 3 && ! nft list table inet egret'
serve
logged() { until_true "test \$(grep -c '$1' $work/egretd.log) -ge $2"; }
logged ready 1
check "it says when it is ready" 'grep ready $work/egretd.log'
cat >"$work/asked" <<'END'
#!/bin/sh
# How many DNS packets have reached the internet.
exec "$in" inet nft list counter inet count dns | sed -n 's/.*packets \([0-9]*\).*/\1/p'
END
chmod +x "$work/asked"
asked=$("$work/asked")
export asked

check "a server is closed before its name is asked for" \
	'! $in client python3 $work/connect.py 203.0.113.10'
check "a foreign name is refused" \
	'$in client dig @10.1.0.1 foreign.example | grep "status: REFUSED"'
check "the apex is another name" '$in client dig @10.1.0.1 zoom.us | grep "status: REFUSED"'
check "a foreign name over TCP and IPv6 is refused" \
	'$in client dig +tcp @2001:db8:1::1 foreign.example | grep "status: REFUSED"'
check "nothing about foreign names has left" \
	'test "$($work/asked)" = "$asked"'
check "an allowed name works at the first try, both families" \
	'$in client python3 $work/connect.py us02web.zoom.us | tee /dev/stderr | grep -c . | grep -x 2'
check "the neighbour of its server stays closed" \
	'! $in client python3 $work/connect.py 203.0.113.70'
check "100 fresh names, each connected to the moment it is known, both families" \
	'$in client python3 $work/connect.py $(seq -f n%g.zoom.us 100 199) >$work/out && test $(wc -l <$work/out) = 200'
check "the end of a chain of names is opened for the name asked for" \
	'$in client python3 $work/connect.py www.zoom.us &&
	 nft list map inet egret learned4-staff | grep "203.0.113.12 .*www.zoom.us"'
check "a public name with an address of ours is refused" \
	'$in client dig @10.1.0.1 inner.zoom.us | grep "status: REFUSED"'
check "a large answer is cut and comes over TCP" \
	'$in client dig +noedns +ignore @10.1.0.1 many.zoom.us | grep "flags:.* tc" &&
	 $in client dig +noedns @10.1.0.1 many.zoom.us | grep "ANSWER: 60"'
check "HTTPS records have no data" \
	'$in client dig @10.1.0.1 us02web.zoom.us TYPE65 | grep "status: NOERROR" && $in client dig +short @10.1.0.1 us02web.zoom.us TYPE65 | grep -c . | grep -x 0'
# The client may use what it gets for at most 60 s more; the element must have half the grace beyond.
check "an answer out of the cache is open for longer than its client may use it" \
	'$in client dig @10.1.0.1 n100.zoom.us && sleep 3 && $in client dig @10.1.0.1 n100.zoom.us &&
	 nft list map inet egret learned4-staff | tr , "\n" | grep "203.0.113.100 . tcp . 443" |
	 sed "s/.*expires \([0-9]*\)m\([0-9]*\)s.*/\1 \2/" |
	 { read m s; echo "$m $s"; test $((m * 60 + s)) -ge 90; }'
check "the kernel proves clean with what was learned" \
	'$program prove --policy $work/egret.yaml --catalogs catalogs - <<END
$(nft list table inet egret)
END'
sed 's/zoom\/web/zoom\/wep/' "$work/egret.yaml" >"$work/bad.yaml"
cp "$work/egret.yaml" "$work/good.yaml"
cp "$work/bad.yaml" "$work/egret.yaml"
kill -HUP "$pid"
logged "stays as it was" 1
check "a policy that cannot be read is told" 'grep "stays as it was" $work/egretd.log'
check "and the old one goes on" '$in client dig @10.1.0.1 us02web.zoom.us | grep NOERROR'
sed 's/zoom\/web/[zoom\/web, zoom\/apps]/' "$work/good.yaml" >"$work/egret.yaml"
kill -HUP "$pid"
logged "policy loaded" 2
check "a changed policy is loaded" 'test $(grep -c "policy loaded" $work/egretd.log) = 2'
check "what was learned before stays open" '$in client python3 $work/connect.py 203.0.113.199 2001:db8:feed::199'
check "a name of the new service is not refused any more" \
	'$in client dig @10.1.0.1 x.zoomapp.cloud | grep "status: NXDOMAIN"'
kill -TERM "$pid"
wait "$pid"
status=$?
export status
check "it ends when it is told to" 'test $status = 0 && grep "ended; queries" $work/egretd.log'
check "the table stays closed, and what was learned open" \
	'$in client python3 $work/connect.py 203.0.113.199 && ! $in client python3 $work/connect.py 203.0.113.70'
check "a start that fails leaves the table as it was" \
	'nft list table inet egret | sed "s/ expires [0-9a-z]*//" >$work/a;
	 $egretd --policy $work/bad.yaml --catalogs catalogs --listen 10.1.0.1 --upstream 198.51.100.2; test $? = 3 &&
	 nft list table inet egret | sed "s/ expires [0-9a-z]*//" >$work/b && cmp $work/a $work/b'
serve
logged ready 2
check "a new one takes over what was learned" \
	'$in client python3 $work/connect.py 203.0.113.199 us02web.zoom.us'
kill -TERM "$pid"
wait "$pid"

# ---- the service manager, sockets that are handed in, the control socket ----
cat >"$work/manager.py" <<'END'
"""Stands in for systemd: sockets handed in, notifications written down. manager.py LOG PROGRAM ARGUMENTS..."""
import os, socket, sys
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0egret-test-notify")
if os.fork() == 0:
    log = open(sys.argv[1], "w")
    while True:
        print(notify.recv(4096).decode(), file=log, flush=True)
sockets = []
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
    s = socket.socket(socket.AF_INET, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("10.1.0.1", 53))
    sockets.append(s)
sockets[1].listen()
high = [os.dup(s.fileno()) for s in sockets]
for i, fd in enumerate(high):
    os.dup2(os.dup(fd), 3 + i, inheritable=True)
os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()), NOTIFY_SOCKET="@egret-test-notify",
                  WATCHDOG_USEC="200000", WATCHDOG_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
END
cat >"$work/control.py" <<'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(os.environ["EGRET_RUN"] + "/control")
s.send(" ".join(sys.argv[1:]).encode())
print(s.recv(1 << 16).decode())
END
python3 "$work/manager.py" "$work/notified" "$egretd" --policy "$work/egret.yaml" --catalogs catalogs \
	--upstream 198.51.100.2 --log json 2>"$work/json.log" &
pid=$!
export pid
until_true 'grep -q READY=1 $work/notified'
check "sockets that were handed in are served, and the manager is told" \
	'$in client dig @10.1.0.1 us02web.zoom.us | grep NOERROR && $in client dig +tcp @10.1.0.1 us02web.zoom.us | grep NOERROR'
check "the watchdog is fed" 'sleep 0.5; test $(grep -c WATCHDOG=1 $work/notified) -ge 3'
check "who asks on the control socket is answered" \
	'python3 $work/control.py status | tee /dev/stderr | grep -x "role_dns ready" &&
	 python3 $work/control.py status | grep -x "dns_queries_tcp [0-9]*" &&
	 python3 $work/control.py lode x | grep -x failed && python3 $work/control.py load | grep -x failed'
mkdir -p "$work/generation"
cp -r catalogs "$work/generation/catalogs"
sed 's/zoom\/apps/zoom\/marketplace-nonsense/' "$work/egret.yaml" >"$work/generation/egret.yaml"
check "a folder whose policy is wrong is refused, with the place" \
	'python3 $work/control.py load $work/generation | tee /dev/stderr | grep "generation/egret.yaml:.*no service" &&
	 python3 $work/control.py status | grep -x "policy $work/egret.yaml"'
sed 's/, zoom\/apps//' "$work/egret.yaml" >"$work/generation/egret.yaml"
check "a folder is loaded: table and names change together" \
	'$in client dig @10.1.0.1 x.zoomapp.cloud | grep NXDOMAIN && python3 $work/control.py load $work/generation | grep -x ok &&
	 $in client dig @10.1.0.1 x.zoomapp.cloud | grep REFUSED && python3 $work/control.py status | grep -x "policy $work/generation/egret.yaml"'
kill -HUP "$pid"
until_true 'grep -q RELOADING=1 $work/notified'
kill -TERM "$pid"
wait "$pid"
check "the manager was told of reload and end" \
	'cat $work/notified; grep -A1 RELOADING=1 $work/notified | grep MONOTONIC_USEC && grep STOPPING=1 $work/notified'
check "every line of the log is JSON with time, level, role and message" \
	'cat $work/json.log; python3 -c "
import json, sys
for line in open(sys.argv[1]):
    o = json.loads(line)
    assert all(o[k] for k in (\"time\", \"level\", \"role\", \"message\")), line
" $work/json.log'
check "a role is nothing to be started by hand" '$egretd --role dns; test $? = 2'
check "and there is no other one" '$egretd --role shell; test $? = 2'

# ---- metrics, and a table that somebody changes ----
cat >"$work/get.py" <<'END'
import socket, sys
s = socket.create_connection(("10.1.0.1", 9153), timeout=5)
for part in sys.argv[1:]:
    s.sendall(part.encode().decode("unicode_escape").encode())
got = b""
while data := s.recv(65536):
    got += data
print(got.decode())
END
"$egretd" --policy "$work/good.yaml" --catalogs catalogs --listen 10.1.0.1 --upstream 198.51.100.2 \
	--metrics 10.1.0.1:9153 2>"$work/metrics.log" &
pid=$!
export pid
until_true 'grep -q "note: ready" $work/metrics.log'
check "Prometheus is told what is counted" \
	'$in client dig @10.1.0.1 n103.zoom.us && $in client python3 $work/connect.py n103.zoom.us &&
	 for i in 1 2 3 4 5 6 7; do sleep 1; $in client python3 $work/get.py "GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" >$work/got; grep "event=\"learned\"} [1-9]" $work/got && break; done;
	 cat $work/got; grep "HTTP/1.1 200 OK" $work/got && grep "^egret_requirement_packets_total{requirement=\"zoom/web/web-tcp\"} [1-9]" $work/got &&
	 grep "^egret_role_up{role=\"dns\"} 1" $work/got && grep "^egret_drift 0" $work/got &&
	 ! sed "1,/^.\{0,1\}$/d" $work/got | grep -v "^#\|^egret_[a-z_]*\({[a-z]*=\"[^\"]*\"}\)\{0,1\} [0-9]*$\|^$"'
check "in pieces, and whoever wants something else is told so" \
	'$in client python3 $work/get.py "GET /met" "rics HTTP/1.0\\r\\n\\r\\n" | grep "200 OK" &&
	 $in client python3 $work/get.py "GET /etc/passwd HTTP/1.0\\r\\n\\r\\n" | grep "404 Not Found"'
check "its role may be killed as well" \
	'kill -9 $(python3 $work/control.py status | sed -n "s/role_metrics_pid //p") && sleep 1 &&
	 $in client python3 $work/get.py "GET /metrics HTTP/1.0\\r\\n\\r\\n" | grep "role_starts_total{role=\"metrics\"} 2"'
kill -USR2 "$pid"
until_true 'test $(grep -c "note: ready" $work/metrics.log) -ge 2'
check "and a new egretd tells on" \
	'$in client python3 $work/get.py "GET /metrics HTTP/1.0\\r\\n\\r\\n" | grep "policy_loads_total 1"'
nft insert rule inet egret forward accept
check "a rule that somebody adds is drift" \
	'python3 $work/control.py look | grep ok;
	 for i in 1 2 3 4 5; do sleep 1; grep "it lets other flows through" $work/metrics.log && break; done'
kill -HUP "$pid"
check "SIGHUP puts the policy back" \
	'sleep 1; ! nft list chain inet egret forward | grep "^[[:space:]]*accept$" && python3 $work/control.py status | grep -x "drift none"'
nft delete table inet egret
check "a table that somebody removes is drift" \
	'python3 $work/control.py look | grep ok; for i in 1 2 3 4 5; do sleep 1; grep "nothing is closed" $work/metrics.log && break; done'
kill -TERM "$pid"
wait "$pid"

# ---- over TLS, from inside the sandbox ----
if command -v unbound openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=resolver -addext "subjectAltName=DNS:dns.example" \
		-keyout "$work/tls.key" -out "$work/tls.pem" 2>/dev/null
	cat >"$work/unbound.conf" <<END
server:
  interface: 198.51.100.2@853
  port: 5353
  tls-port: 853
  tls-service-key: "$work/tls.key"
  tls-service-pem: "$work/tls.pem"
  access-control: 0.0.0.0/0 allow
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "." transparent
stub-zone:
  name: "."
  stub-addr: 198.51.100.2
END
	$in inet unbound -d -c "$work/unbound.conf" >"$work/unbound.log" 2>&1 &
	until_true 'nsenter --net=/run/netns/inet ss -ltn | grep -q :853'
	cat "$work/good.yaml" - >"$work/tls.yaml" <<END
resolver:
  listen: [10.1.0.1]
  upstream: ["tls://198.51.100.2#dns.example"]
  upstream-ca: $work/tls.pem
END
	before=$("$work/asked")
	"$egretd" --policy "$work/tls.yaml" --catalogs catalogs 2>>"$work/egretd.log" &
	pid=$!
	export pid before
	logged ready 3
	check "an upstream over TLS is asked by a role without files" \
		'$in client dig @10.1.0.1 n101.zoom.us | tee /dev/stderr | grep 203.0.113.101 && sleep 1.5 && python3 $work/control.py status | grep "dns_sent_tls [1-9]"'
	sed -i 's/#dns.example/#other.example/' "$work/tls.yaml"
	kill -HUP "$pid"
	logged "is back" 1
	check "one with another name is not believed" \
		'$in client dig @10.1.0.1 n102.zoom.us | tee /dev/stderr | grep SERVFAIL'
	kill -TERM "$pid"
	wait "$pid"
fi
echo "1..$count"
