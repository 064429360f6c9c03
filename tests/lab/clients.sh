#!/bin/sh
# Sentences of Zoom's page with real clients behind the gateway, in both families: curl, dig, a
# browser. The internet answers on every address, so only the gateway says no. Speaks TAP.
# Usage: clients.sh PROGRAM EGRETD
# shellcheck disable=SC1091,SC2154 # net.sh and its variables
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1") egretd=$(realpath "$2")
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
if [ "${3:-}" != inside ]; then
	for tool in nsd dig nft ip python3 nginx curl openssl; do
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

# ---- a zone of clients, and one of browsers ----
ip netns add browsers
ip link add reading type veth peer name eth0 netns browsers
ip addr add 10.7.0.1/24 dev reading && ip addr add 2001:db8:7::1/64 dev reading nodad
ip link set reading up
$in browsers ip link set lo up
$in browsers ip link set eth0 up
$in browsers ip addr add 10.7.0.5/24 dev eth0
$in browsers ip addr add 2001:db8:7::5/64 dev eth0 nodad
$in browsers ip route add default via 10.7.0.1
$in browsers ip route add default via 2001:db8:7::1

# ---- the internet: NSD, and a web server (nginx) on every address ----
{
	printf '$ORIGIN .\n$TTL 60\n. SOA a. b. 1 60 60 60 60\n. NS a.\na. A 198.51.100.2\n'
	n=10
	for name in zoom.us us02web.zoom.us www.zoom.com x.zoomapp.cloud crl3.digicert.com zdm.zoom.us foreign.example; do
		echo "$name. A 203.0.113.$n"
		echo "$name. AAAA 2001:db8:feed::$n"
		n=$((n + 1))
	done
} >"$work/root.zone"
authority
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -keyout "$work/tls.key" -out "$work/tls.pem" \
	-addext "subjectAltName=DNS:zoom.us,DNS:*.zoom.us,DNS:*.zoom.com,DNS:*.zoomapp.cloud,DNS:foreign.example" 2>/dev/null
mkdir "$work/web"
echo '<!DOCTYPE html><title>test</title><p id=p>not yet</p><script>document.getElementById("p").textContent = "the page " + "has run"</script>' >"$work/web/index.html"
head -c 700 /dev/urandom >"$work/web/list.crl"
cat >"$work/nginx.conf" <<END
user root root;
pid $work/nginx.pid;
error_log $work/nginx.log;
daemon off;
events { }
http {
	access_log off;
	client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
	server {
		listen 80; listen [::]:80; listen 8443; listen [::]:8443;
		listen 443 ssl; listen [::]:443 ssl;
		ssl_certificate $work/tls.pem; ssl_certificate_key $work/tls.key;
		root $work/web;
	}
}
END
$in inet nginx -c "$work/nginx.conf" -p "$work" 2>"$work/nginx.err" &
cat >"$work/echo.py" <<'END'
"""Repeats datagrams, from the address that was asked (IP_PKTINFO, IPV6_PKTINFO)."""
import selectors, socket
selector = selectors.DefaultSelector()
for family, level, option, info in ((socket.AF_INET, socket.IPPROTO_IP, 8, 8), (socket.AF_INET6, socket.IPPROTO_IPV6, 49, 50)):
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.setsockopt(socket.IPPROTO_IPV6, 78, 1)  # IPV6_FREEBIND
    s.setsockopt(level, option, 1)
    s.bind(("", 443))
    selector.register(s, selectors.EVENT_READ, info)
while True:
    for key, _ in selector.select():
        data, ancillary, _, peer = key.fileobj.recvmsg(2048, 256)
        where = [(a[0], a[1], a[2][:16] + bytes(4) if a[1] == 50 else a[2]) for a in ancillary if a[1] == key.data]
        key.fileobj.sendmsg([data], where, 0, peer)
END
$in inet python3 "$work/echo.py" &
# udp.py ADDRESS PORT: does a datagram come back?
cat >"$work/udp.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(1)
s.connect((sys.argv[1], int(sys.argv[2])))
try:
    s.send(b"quic?")
    sys.exit(s.recv(16) != b"quic?")
