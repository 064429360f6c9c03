#!/bin/sh
# Runs the whole test suite of a build folder and closes with one line: "N passed, N failed".
# Usage: test.sh [BUILD [OPTION...]]; options are those of meson test.
# The line counts test cases (TAP), and one for each program that does not speak TAP.
set -u
cd "$(dirname "$0")/.." || exit 3
build=${1:-build}
[ $# = 0 ] || shift

meson test -C "$build" --no-rebuild --print-errorlogs "$@"
status=$?

# Every case of a TAP program, every other program once. A program that died counts as a failure.
python3 - "$build/meson-logs/testlog.json" <<'EOF'
import json, re, sys
passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    cases = re.findall(r"^(not )?ok\b[^\n]*", test.get("stdout") or "", re.M)
    lines = re.findall(r"^(?:not )?ok\b[^\n]*", test.get("stdout") or "", re.M)
    bad = sum(1 for l in lines if l.startswith("not ok"))
    skip = sum(1 for l in lines if re.search(r"# *skip", l, re.I))
    if not lines:
        skip = 1 if test["result"] == "SKIP" else 0
        bad = 0 if test["result"] in ("OK", "SKIP") else 1
        lines = [""]
    elif test["result"] not in ("OK", "SKIP") and not bad:
        bad = 1
        lines.append("")
    failed += bad
    skipped += skip
    passed += len(lines) - bad - skip
print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
sys.exit(1 if failed or not passed else 0)
EOF
counted=$?
[ "$status" = 0 ] && exit "$counted"
exit "$status"
