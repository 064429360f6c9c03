#!/bin/sh
# The systemd units say what systemd understands, and the closed table what nft does.
# Usage: units.sh PROGRAM DAEMON
set -eu
program=$(realpath "$1") daemon=$(realpath "$2")
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if command -v systemd-analyze >/dev/null; then
	for unit in dist/*.service.in; do
		sed -e "s,@SBINDIR@/egretd,$daemon," -e "s,@BINDIR@/egret,$program," \
			-e "s,@DATADIR@/egret/,$PWD/dist/," "$unit" >"$work/$(basename "$unit" .in)"
	done
	cp examples/egretd.socket "$work"
	systemd-analyze verify --man=no "$work"/*.service "$work"/*.socket
else
	echo "units: systemd is not installed, the units were not looked at"
fi
if unshare --user --map-root-user --net true 2>/dev/null; then
	unshare --user --map-root-user --net nft --check --file dist/closed.nft
fi
echo "units: understood"
