#!/bin/sh
# What the resolver's settings in egret.yaml make of queries: refusals, names that lead around it,
# clients that ask others, HTTPS records for a client that follows them as browsers do. egretd
# between a client and an internet in network namespaces, with a real authority (NSD) and dig.
# Speaks TAP. Usage: resolver.sh PROGRAM EGRETD
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
# shellcheck disable=SC1091,SC2154 # net.sh and its variables
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
browser=$(realpath tests/lab/browser.py)
export browser

# ---- the internet ----
cat >"$work/root.zone" <<'END'
$ORIGIN .
$TTL 60
. SOA a. b. 1 60 60 60 60
. NS a.
a. A 198.51.100.2
plain.google.com. A 203.0.113.10
plain.google.com. AAAA 2001:db8:feed::10
hints.google.com. A 203.0.113.11
hints.google.com. HTTPS 1 . alpn=h2,h3 ipv4hint=203.0.113.66 ech=AAAA
other.google.com. A 203.0.113.12
other.google.com. HTTPS 1 elsewhere.example. alpn=h2
port.google.com. A 203.0.113.13
port.google.com. HTTPS 1 . alpn=h2 port=8443
alias.google.com. A 203.0.113.14
alias.google.com. HTTPS 0 elsewhere.example.
cdn.google.com. CNAME edge.cdn.example.
edge.cdn.example. A 203.0.113.15
edge.cdn.example. HTTPS 1 . alpn=h2
elsewhere.example. A 203.0.113.77
foreign.example. A 203.0.113.99
dns.google.com. A 203.0.113.8
dns.quad9.net. A 203.0.113.9
use-application-dns.net. A 203.0.113.99
END
authority
greeter
until_true '$in inet dig +tries=1 +time=1 @198.51.100.2 plain.google.com | grep -q NOERROR'

# ---- a policy whose wildcards hold more than was meant ----
mkdir -p "$work/catalogs/wide"
cat >"$work/catalogs/wide/catalog.yaml" <<'END'
vendor: wide
title: Wildcards
page: none
page-date: 2026-11-26
services:
  web:
    title: Web
    requirements:
      web:
        { title: Web, page: none, roles: client, proto: tcp, ports: 443,
          names: ["*.google.com", dns.quad9.net, "*.example.net", use-application-dns.net] }
END
# policy RESOLVER_BLOCK_LINES...
policy() {
	cat >"$work/egret.yaml" <<'END'
outside: wan
zones:
  staff: { addresses: [10.1.0.0/24, 2001:db8:1::/64], interface: lan }
allow: [{ services: wide/web, from: staff }]
resolver:
  listen: [10.1.0.1, 2001:db8:1::1]
  upstream: 198.51.100.2
END
	printf '  %s\n' "$@" >>"$work/egret.yaml"
}
# serve: starts egretd, until it answers.
serve() {
	"$egretd" --policy "$work/egret.yaml" --catalogs "$work/catalogs" 2>>"$work/egretd.log" &
	pid=$!
	until_true '$in client dig +tries=1 +time=1 @10.1.0.1 plain.google.com | grep NOERROR'
}
stop() {
	kill "$pid"
	wait "$pid"
}
asked() { "$in" inet nft list counter inet count dns | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }
ask='$in client dig +tries=1 +time=5 @10.1.0.1'

policy "grace: 60"
serve
before=$(asked)
check "a foreign name is refused" "$ask"' foreign.example | tee /dev/stderr | grep "status: REFUSED"'
check "a public resolver is refused, though a wildcard holds it" \
	"$ask"' dns.google.com | tee /dev/stderr | grep "status: REFUSED"'
check "Firefox's canary does not exist, though the policy names it" \
	"$ask"' use-application-dns.net | tee /dev/stderr | grep "status: NXDOMAIN"'
check "a relay's name does not exist" "$ask"' mask.icloud.com | tee /dev/stderr | grep "status: NXDOMAIN"'
after=$(asked)
check "nothing about them has left" "test $before = $after"
check "a public resolver that the policy names is answered" "$ask"' +short dns.quad9.net | grep -x 203.0.113.9'
check "who asks another resolver is answered by ours, over UDP and TCP, in both families" \
	'for at in "@192.0.2.53" "@192.0.2.53 +tcp" "@2001:db8:ffff::53" "@2001:db8:ffff::53 +tcp"; do
	 $in client dig +tries=1 +time=5 $at foreign.example | grep "status: REFUSED" || exit 1
	 $in client dig +tries=1 +time=5 $at plain.google.com | grep "status: NOERROR" || exit 1; done'
check "port 853 of another resolver is closed at once" \
	'$in client python3 -c "
import socket
try:
    socket.create_connection((\"198.51.100.2\", 853), timeout=5)
except ConnectionRefusedError:
    print(\"refused\")" | grep refused'

# ---- HTTPS records, stripped ----
check "of HTTPS records only the protocols are given" \
	"$ask"' hints.google.com HTTPS | tee /dev/stderr | grep -E "IN\s+HTTPS\s+1 \. alpn=\"h2,h3\"$"'
check "a browser gets through at its first try" \
	'$in client python3 $browser 10.1.0.1 hints.google.com other.google.com port.google.com alias.google.com cdn.google.com plain.google.com |
	 tee $work/browsed && test $(grep -c connected $work/browsed) = 6'
check "it knows of the protocols where the record is about the name itself" \
	'cat $work/browsed; test "$(grep https $work/browsed)" = "hints.google.com https 1 . 1
cdn.google.com https 1 . 1"'
check "what a record leads to stays closed" \
	'! nft list table inet egret | grep -E "203.0.113.(66|77)"'
stop

# ---- HTTPS records, refused ----
policy "ech: refuse"
serve
before=$(asked)
check "HTTPS records have no data" \
	"$ask"' hints.google.com HTTPS | tee /dev/stderr | grep "ANSWER: 0,"'
after=$(asked)
check "and such questions do not leave" "test $before = $after"
check "a browser gets through at its first try, too" \
	'$in client python3 $browser 10.1.0.1 hints.google.com other.google.com port.google.com alias.google.com cdn.google.com plain.google.com |
	 tee $work/browsed && test $(grep -c connected $work/browsed) = 6 && ! grep https $work/browsed'
stop

# ---- other refusals ----
policy "refuse: nxdomain" "redirect: false"
serve
check "refused names do not exist" "$ask"' foreign.example | tee /dev/stderr | grep "status: NXDOMAIN"'
check "without redirect, other resolvers are closed" \
	'! $in client dig +tries=1 +time=1 @198.51.100.2 plain.google.com && ! nft list table inet egret_dns'
stop
policy "refuse: sinkhole" "sinkhole: [10.1.0.9, 2001:db8:1::9]"
serve
check "refused names lead to a sinkhole" \
	'test "$($in client dig +short @10.1.0.1 foreign.example A foreign.example AAAA)" = "10.1.0.9
2001:db8:1::9"'
check "which opens nothing" '! nft list table inet egret | grep -F 10.1.0.9'
check "the canary does not exist all the same" \
	"$ask"' use-application-dns.net | tee /dev/stderr | grep "status: NXDOMAIN"'
stop
echo "1..$count"
