#!/bin/sh
# kill -9 at random moments of apply, confirm and rollback, in a network namespace: the kernel always
# holds the whole old or the whole new ruleset, the store is put right, and the promise is kept.
# Speaks TAP. Usage: kills.sh PROGRAM [COUNT [SEED [EGRETD]]]; with EGRETD it loads what is applied, and is killed too.
set -u
program=$(realpath "$1") kills=${2:-25} seed=${3:-$(date +%s)} egretd=${4:+$(realpath "$4")}
cd "$(dirname "$0")/../.." || exit 99
PATH=$PATH:/usr/sbin:/sbin
export PATH
if ! command -v python3 >/dev/null || ! command -v nft >/dev/null ||
	! unshare --user --map-root-user --net --pid --fork true 2>/dev/null; then
	echo "1..0 # SKIP python3, nft or user namespaces are missing"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export EGRET_RUN="$work/run" EGRET_STATE="$work/state"
unset EGRET_CATALOGS
cat >"$work/campaign.py" <<'END'
import json, os, random, signal, subprocess, sys, threading, time

program, kills, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
egretd = sys.argv[4] if len(sys.argv) > 4 else None
print(f"# {kills} kills, seed {seed}")
rand = random.Random(seed)
policy = {"A": "examples/zoom-browser-only.yaml", "B": "examples/zoom-meetings-only.yaml"}
count = failures = 0


def said(name, ok, why=""):
    global count, failures
    count += 1
    failures += not ok
    print(("ok" if ok else "not ok"), count, "-", name)
    if not ok:
        print("#", why.replace("\n", "\n# "))


def egret(*words, **more):
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=120, **more)


def kernel():
    p = subprocess.run(["nft", "-s", "list", "table", "inet", "egret"], capture_output=True, text=True)
    return p.stdout if p.returncode == 0 else None


def must(*words):
    p = egret(*words)
    if p.returncode:
        sys.exit(f"egret {' '.join(words)}: {p.returncode} {p.stdout}{p.stderr}")


def apply(which):
    return ["apply", "--policy", policy[which], "--timer", "1h"]


text = {}
for which in ("B", "A"):
    start = time.monotonic()
    must(*apply(which))
    took = time.monotonic() - start
    must("confirm")
    text[which] = kernel()
assert text["A"] != text["B"] and text["A"]

# egretd, when it is there; it is started again a moment after it was killed, as systemd does it.
serving = None


def serve():
    global serving
    if egretd:
        serving = subprocess.Popen([egretd, "--listen", "127.0.0.1", "--upstream", "127.0.0.2"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in serving.stderr:
            if "ready" in line:
                threading.Thread(target=serving.stderr.read, daemon=True).start()
                return
        sys.exit("egretd does not start")


def kill_egretd():
    if egretd:
        serving.kill()
        serving.wait()
        serve()


subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
serve()

# Somebody looks all the while: never anything else, never nothing.
strange, looks, ended = [], 0, False


def watch():
    global looks
    while not ended:
        now = kernel()
        looks += 1
        if now not in text.values():
            strange.append(now)


watcher = threading.Thread(target=watch)
watcher.start()
after = {"old": 0, "new": 0}
wrong = []


def kill_at_random(words, span):
    p = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        p.wait(rand.random() * span)
        return False
    except subprocess.TimeoutExpired:
        p.send_signal(signal.SIGKILL)
        p.wait()
        return True


def states():
    return json.loads(egret("history", "--json").stdout)


# Whatever has happened, what is said of the newest ones must be what the kernel holds.
def look(what):
    now = kernel()
    if now not in text.values():
        wrong.append(f"{what}: the kernel holds something else: {now}")
    after["new" if now == text["B"] else "old"] += 1
    p = egret("rollback") if rand.random() < 0.5 else egret("confirm")
    pending = [g for g in states() if g["state"] in ("pending", "staged")]
    # There may be nothing to go back from: then it says so.
    if p.returncode > 1 and "no confirmed generation" not in p.stderr and " already: " not in p.stderr:
        wrong.append(f"{what}: {p.returncode} {p.stdout}{p.stderr}")
    if pending:
        wrong.append(f"{what}: still not decided: {pending}")


def guards():
    return subprocess.run(["pgrep", "-f", f"{program} guard"], capture_output=True).returncode == 0


done = early = kept = 0
while done < kills:
    kind = rand.choice(["apply", "apply", "apply", "over", "rollback", "confirm", "promise"])
    if kind in ("rollback", "confirm", "over"):
        p = egret(*apply("B"))
        if p.returncode and not egretd:  # which may have been killed while it loaded
            wrong.append(f"apply: {p.returncode} {p.stderr}")
    if egretd and rand.random() < 0.2:
        threading.Timer(rand.random() * took, serving.kill).start()
    words = {"apply": apply("B"), "promise": apply("B")[:-1] + ["1s"], "over": apply("A"), "rollback": ["rollback"], "confirm": ["confirm"]}[kind]
    if not kill_at_random(words, took * 1.1):
        early += 1
    else:
        done += 1
    if egretd and serving.poll() is not None:
        kill_egretd()
    if kind == "promise":  # nobody does anything, and the old rules come back
        for _ in range(200):
            time.sleep(0.05)
            if kernel() == text["A"] and not guards():
                break
        else:
            wrong.append(f"{kind} {done}: the old rules did not come back")
        kept += 1
    look(f"{kind} {done}")
    if kernel() != text["A"]:  # the next round starts from A again
        must(*apply("A"))
        must("confirm")
ended = True
watcher.join()
if egretd:
    serving.terminate()
    serving.wait()
print(f"# {done} killed, {early} had ended before; then the kernel held the old rules {after['old']} times, "
      f"the new ones {after['new']} times; {kept} waited for; looked {looks} times in between")
said("the kernel always holds the whole old or the whole new ruleset", not strange, str(strange[:1]))
said("whoever comes next puts the store right", not wrong, "\n".join(wrong[:5]))
time.sleep(1.5)
said("no guardian is left behind", not guards())
print(f"1..{count}")
sys.exit(failures > 0)
END
unshare --user --map-root-user --net --pid --mount-proc --fork --kill-child \
	python3 "$work/campaign.py" "$program" "$kills" "$seed" ${egretd:+"$egretd"}
