#!/bin/sh
# The main job, end to end, as this user and, when that is root, as nobody too. Speaks TAP.
# Usage: mainjob.sh PROGRAM
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
if ! unshare --user --map-root-user --net true 2>/dev/null; then
	echo "1..0 # SKIP this machine refuses user namespaces"
	exit 0
fi
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
count=0

# summary: of the last run, what stands in its JSON but the rows that are as they must be.
summary() {
	python3 -c '
import json, sys
show = json.load(open(sys.argv[1]))
rows = show.pop("requirements")
failures = show.pop("failures")
print(show)
for r in rows:
    if r["shown"] in ("failed", "unreachable"):
        print(r)
print(len(failures), "failures")
for f in failures[:50]:
    print("  " + f)
' "$work/out" 2>&1
}

# shows NAME POLICY COMMAND...: runs the lab through COMMAND; everything claimed must be shown.
shows() {
	name=$1 policy=$2
	shift 2
	count=$((count + 1))
	if "$@" "$program" lab --json --catalogs catalogs --policy "$policy" >"$work/out" 2>"$work/err" &&
		python3 -c '
import json, sys
show = json.load(open(sys.argv[1]))
rows = show["requirements"]
shown = [r for r in rows if r["shown"] == "shown"]
assert show["good"] and not show["failures"] and shown, "nothing was shown"
for r in shown:
    assert r["passed"] == r["must pass"] > 0 and r["refused"] == r["must be refused"] > 0, r
    assert r["passed ipv4"] > 0 and r["passed ipv6"] > 0, r
assert show["kernel rules"] > 0 and show["udp pause seconds"] > 60, show
named = [r for r in rows if r["fate"] == "names"]
if named:
    assert show["resolver"] and show["foreign name refused"] and show["foreign name kept"], "the resolver did not run"
    assert all(r["shown"] == "shown" for r in named), "names were not shown"
' "$work/out" 2>>"$work/err"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		tail -20 "$work/err" | sed 's/^/# /'
		summary | sed 's/^/# /'
	fi
}

shows "the office policy" examples/zoom-office.yaml env
shows "meetings only" examples/zoom-meetings-only.yaml env
if [ "$(id -u)" = 0 ]; then
	# The tree may be unreadable for others: nobody gets a copy of what it needs.
	cp -r catalogs examples "$work"
	cp "$program" "$work/egret"
	cp "$(dirname "$program")/egretd" "$work/egretd"
	chmod -R a+rX "$work"
	program=$work/egret
	cd "$work" || exit 99
	shows "the office policy, as nobody" examples/zoom-office.yaml \
		setpriv --reuid=65534 --regid=65534 --clear-groups
fi
echo "1..$count"
