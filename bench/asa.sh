#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Configurations of Cisco ASA of 100,000 lines, read as flow sets and proved against a policy: elapsed
# and CPU time and peak memory of the whole program, best of ROUNDS. No peer reads them here.
# Usage: asa.sh BUILD [ROUNDS]
set -eu
egret=$(realpath "${1:-build}")/egret
rounds=${2:-3}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/make.py" <<'END'
"""make.py KIND: prints a configuration of 100,000 lines and a few."""
import random
import sys

LINES = 100 * 1000
kind = sys.argv[1]
rng = random.Random(42)


def address(n):
    return "%d.%d.%d.%d" % (n >> 24, n >> 16 & 255, n >> 8 & 255, n & 255)


def network():
    length = rng.choice([16, 20, 22, 24, 24, 24, 28, 32])
    mask = 0xffffffff << (32 - length) & 0xffffffff
    base = rng.getrandbits(32) & mask
    return "host " + address(base) if length == 32 else address(base) + " " + address(mask)


print("ASA Version 9.16(4)\nhostname bench\ninterface G0\n nameif outside\n security-level 0")
for i in range(100):
    print("interface G1.%d\n nameif inside%d\n security-level 100" % (i, i))
print("object-group service WEB tcp\n port-object eq www\n port-object eq https")
print("object-group service STUN udp\n port-object range 3478 3479")
groups = 0
if kind == "objects":
    groups = 1000
    for i in range(groups * 20):
        print("object network O%d\n subnet %s" % (i, network()) if i % 2 else
              "object network O%d\n host %s" % (i, address(rng.getrandbits(32))))
    for i in range(groups):
        print("object-group network G%d" % i)
        for k in range(20):
            print(" network-object object O%d" % (i * 20 + k))
    LINES -= groups * 61
services = ["tcp %s %s eq 443", "tcp %s %s object-group WEB", "udp %s %s range 8801 8810",
            "udp %s %s object-group STUN", "tcp %s %s eq ssh"]
for i in range(LINES):
    source = "10.%d.0.0 255.255.0.0" % rng.randrange(8) if rng.random() < 0.5 else "any4"
    end = "object-group G%d" % rng.randrange(groups) if groups and i % 4 == 0 else network()
    print("access-list L%d extended %s %s%s" % (
        rng.randrange(100) if kind == "lists" else 0,
        "permit" if rng.random() < 0.9 else "deny", rng.choice(services) % (source, end),
        " time-range OFFICE" if kind == "unknown" and rng.random() < 0.01 else ""))
for i in range(100 if kind == "lists" else 1):
    print("access-group L%d in interface inside%d" % (i, i))
END
cat >"$work/run.py" <<'END'
"""run.py ROUNDS COMMAND...: the best round as a row of a table."""
import resource
import subprocess
import sys
import time

best = None
for _ in range(int(sys.argv[1])):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    code = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if code not in (0, 1, 3):
        sys.exit("egret: exit %d" % code)
    best = min(best or (wall, cpu), (wall, cpu))
print("%.2f | %.2f | %d |" % (best[0], best[1], after.ru_maxrss // 1024))
END

echo "100,000 lines, seed 42, best of $rounds"
echo "| configuration | elapsed s | CPU s | peak MiB |"
echo "| --- | --- | --- | --- |"
for kind in one objects lists unknown; do
	case $kind in
	one) what="one list" ;;
	objects) what="20,000 objects in 1,000 groups, 39,000 entries" ;;
	lists) what="100 lists at 100 interfaces" ;;
	unknown) what="one list, 1 entry in 100 with a time-range" ;;
	esac
	python3 "$work/make.py" "$kind" >"$work/config"
	printf '| %s | ' "$what"
	python3 "$work/run.py" "$rounds" "$egret" prove --policy examples/zoom-meetings-only.yaml \
		"$work/config"
done