except OSError:
    sys.exit(1)
END
until_true '$in inet dig +tries=1 +time=1 @198.51.100.2 zoom.us | grep -q NOERROR'
until_true '$in inet curl -sk https://203.0.113.10/ >/dev/null'

# policy APEX: writes it.
policy() {
	cat >"$work/egret.yaml" <<END
outside: wan
zones:
  staff:
    addresses: [10.1.0.0/24, 2001:db8:1::/64]
    interface: lan
    roles: [client, browser]
  readers:
    addresses: [10.7.0.0/24, 2001:db8:7::/64]
    interface: reading
    roles: browser
allow:
  - services: [zoom/web, zoom/website, zoom/apps, zoom/certificates]
    from: staff
  - services: [zoom/web, zoom/website]
    from: readers
apex: $1
default: reject
resolver:
  listen: [10.1.0.1, 10.7.0.1]
  upstream: [198.51.100.2]
END
}
policy included
"$egretd" --policy "$work/egret.yaml" --catalogs catalogs 2>"$work/egretd.log" &
pid=$!
until_true 'grep -q "note: ready" $work/egretd.log'

# get NAMESPACE FAMILY URL: what curl gets; the resolver is that of the zone.
cat >"$work/get" <<'END'
#!/bin/sh
case $1 in browsers) resolver=10.7.0.1 ;; *) resolver=10.1.0.1 ;; esac
host=${3#*://}
host=${host%%[:/]*}
type=A
[ "$2" = 6 ] && type=AAAA
address=$("$in" "$1" dig +short @$resolver "$host" $type | tail -n 1)
[ -n "$address" ] || { echo "no address for $host"; exit 6; }
[ "$2" = 6 ] && address="[$address]"
exec "$in" "$1" curl -s --max-time 5 --cacert "$work/tls.pem" --resolve "$host:${4:-443}:$address" "$3"
END
chmod +x "$work/get"

for family in 4 6; do
	export family
	if [ $family = 4 ]; then net=203.0.113. far=10.1.0.5; else net=2001:db8:feed:: far=2001:db8:1::5; fi
	export net far
	check "S12, IPv$family: TCP 443 to *.zoom.us and *.zoom.com" \
		'$work/get client $family https://us02web.zoom.us/ | grep "not yet" && $work/get client $family https://www.zoom.com/ | grep "not yet"'
	check "S12, IPv$family: TCP 80 too" '$work/get client $family http://us02web.zoom.us/ 80 | grep "not yet"'
	check "S12, IPv$family: no other port, no other name" \
		'! $work/get client $family http://us02web.zoom.us:8443/ 8443 && ! $work/get client $family https://foreign.example/ &&
		 ! $in client curl -sk --max-time 3 -g --resolve "foreign.example:443:$(echo $net | grep -q : && echo "[${net}16]" || echo "${net}16")" https://foreign.example/'
	check "S13, IPv$family: UDP 443 to the address of such a name" '$in client python3 $work/udp.py ${net}11 443'
	check "S13, IPv$family: no other UDP 443" \
		'! $in client python3 $work/udp.py ${net}16 443 && ! $in client python3 $work/udp.py ${net}99 443'
	check "S14, IPv$family: https://zoom.us with the apex included" \
		'$work/get client $family https://zoom.us/ | grep "not yet" && $work/get browsers $family https://zoom.us/ | grep "not yet"'
	check "S15, IPv$family: nothing begins outside" \
		'for port in 443 8801; do ! $in inet curl -s --max-time 2 -g "http://$(echo $far | grep -q : && echo "[$far]" || echo $far):$port/" || exit 1; done; ! $in inet ping -c 1 -W 1 $far'
	check "S16, IPv$family: a megabyte comes back over what was opened" \
		'head -c 1000000 /dev/urandom >$work/web/big; $work/get client $family https://us02web.zoom.us/big | cmp - $work/web/big'
	check "S29, IPv$family: the browsers of another zone to *.zoom.us" \
		'$work/get browsers $family https://us02web.zoom.us/ | grep "not yet" && $work/get browsers $family http://us02web.zoom.us/ 80 | grep "not yet"'
	check "S30, IPv$family: TCP 443 to *.zoomapp.cloud for clients, not for browsers" \
		'$work/get client $family https://x.zoomapp.cloud/ | grep "not yet" && ! $work/get browsers $family https://x.zoomapp.cloud/'
	check "S31, IPv$family: a revocation list from crl3.digicert.com over port 80, and no 443" \
		'$work/get client $family http://crl3.digicert.com/list.crl 80 | cmp - $work/web/list.crl && ! $work/get client $family https://crl3.digicert.com/'
	cp -r catalogs "$work/catalogs$family"
	cp catalogs/zoom/lists/*.txt "$work/web/"
	printf '\n8.8.%s.0/24' $family >>"$work/web/ZoomMeetings.txt" # without a final newline
	sed -i "s,https://assets.zoom.us/docs/ipranges,http://$(echo $net | grep -q : && echo "[${net}10]" || echo "${net}10")," \
		"$work/catalogs$family/zoom/catalog.yaml"
	check "S32, IPv$family: the lists are fetched, guarded, staged, taken over" \
		'export EGRET_STATE=$work/feeds$family; c="--catalogs $work/catalogs$family"
		 $program sync $c zoom/meetings-v4 zoom/meetings-v6 >$work/out 2>&1; test $? = 1 && cat $work/out && grep "8.8.$family.0/24" $work/out &&
		 $program sync $c --accept && grep -x "8.8.$family.0/24" $work/catalogs$family/zoom/lists/ZoomMeetings.txt &&
		 $program sync $c zoom/meetings-v4 | tee /dev/stderr | grep -i "no change\|not modified\|nothing"'
	check "S36, IPv$family: a host of the device management" '$work/get client $family https://zdm.zoom.us/ | grep "not yet"'
done
check "S14: what is said of the test page" '! $program check --policy $work/egret.yaml --catalogs catalogs | grep -i "apex.*not"'
if command -v chromium >/dev/null; then
	mkdir "$work/profile"
	printf 'nameserver 10.7.0.1\noptions timeout:5 attempts:1\n' >"$work/resolv.conf"
	cat >"$work/browse" <<'END'
#!/bin/sh
# browse URL: the page after its script has run.
exec timeout 60 "$in" browsers env HOME="$work/profile" chromium --headless=new --no-sandbox --disable-gpu \
	--disable-dev-shm-usage --user-data-dir="$work/profile/data" --ignore-certificate-errors \
	--disable-background-networking --disable-component-update --virtual-time-budget=8000 --dump-dom "$1" 2>"$work/browser.log"
END
	chmod +x "$work/browse"
	check "S14, S29: a browser shows https://zoom.us" '$work/browse https://zoom.us/ | grep "the page has run"'
	check "S12, S29: and https://us02web.zoom.us" '$work/browse https://us02web.zoom.us/ | grep "the page has run"'
	check "and not https://foreign.example" '! $work/browse https://foreign.example/ | grep "the page has run"'
	policy excluded
	kill -HUP "$pid"
	until_true 'test $(grep -c "policy loaded" $work/egretd.log) -ge 2'
	check "S14: with the apex excluded the browser does not get there" '! $work/browse https://zoom.us/ | grep "the page has run"'
else
	echo "# chromium is not installed: no browser was tried"
	policy excluded
	kill -HUP "$pid"
	until_true 'test $(grep -c "policy loaded" $work/egretd.log) -ge 2'
fi
check "S14: with the apex excluded the name is refused, and that is told before" \
	'! $work/get client 4 https://zoom.us/ && $program check --policy $work/egret.yaml --catalogs catalogs | tee /dev/stderr | grep "zoom.us"'
kill -TERM "$pid"
wait "$pid"
echo "1..$count"
