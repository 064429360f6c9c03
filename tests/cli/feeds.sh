# shellcheck shell=sh
# A vendor's server on loopback and catalogs of our own, for tests of `egret sync`. Sourced after tap.sh.
# shellcheck disable=SC2154 # $work is set there
served=$work/served
export EGRET_CATALOGS="$work/catalogs" EGRET_STATE="$work/state"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY

# start_vendor [CERTIFICATE]: serves $served at $url.
start_vendor() {
	mkdir -p "$served" "$EGRET_CATALOGS"
	python3 tests/cli/feedserver.py "$served" "$@" &
	vendor_pid=$!
	trap 'kill "$vendor_pid"; rm -rf "$work"' EXIT
	for _ in $(seq 200); do
		[ -e "$served/port" ] && break
		sleep 0.05
	done
	# shellcheck disable=SC2034 # for who sources this
	url=http://127.0.0.1:$(cat "$served/port")
}

# make_vendor ID: a catalog; its lists and services come from standard input.
make_vendor() {
	mkdir -p "$EGRET_CATALOGS/$1/lists"
	{
		printf 'vendor: %s\ntitle: A vendor\npage: KB1\npage-date: 2026-01-01\nlists:\n' "$1"
		cat
	} >"$EGRET_CATALOGS/$1/catalog.yaml"
}
