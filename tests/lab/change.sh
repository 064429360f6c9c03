#!/bin/sh
# A change of what a gateway lets through, with real traffic, in network namespaces: applied,
# confirmed, rolled back by hand, by the clock, and after everybody who knew of it was killed.
# Speaks TAP. Usage: change.sh PROGRAM EGRETD; with EGRET_LONG also what takes long.
# shellcheck disable=SC2016 # what is in single quotes is for the inner shell
set -u
program=$(realpath "$1") egretd=$(realpath "$2")
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
if [ "${3:-}" != inside ]; then
	for tool in nft ip python3; do
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
	exec unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc \
		"$0" "$program" "$egretd" inside
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
EGRET_STATE=$work/state EGRET_RUN=$work/run EGRET_CATALOGS=tests/data/lab/catalogs
export program egretd work PATH EGRET_STATE EGRET_RUN EGRET_CATALOGS

# check NAME COMMAND: a shell command that must succeed.
check() {
	count=$((count + 1))
	if sh -c "$2" >"$work/log" 2>&1; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		tail -n 12 "$work/log" | sed 's/^/# /'
	fi
}

# long NAME COMMAND: one of those that take long.
long() {
	[ -z "${EGRET_LONG:-}" ] || check "$1" "$2"
}

# until_true COMMAND: waits for it, half a minute at most.
until_true() {
	for _ in $(seq 300); do
		sh -c "$1" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# ---- the network: client (staff) - gateway - internet ----
mount -t tmpfs tmpfs /run
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
$in client ip route add default via 10.1.0.1
$in client ip addr add 2001:db8:1::5/64 dev eth0 nodad
$in client ip route add default via 2001:db8:1::1
$in inet ip addr add 198.51.100.2/24 dev eth0
$in inet ip route add default via 198.51.100.1
$in inet ip addr add 2001:db8:ff::2/64 dev eth0 nodad
$in inet ip route add default via 2001:db8:ff::1
$in inet ip route add local 2001:db8:f000::/64 dev lo
$in inet ip route add local 192.0.2.0/24 dev lo
ip route add 192.0.2.0/24 via 198.51.100.2
ip route add 2001:db8:f000::/64 via 2001:db8:ff::2

# A server on 443 and 80 of every address that repeats what it is told.
cat >"$work/server.py" <<'END'
import socket, threading
def serve(c):
    try:
        while data := c.recv(100):
            c.sendall(data)
    except OSError:
        pass
def listen(port):
    s = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    while True:
        threading.Thread(target=serve, args=(s.accept()[0],)).start()
for port in (80, 443):
    threading.Thread(target=listen, args=(port,)).start()
END
$in inet python3 "$work/server.py" &
# talk.py ADDRESS FIFO: connects once, says what it is told, and notes the answers.
cat >"$work/talk.py" <<'END'
import socket, sys
s = socket.create_connection((sys.argv[1], 443), timeout=5)
s.settimeout(1)
print("connected", flush=True)
for word in open(sys.argv[2]):
    s.sendall(word.encode())
    try:
        print("heard", s.recv(100).decode().strip(), flush=True)
    except OSError:
        print("silence", flush=True)
END
cat >"$work/reach" <<'END'
#!/bin/sh
# reach ADDRESS PORT: does a new connection of the client get there?
exec "$in" client python3 -c '
import socket, sys
socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=0.3).close()' "$1" "$2"
END
chmod +x "$work/reach"
until_true '$in inet python3 -c "import socket; socket.create_connection((\"192.0.2.1\", 443), 1)"'

cat >"$work/wide.yaml" <<'END'
outside: wan
zones:
  staff:
    addresses: [10.1.0.0/24, 2001:db8:1::/64]
    interface: lan
    roles: [client, browser]
allow:
  - services: acme/calls
    from: staff
default: drop
END
sed 's/^default/    except: [pages]\ndefault/' "$work/wide.yaml" | sed 's/^    except/    except/' >"$work/narrow.yaml"
cat >"$work/now" <<'END'
#!/bin/sh
# What the kernel holds, as nft says it.
nft -s list table inet egret
END
cat >"$work/is_back" <<'END'
#!/bin/sh
# Is what the kernel holds, as nft says it, the file $1, in ten seconds at most?
for _ in $(seq 100); do
	nft -s list table inet egret | cmp -s - "$1" && exit 0
	sleep 0.1
done
exit 1
END
chmod +x "$work/now" "$work/is_back"

# ---- apply, confirm, history ----
check "nothing was applied: history and confirm say so" \
	'! $program history && ! $program confirm 2>$work/err && grep "no generation" $work/err'
