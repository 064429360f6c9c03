#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A policy of 10k and 100k destination prefixes (host routes that cannot be merged; TCP and UDP
# ports), written in every dialect by egret build, which also reads it back and proves it; beside
# Aerleon and Capirca, which only write, where they are installed (python3 -c "import aerleon").
# Usage: build.sh BUILD [ROUNDS]
set -u
egret=$(realpath "${1:-build}/egret") rounds=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make SIZE: a vendor, a site, and the same for the peers
make() {
	mkdir -p "$work/$1/catalogs/acme/lists" "$work/$1/def"
	python3 - "$1" "$work/$1" <<'END'
import random
import sys

size, folder = int(sys.argv[1]), sys.argv[2]
rng = random.Random(42)
nets = sorted(rng.sample(range(0x0b000000 // 2, 0xdf000000 // 2), size))
text = ["%d.%d.%d.%d/32" % (2 * n >> 24, 2 * n >> 16 & 255, 2 * n >> 8 & 255, 2 * n & 255) for n in nets]
text = [t for t in text if not t.startswith(("10.", "127.", "169.254.", "172.", "192.", "198.", "100.", "203.0"))]
with open(folder + "/catalogs/acme/lists/Core.txt", "w") as f:
    f.write("\n".join(text) + "\n")
with open(folder + "/catalogs/acme/catalog.yaml", "w") as f:
    f.write("""vendor: acme
title: Acme
page: A-1
page-date: 2026-11-01
lists:
  core:
    file: Core.txt
    family: ipv4
    url: https://acme.test/Core.txt
    date: 2026-11-01
    source: made up
services:
  calls:
    title: Calls
    requirements:
      tcp: {title: TCP, page: row 1, roles: [client], proto: tcp, ports: "443,8801-8802", lists: [core]}
      udp: {title: UDP, page: row 2, roles: [client], proto: udp, ports: "3478-3479,8801-8810", lists: [core]}
""")
with open(folder + "/egret.yaml", "w") as f:
    f.write("""title: bench
zones:
  all: {addresses: [10.0.0.0/8], roles: [client]}
allow:
  - {services: acme/calls, from: all}
apex: excluded
default: drop
""")
with open(folder + "/def/n.net", "w") as f:
    f.write("FAR = " + "\n      ".join(text) + "\nINSIDE = 10.0.0.0/8\n")
with open(folder + "/def/s.svc", "w") as f:
    f.write("T = 443/tcp 8801-8802/tcp\nU = 3478-3479/udp 8801-8810/udp\n")
END
}

seconds() { # seconds FILE COMMAND...: runs it, prints "SECONDS s, MIB MiB"
	out=$1
	shift
	best=
	for _ in $(seq "$rounds"); do
		/usr/bin/time -f '%e %M' -o "$work/time" timeout 300 "$@" >"$out" 2>"$work/err"
		status=$?
		line=$(tail -n 1 "$work/time" | awk '{ printf "%.2f %d", $1, $2 / 1024 }')
		if [ -z "$best" ] || [ "$(echo "$line $best" | awk '{ print $1 < $3 }')" = 1 ]; then best=$line; fi
	done
	[ "$status" -le 1 ] || best="failed($status)"
	printf '%-26s %s s MiB, %s lines\n' "$name" "$best" "$(wc -l <"$out")"
}

peer() { # peer MODULE TARGET SIZE
	name="$1 $2 $3"
	python3 -c "import $1" 2>/dev/null || return 0
	printf 'header { target:: %s }\nterm t { destination-address:: FAR source-address:: INSIDE destination-port:: T protocol:: tcp action:: accept }\nterm u { destination-address:: FAR source-address:: INSIDE destination-port:: U protocol:: udp action:: accept }\n' \
		"$4" >"$work/$3/p.pol"
	seconds "$work/peer.out" python3 - "$1" "$work/$3" <<'END'
import importlib
import sys

module, folder = sys.argv[1], sys.argv[2]
if module == "aerleon":
    naming = importlib.import_module("aerleon.lib.naming").Naming(folder + "/def")
else:
    naming = importlib.import_module("capirca.lib.naming").Naming(folder + "/def")
policy = importlib.import_module(module + ".lib.policy")
parsed = policy.ParsePolicy(open(folder + "/p.pol").read(), naming)
lib = importlib.import_module(module + ".lib.nftables")
print(lib.Nftables(parsed, 2))
END
}

for size in 10000 100000; do
	make "$size"
	for to in $("$egret" build --to none --catalogs "$work/$size/catalogs" --policy "$work/$size/egret.yaml" 2>&1 | sed -n 's/.*known: //p' | tr -d ,); do
		name="egret $to $size"
		seconds "$work/$to.out" "$egret" build --to "$to" --accept-loss --catalogs "$work/$size/catalogs" \
			--policy "$work/$size/egret.yaml"
		[ -s "$work/$to.out" ] || head -n 3 "$work/err"
	done
	peer aerleon nftables "$size" "nftables output ip"
	peer capirca nftables "$size" "nftables output ip"
done
