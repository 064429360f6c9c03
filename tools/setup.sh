#!/bin/sh
# Installs the Debian packages of packages.txt that are missing. Quiet when nothing is.
set -eu
cd "$(dirname "$0")/.."

wanted=$(sed 's/#.*//' packages.txt)
# shellcheck disable=SC2086 # a list of words
have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
	sed -n 's/ installed$//p')
missing=""
for package in $wanted; do
	echo "$have" | grep -qx "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "egret needs these Debian packages:$missing" >&2
	echo "This machine has no apt-get: install their counterparts and build with meson." >&2
	exit 1
fi

as_root=""
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "egret needs these Debian packages:$missing" >&2
		echo "Ask an administrator to run: apt-get install$missing" >&2
		exit 1
	fi
	as_root="sudo"
fi

echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # lists of words
install_missing() {
	$as_root apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install_missing; then
	# The package list may be old or empty: fetch it once and try again.
	if ! $as_root apt-get update -q >>"$log" 2>&1 || ! install_missing; then
		tail -20 "$log" >&2
		echo "could not install:$missing" >&2
		exit 1
	fi
fi