check "a mistake in the policy loads nothing" \
	'sed s/acme.calls/acme.cals/ $work/wide.yaml >$work/bad.yaml; $program apply --policy $work/bad.yaml; test $? = 3 && ! $work/now'
check "apply loads, and says until when" \
	'$program apply --policy $work/wide.yaml --note "the first" >$work/out && grep "^generation 1 is pending" $work/out &&
	 grep "unless" $work/out && $work/now'
check "a guardian is there, in a session of its own, without a terminal" \
	'ps -eo sid,pid,tty,args | grep "[e]gret guard" | { read sid pid tty rest; test $sid = $pid && test "$tty" = "?"; }'
check "what the policy has gets through, the rest does not" \
	'$work/reach 192.0.2.1 443 && ! $work/reach 192.0.2.200 443 && ! $work/reach 192.0.2.1 80'
check "confirm lets the promise go" \
	'$program confirm | grep "generation 1 is confirmed" && sleep 0.5 && ! pgrep -f "[e]gret guard"'
check "confirming once more is a no" '$program confirm; test $? = 1'
check "history has number, state, who and note" \
	'$program history >$work/out && grep "^1 .*confirmed.*uid 0.*the first" $work/out &&
	 $program history --json | python3 -c "import json, sys; g = json.load(sys.stdin)[0]; assert g[\"current\"] and g[\"state\"] == \"confirmed\" and len(g[\"sha256\"]) == 64"'
check "the copy is what was applied" \
	'cmp $work/wide.yaml $EGRET_STATE/generations/1/egret.yaml &&
	 diff -r tests/data/lab/catalogs/acme $EGRET_STATE/generations/1/catalogs/acme'
check "diff of a generation and a policy" \
	'$program diff generation:1 $work/wide.yaml | grep "no difference" && ! $program diff generation:1 $work/narrow.yaml >$work/out &&
	 grep "^A: generation:1 (generation)" $work/out && grep "only in A" $work/out'
check "diff of a generation that is not there" \
	'$program diff generation:9 $work/wide.yaml 2>$work/err; test $? = 3 && grep "there is no generation:9" $work/err'
check "status: the kernel holds it" '$program status | grep "byte for byte"'

# ---- time ends ----
"$work/now" >"$work/first"
check "time ends: the ruleset of before is back, byte for byte and as flows" \
	'$program apply --policy $work/narrow.yaml --timer 1h && ! $work/reach 192.0.2.1 443 && $work/now >$work/second &&
	 ! cmp $work/first $work/second && $program confirm --extend 1s && $work/is_back $work/first && $work/now >$work/third &&
	 $program diff $work/first $work/third && $work/reach 192.0.2.1 443'
check "history says why" '$program history | grep "^2 .*rolled back.*not confirmed in time"'
# A login is a session; all of it is killed, and egret with it, right after it was applied.
check "the login session is killed: the promise is kept" \
	'setsid sh -c "\$program apply --policy \$work/narrow.yaml --timer 1h; echo done >\$work/applied; sleep 100" &
	 while ! test -e $work/applied; do sleep 0.1; done
	 kill -9 -$!; sleep 0.2; ! pgrep -x sleep && pgrep -f "[e]gret guard" >$work/guardian && ! $work/reach 192.0.2.1 443 &&
	 $program confirm --extend 1s && pgrep -f "[e]gret guard" | cmp - $work/guardian && $work/is_back $work/first'
check "the guardian is killed: the next command starts another" \
	'$program apply --policy $work/narrow.yaml --timer 1h && pkill -9 -f "[e]gret guard" && sleep 0.1 &&
	 $program status | tee $work/out && grep "is pending" $work/out && pgrep -f "[e]gret guard" &&
	 $program confirm --extend 1s && $work/is_back $work/first'
long "everybody is killed and time ends: the next command goes back" \
	'$program apply --policy $work/narrow.yaml --timer 4s && pkill -9 -f "[e]gret guard" && sleep 4.5 &&
	 ! $work/reach 192.0.2.1 443; $program status 2>$work/err && grep "rolled back: its time ended" $work/err &&
	 $work/is_back $work/first'
long "the store is gone: the guardian goes back from memory" \
	'cp -a $EGRET_STATE $work/kept && $program apply --policy $work/narrow.yaml --timer 1h && ! $work/reach 192.0.2.1 443 && $program confirm --extend 1s && rm -rf $EGRET_STATE &&
	 $work/is_back $work/first && rm -rf $EGRET_STATE && mv $work/kept $EGRET_STATE'
