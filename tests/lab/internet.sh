# shellcheck shell=sh
# An internet with a name for every number, addresses without end, and a watch for what must not reach
# it; and a policy that lets clients have those names. Sourced after net.sh.
# shellcheck disable=SC2016,SC2154 # what is in single quotes is for the inner shell; net.sh's variables
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
authority
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
