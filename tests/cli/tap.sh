# shellcheck shell=sh
# What the tests of the command line share. Sourced with $program set; speaks TAP.
# shellcheck disable=SC2154 # $program is set by who sources this
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NO_COLOR=1
unset EGRET_CATALOGS
count=0

# expect NAME EXIT PATTERN ARGUMENTS...: runs egret; PATTERN (extended regexp; "": any) must be in what
# it says.
expect() {
	name=$1 want=$2 pattern=$3
	shift 3
	count=$((count + 1))
	"$program" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" = "$want" ] &&
		{ [ -z "$pattern" ] || cat "$work/out" "$work/err" | grep -Eq -- "$pattern"; }; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "# egret $*: exit $got, expected $want, and: $pattern"
		head -5 "$work/out" "$work/err" | sed 's/^/# /'
	fi
}

# check NAME COMMAND...: the command must succeed.
check() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/log" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		head -5 "$work/log" | sed 's/^/# /'
	fi
}

# skip NAME WHY
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}