long "somebody sits on the lock of the store: the guardian goes back without it" \
	'$program apply --policy $work/narrow.yaml --timer 4s && { flock $EGRET_STATE/lock sleep 17 & } && sleep 15 &&
	 $work/is_back $work/first && wait && $program status && $program history | grep "^[67] .*rolled back"'
long "more time is given" \
	'$program apply --policy $work/narrow.yaml --timer 4s && $program confirm --extend 1h | grep "is pending" && sleep 4.5 &&
	 ! $work/reach 192.0.2.1 443 && $program confirm --extend 1s && $work/is_back $work/first'
long "another apply before anybody confirms: back means back to the confirmed one" \
	'$program apply --policy $work/narrow.yaml && sed "s/default: drop/default: reject/" $work/narrow.yaml >$work/reject.yaml &&
	 $program apply --policy $work/reject.yaml --timer 1h && $program history | grep replaced && $program confirm --extend 1s && $work/is_back $work/first &&
	 sleep 0.3 && ! pgrep -f "[e]gret guard"'

# ---- going back by hand ----
check "rollback of a pending one" \
	'$program apply --policy $work/narrow.yaml && $program rollback | grep "is rolled back" && $work/is_back $work/first'
check "rollback twice does not go further by accident" '$program rollback; test $? = 3'
check "rollback of a confirmed one is a generation of its own" \
	'$program apply --policy $work/narrow.yaml && $program confirm && $program rollback | grep "is generation 1 again" &&
	 $work/is_back $work/first'
long "rollback to a number" \
	'n=$($program history --json | python3 -c "import json, sys; print([g[\"number\"] for g in json.load(sys.stdin) if g[\"state\"] == \"confirmed\"][1])") &&
	 $program rollback $n && ! $work/reach 192.0.2.1 443 && $program rollback 1 && $work/reach 192.0.2.1 443'
check "a generation whose files were changed is refused" \
	'cp $EGRET_STATE/generations/1/egret.yaml $work/saved && echo "# more" >>$EGRET_STATE/generations/1/egret.yaml;
	 $program rollback 1 2>$work/err; r=$?; cp $work/saved $EGRET_STATE/generations/1/egret.yaml; test $r = 3 && grep "not what was applied" $work/err'
check "no generation of that number" '$program rollback 4711; test $? = 3; $program rollback x; test $? = 3'

# ---- learned addresses ----
nft add element inet egret learned4-staff \
	'{ 192.0.2.201 . tcp . 80 timeout 1h comment "a.acme.test" : "acme/calls/names" }'
check "what was learned outlives apply and rollback" \
	'$work/reach 192.0.2.201 80 && $program apply --policy $work/narrow.yaml && $work/reach 192.0.2.201 80 &&
	 $program rollback && $work/reach 192.0.2.201 80 && $program status | grep "a.acme.test"'
check "a policy without the name takes it away" \
	'sed "s/\[pages\]/[names]/" $work/narrow.yaml >$work/noname.yaml && $program apply --policy $work/noname.yaml && ! $work/reach 192.0.2.201 80; $program rollback'

# ---- drift ----
check "an address that nobody learned is drift" \
	'nft add element inet egret learned4-staff "{ 192.0.2.202 . tcp . 22 timeout 1h comment \"x.test\" : \"acme/calls/names\" }" &&
	 ! $program status >$work/out && grep DRIFT $work/out; nft delete element inet egret learned4-staff "{ 192.0.2.202 . tcp . 22 }" && $program status'
check "a rule by hand is drift, with a flow that shows it" \
	'nft insert rule inet egret forward ip daddr 192.0.2.203 accept; ! $program status >$work/out 2>&1 && grep -- "-> 192.0.2.203" $work/out'
long "apply ends the drift; going back would bring it back, as it was" \
	'$work/now >$work/drifted; $program apply --policy $work/wide.yaml --timer 1h && $program status && $program confirm --extend 1s && $work/is_back $work/drifted &&
	 $program apply --policy $work/wide.yaml && $program confirm && $program status'

# ---- established conversations ----
mkfifo "$work/say4" "$work/say6"
"$in" client python3 "$work/talk.py" 192.0.2.1 "$work/say4" >"$work/heard4" 2>&1 &
"$in" client python3 "$work/talk.py" 2001:db8:f000::1 "$work/say6" >"$work/heard6" 2>&1 &
exec 8>"$work/say4" 9>"$work/say6"
say() {
	echo "$1" >&8
	echo "$1" >&9
}
until_true 'grep connected $work/heard4 && grep connected $work/heard6'
say one
until_true 'grep "heard one" $work/heard4 && grep "heard one" $work/heard6'
check "conversations of both families go on under an equal policy" \
	'$program apply --policy $work/wide.yaml >$work/out && grep " 0 of [0-9]* conversations cut" $work/out && $program confirm'
say two
check "they do" 'sleep 0.3; grep "heard two" $work/heard4 && grep "heard two" $work/heard6'
check "a policy that keeps what is established" \
	'$program apply --policy $work/narrow.yaml --keep-established >$work/out && grep " 0 of 0 conversations cut" $work/out'
say three
check "they go on under a policy without them" 'sleep 0.3; grep "heard three" $work/heard4 && grep "heard three" $work/heard6 && ! $work/reach 192.0.2.1 443; $program rollback'
check "a policy that shrinks cuts them" \
	'$program apply --policy $work/narrow.yaml >$work/out && grep " \\([2-9]\\|[1-9][0-9]\\) of [1-9][0-9]* conversations cut" $work/out'
say four
check "they are silent" 'sleep 1.2; for f in 4 6; do grep silence $work/heard$f && ! grep "heard four" $work/heard$f || exit; done'
exec 8>&- 9>&-
check "back" '$program rollback'
if [ -n "${EGRET_LONG:-}" ]; then
python3 - >"$work/own" <<'END' &
import socket, time
s = socket.create_connection(("192.0.2.1", 443), timeout=5)
for word in (b"own", b"more"):
    s.sendall(word)
    print(s.recv(100).decode(), flush=True)
    time.sleep(1)
END
until_true 'grep own $work/own'
long "what the gateway talks itself is not cut" \
	'$program apply --policy $work/narrow.yaml && sleep 1.2 && grep more $work/own && $program rollback'
fi

# A server of ours that the vendor calls, behind an address of the gateway's: what is judged is where it
# really goes.
if [ -n "${EGRET_LONG:-}" ]; then
	sed '/^default/i publish:\n  hook:\n    addresses: [10.1.0.5]\n    for: acme/calls' "$work/narrow.yaml" >"$work/hook.yaml"
	nft -f - <<'END'
table ip nat {
	chain pre { type nat hook prerouting priority dstnat; ip daddr 198.51.100.1 tcp dport 443 dnat to 10.1.0.5; }
}
END
	"$in" client python3 "$work/server.py" &
	"$program" apply --policy "$work/hook.yaml" >"$work/out" 2>&1
	"$in" inet python3 - >"$work/called" <<'END' &
import socket, time
s = socket.create_connection(("198.51.100.1", 443), timeout=5, source_address=("192.0.2.9", 0))
s.settimeout(1)
for i in range(60):
    try:
        s.sendall(b"%d" % i)
        print(s.recv(100).decode(), flush=True)
    except OSError:
        print("silence", flush=True)
        break
    time.sleep(0.1)
END
	until_true 'grep 3 $work/called'
fi
long "a call from outside behind our address translation goes on under its own policy" \
	'$program apply --policy $work/hook.yaml >$work/out && grep " 0 of [1-9]" $work/out && sleep 0.5 && ! grep silence $work/called'
long "and is cut by one without it" \
	'$program apply --policy $work/narrow.yaml >$work/out && grep " 1 of [1-9]" $work/out && sleep 1.5 && grep silence $work/called && $program rollback'
[ -z "${EGRET_LONG:-}" ] || nft delete table ip nat

# ---- only reporting ----
check "report only: what would be dropped gets through, and is counted" \
	'$program apply --policy $work/narrow.yaml --report-only | grep "report only" && $work/reach 192.0.2.1 443 && $work/reach 192.0.2.200 80 &&
	 $program status --json | python3 -c "import json, sys; s = json.load(sys.stdin); assert s[\"drift\"] == \"none\" and [c for c in s[\"counters\"] if c[\"requirement\"] == \"would-drop\"][0][\"packets\"] >= 2"'
# A trace of what comes in and what goes out: the same packets, but for what forwarding itself does.
cat >"$work/trace.py" <<'END'
import socket, struct, subprocess, sys, time
def packets(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((name, 0))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    s.settimeout(0.3)
    return s
def drain(s):
    got = []
    try:
        while True:
            frame, (_, _, kind, _, _) = s.recvfrom(2000)
            ip = frame[14:]
            if frame[12:14] != b"\x08\0":
                continue
            if struct.unpack("!I", ip[12:16])[0] >> 8 != 0x0a0100:
                continue  # only what the client sends
            got.append(ip[:8] + ip[9:10] + ip[12:])  # without TTL and checksum
    except OSError:
        return got
lan, wan = packets("lan"), packets("wan")
subprocess.run([sys.argv[1], "client", "python3", "-c", """
import socket, random
random.seed(20261126)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(500):
    s.sendto(random.randbytes(random.randrange(64)), ("192.0.2.%d" % random.randrange(1, 255), random.randrange(1, 65536)))
    if i % 50 == 0:
        t = socket.socket()
        t.settimeout(0.1)
        t.connect_ex(("192.0.2.%d" % random.randrange(1, 255), random.randrange(1, 65536)))
        t.close()
"""], check=True)
came, went = drain(lan), drain(wan)
print(len(came), "came,", len(went), "went")
assert len(came) >= 500 and sorted(came) == sorted(went)
END
check "no packet is changed, by a trace of both sides" 'python3 $work/trace.py $in'
long "with the same rules enforced the trace differs" \
	'$program rollback && $program apply --policy $work/narrow.yaml && ! python3 $work/trace.py $in'
check "back" '$program rollback && $work/reach 192.0.2.1 443'

# ---- the machine starts ----
nft delete table inet egret
ip link set lan down
check "closed.nft closes, and again" 'nft -f dist/closed.nft && nft -f dist/closed.nft && nft list table inet egret | grep "policy drop"'
ip link set lan up
"$in" client ip route replace default via 10.1.0.1
check "closed: nothing is forwarded" '! $work/reach 192.0.2.1 443'
check "boot: what was confirmed last is there" \
	'$program boot && $work/reach 192.0.2.1 443 && ! $work/reach 192.0.2.200 443 && $program status'
check "without a table boot closes first, and stays closed without a store" \
	'nft delete table inet egret; ! $program boot --state $work/nowhere && nft list table inet egret | grep "policy drop" && ! $work/reach 192.0.2.1 443; $program boot'
check "one that was pending when the machine went down is not what boots" \
	'$work/now >$work/first; $program apply --policy $work/narrow.yaml && pkill -9 -f "[e]gret guard" && nft delete table inet egret &&
	 python3 - <<END
import os, sqlite3
db = sqlite3.connect(os.environ["EGRET_STATE"] + "/egret.db")
db.execute("UPDATE generation SET ends_boot = '"'another'"' WHERE state = '"'pending'"'")
db.commit()
END
	 $program boot 2>$work/err && grep "started again before it was confirmed" $work/err && $work/is_back $work/first'
# ---- with egretd: its resolver and its table change together ----
serve() {
	"$egretd" --listen 10.1.0.1 --upstream 198.51.100.2 2>>"$work/egretd.log" &
	pid=$!
	export pid
}
serve
ready() { until_true 'test $(grep -c ready $work/egretd.log) -ge '"$1"; }
ready 1
check "egretd starts with what was confirmed" '$work/is_back $work/first && $program status | grep -A1 "^egretd"'
check "apply is loaded by egretd, and comes back by it" \
	'$program apply --policy $work/narrow.yaml --timer 1h | grep "loaded by egretd" && ! $work/reach 192.0.2.1 443 &&
	 $program confirm --extend 1s && $work/is_back $work/first && $work/reach 192.0.2.1 443'
long "egretd is killed: the promise is kept" \
	'$program apply --policy $work/narrow.yaml --timer 1h && kill -9 $pid && ! $work/reach 192.0.2.1 443 &&
	 $program confirm --extend 1s && $work/is_back $work/first && $work/reach 192.0.2.1 443 && $program history | sed -n 2p | grep "not confirmed in time"'
kill -9 "$pid" 2>/dev/null
wait "$pid"
serve
ready 2
long "egretd hangs: the promise is kept without it" \
	'$program apply --policy $work/narrow.yaml --timer 1h && ! $work/reach 192.0.2.1 443 && $program confirm --extend 1s && kill -STOP $pid && sleep 8 &&
	 $work/is_back $work/first && kill -CONT $pid && sleep 1 && $work/is_back $work/first && $program status'
check "egretd that starts anew while one is pending has that one" \
	'$program apply --policy $work/narrow.yaml --timer 1h && $work/now >$work/second && kill -9 $pid'
wait "$pid" # its sockets are free now
serve
ready 3
check "it has" '$work/is_back $work/second && $program rollback | grep "loaded by egretd" && $work/is_back $work/first'
check "egretd does not only report" '$program apply --policy $work/narrow.yaml --report-only 2>$work/err; test $? = 3 && grep "egretd runs" $work/err'
kill "$pid"
wait "$pid"
check "no guardian is left behind" '! pgrep -f "[e]gret guard"'
echo "1..$count"
