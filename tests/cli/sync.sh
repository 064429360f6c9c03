#!/bin/sh
# `egret sync` against a vendor's server on loopback: conditional fetches, guards, quarantine, overrides,
# back-off, what is taken over. Speaks TAP. Usage: sync.sh PROGRAM
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cli/feeds.sh
. tests/cli/feeds.sh
# A certificate that nobody vouches for.
if openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 2 -keyout "$work/key.pem" \
	-out "$work/cert.pem" 2>"$work/log"; then
	cat "$work/key.pem" "$work/cert.pem" >"$work/both.pem"
	start_vendor "$work/both.pem"
else
	start_vendor
fi

cat >"$served/A4.txt" <<'END'
8.8.0.0/16
9.9.9.0/24
END
printf '2620:fe::/48' >"$served/A6.txt"
make_vendor acme <<END
  a4:
    file: A4.txt
    family: ipv4
    url: $url/A4.txt
    feed: list
    date: 2026-01-01
    source: a test
  # a remark that stays
  a6:
    file: A6.txt
    family: ipv6
    url: $url/A6.txt
    feed: list
    missing: >-
      nobody had
      a copy
services:
  calls:
    title: Calls
    requirements:
      media:
        title: Media
        page: table 1 row 1
        proto: udp
        ports: 3478
        lists: [a4, a6]
      web:
        title: Web
        page: table 1 row 2
        proto: tcp
        ports: 443
        lists: a4
END
catalog=$EGRET_CATALOGS/acme
cp "$served/A4.txt" "$catalog/lists/"
grep -v missing "$catalog/catalog.yaml" | sed -n '/^vendor/,/^services/p' | sed '$d' |
	sed '/nobody had/d; /a copy/d; s/^    file: A6.txt/&\n    missing: no copy/' >"$catalog/overlay.yaml"

# ---- what is asked, and what is not ----
expect "a list that was missing is offered" 1 "A6.txt: not held before, 65,536 networks" sync
expect "asked again, nothing was modified" 1 "acme/a4: no change \(not modified\)" sync
check "with the server's own tag" grep -Eq 'GET /A4.txt 304 "[0-9a-f]{16}"' "$served/log"
check "the catalog is as it was" grep -q "missing: >-" "$catalog/catalog.yaml"
expect "taken over" 0 "acme/a6: taken over" sync --accept
check "the list is there, to the byte" cmp "$served/A6.txt" "$catalog/lists/A6.txt"
check "and noted, with its day" grep -q "date: $(date -u +%F)" "$catalog/catalog.yaml"
check "the rest of the text stayed" grep -q "# a remark that stays" "$catalog/catalog.yaml"
check "and noted where people review" grep -q "egret sync, SHA-256" "$catalog/overlay.yaml"
expect "nothing is staged any more" 0 "nothing is staged" sync --accept
expect "all as published" 0 "acme/a6: no change" sync

# ---- a change ----
printf '9.9.9.0/24\r\n8.8.128.0/17\r\n8.8.0.0/17\r\n' >"$served/A4.txt"
expect "order, line ends and splitting are no change" 0 "acme/a4: no change \(new\)" sync acme/a4
printf '9.9.9.0/24\n8.8.0.0/16\n8.9.0.0/24\n' >"$served/A4.txt"
expect "a change is staged" 1 "acme/a4: staged \(new\)" sync acme
expect "in addresses" 1 "A4.txt: 66,048 addresses, before 65,792 addresses: 256 addresses come, 0 addresses go" sync
expect "as flows" 1 "\+ comes: " sync
expect "and by requirements" 1 "touches acme/calls/web \(tcp 443\): flows come" sync
expect "no flow goes" 1 "touches acme/calls/media \(udp 3478\): flows come$" sync
expect "as JSON" 1 '"come": "256"' sync --json
"$program" sync --json >"$work/out.json" 2>/dev/null
check "which is JSON" python3 -m json.tool "$work/out.json"
check "the held list stays until then" grep -q "^8.8.0.0/16" "$catalog/lists/A4.txt"
expect "taken over in somebody's own time" 0 "acme/a4: taken over" sync acme/a4 --accept
check "as the vendor writes it" cmp "$served/A4.txt" "$catalog/lists/A4.txt"
expect "done" 0 "acme/a4: no change" sync

# ---- what the guards refuse ----
printf '9.9.9.0/24\n' >"$served/A4.txt"
expect "a list that shrank is quarantined" 3 "65,792 addresses are gone, and the list has 66,048" sync
expect "and stays so without a new answer" 3 "acme/a4: quarantined \(not modified\)" sync
check "the held list stays" grep -q "^8.8.0.0/16" "$catalog/lists/A4.txt"
expect "there is nothing to take over" 0 "nothing is staged" sync --accept
expect "an override needs a name" 3 "needs a name and a reason" sync --override acme/a4 --reason x
expect "an override is of a feed" 3 "no feed is called acme/b4" sync --override acme/b4 --by A --reason x
expect "an override is of what is quarantined" 3 "nothing of it is quarantined" \
	sync --override acme/a6 --by Anna --reason x
expect "an override stages it" 0 "acme/a4: staged" \
	sync --override acme/a4 --by "Anna B." --reason "the vendor's ticket 12: it is right"
expect "and is told each time" 1 "overridden by Anna B. at 20" sync
check "and recorded" grep -Eq "^override 20.*Z [0-9a-f]{64} Anna B.: the vendor's ticket 12: it is right$" \
	"$EGRET_STATE/feeds/acme/a4/state"
expect "then it is taken over" 0 "acme/a4: taken over" sync --accept
check "with the name in the catalog" grep -q "over the guards by Anna B.: the vendor''s ticket 12" \
	"$catalog/catalog.yaml"
expect "the catalog can be read" 0 "media" catalog acme

printf '9.9.9.0/24\n9.9.10.0/21\n' >"$served/A4.txt"
expect "host bits" 3 "latest:2:1: error: '9.9.10.0/21' has bits set after its length" sync
printf '9.9.9.0/24\n32.0.0.0/3\n' >"$served/A4.txt"
expect "too wide" 3 "latest:2: error: 32.0.0.0/3 is too wide" sync
printf '9.9.9.0/24\n9.9.8.0/22\n10.1.0.0/24\n' >"$served/A4.txt"
expect "private space" 3 "10.1.0.0/24 has addresses that are not global" sync
printf '9.9.9.0/24\n9.10.0.0/20\n' >"$served/A4.txt"
expect "grown beyond belief" 3 "4,096 addresses are new" sync
: >"$served/A4.txt"
expect "empty" 3 "no entry in the list" sync
printf '9.9.9.0/2' >"$served/A4.txt"
expect "cut in the last line" 3 "acme/a4: malformed" sync
expect "which nobody can override" 3 "cannot be read, so nobody can let it through" \
	sync --override acme/a4 --by Anna --reason x
printf '9.9.9.0/248.8.0.0/16\n' >"$served/A4.txt"
expect "glued" 3 "two entries run together\? '9.9.9.0/24' and '8.8.0.0/16'" sync
printf '<html>\n<body>Log in</body>\n' >"$served/A4.txt"
expect "a page as plain text" 3 "acme/a4: malformed" sync
check "after all this the held list stays" grep -qx "9.9.9.0/24" "$catalog/lists/A4.txt"

# ---- a believed version is kept while a worse one is quarantined ----
printf '9.9.9.0/24\n9.9.8.0/24\n' >"$served/A4.txt"
expect "a good version" 1 "acme/a4: staged" sync
printf '10.0.0.0/24\n' >"$served/A4.txt"
expect "then a bad one" 3 "acme/a4: quarantined \(new\); an older version is staged" sync
expect "the good one can be taken over" 0 "acme/a4: taken over" sync --accept
check "it is the good one" grep -qx "9.9.8.0/24" "$catalog/lists/A4.txt"
cp "$catalog/lists/A4.txt" "$served/A4.txt"
expect "the vendor takes it back" 0 "acme/a4: no change \(new\)" sync

# ---- servers that misbehave ----
asked() { grep -c "GET /A4.txt" "$served/log"; }
misbehave() {
	echo "$2" >"$served/A4.txt.mode"
	expect "$1" 3 "$3" sync acme/a4
}
misbehave "a page for people" "html" "a page for people came instead of a list: text/html"
echo 9.9.7.0/24 >>"$served/A4.txt"
misbehave "cut short" "cut" "cut short"
misbehave "500" "status 500" "acme/a4: the server says 500"
before=$(asked)
expect "then it is left alone" 3 "not asked again before 20.*; now: egret sync acme/a4" sync
check "it was not asked" test "$before" = "$(asked)"
expect "the others are asked" 3 "acme/a6: no change \(not modified\)" sync
expect "the held list is still said" 3 "acme/a4: no change \(waiting\)" sync
# How many minutes until the next try, counted from the state's own times.
wait_minutes() {
	next=$(sed -n 's/^next //p' "$EGRET_STATE/feeds/acme/a4/state")
	echo $((($(date -u -d "$next" +%s) - $(date -u +%s) + 30) / 60))
}
check "longer each time" test "$(wait_minutes)" -ge 59
misbehave "503 with its own idea" "status 503 36000" "the server says 503"
check "which is respected" test "$(wait_minutes)" -ge 599
misbehave "404" "status 404" "the server says 404"
misbehave "too large" "huge" "larger than 32 MiB"
misbehave "a bomb" "bomb" "larger than 32 MiB"
misbehave "a redirect to http" "redirect $url/A6.txt" "a redirect that does not go to https"
misbehave "a redirect to a file" "redirect file:///etc/passwd" "a redirect that does not go to https"
if [ -e "$served/tlsport" ]; then
	misbehave "a redirect to https is followed, its certificate looked at" \
		"redirect https://127.0.0.1:$(cat "$served/tlsport")/A6.txt" "SSL certificate problem: self-signed"
	check "and nothing asked there" sh -c "! tail -1 '$served/log' | grep -q A6"
else
	skip "a redirect to https is followed, its certificate looked at" "no certificate could be made"
	skip "and nothing asked there" "as above"
fi
misbehave "a redirect without end" "redirect $url/A4.txt" "a redirect that does not go to https"
misbehave "a connection that breaks" "drop" "acme/a4: "
echo ok >"$served/A4.txt.mode"
cp "$catalog/lists/A4.txt" "$served/A4.txt"
expect "then all is well again" 0 "acme/a4: no change" sync acme/a4
check "nothing is remembered against it" sh -c "! grep -E '^(next|failures|error)' $EGRET_STATE/feeds/acme/a4/state"
echo gzip >"$served/A4.txt.mode"
printf '9.9.8.0/24\n9.9.9.0/24\n9.9.7.0/24\n' >"$served/A4.txt"
expect "compressed" 1 "acme/a4: staged \(new\)" sync
echo dateonly >"$served/A4.txt.mode"
printf '9.9.8.0/24\n9.9.9.0/24\n9.9.6.0/24\n' >"$served/A4.txt"
touch -d '1 hour ago' "$served/A4.txt"
expect "without a tag" 1 "staged" sync
expect "its date does" 1 "acme/a4: staged \(not modified\)" sync
check "as If-Modified-Since" grep -Eq "GET /A4.txt 304 - [A-Z][a-z]{2}, " "$served/log"
echo untyped >"$served/A4.txt.mode"
expect "without a type" 1 "acme/a4: staged \(not modified\)" sync
rm "$served/A4.txt.mode"
export http_proxy="$url" no_proxy=
sed -i "s,$url/A4.txt,http://vendor.invalid/A4.txt," "$catalog/catalog.yaml" "$catalog/overlay.yaml"
expect "through the proxy of the environment" 1 "acme/a4: staged" sync acme/a4
check "which was asked for all of it" grep -q "GET http://vendor.invalid/A4.txt 200 - -" "$served/log"
unset http_proxy no_proxy
sed -i "s,http://vendor.invalid/A4.txt,$url/A4.txt," "$catalog/catalog.yaml" "$catalog/overlay.yaml"

sed -i "s,$url/A4.txt,$url/A4.txt?id={uuid}," "$catalog/catalog.yaml"
expect "an address with our own number" 1 "acme/a4: staged" sync acme/a4
check "which was asked with one" grep -Eq "A4.txt.id=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} " \
	"$served/log"
expect "and again" 1 "acme/a4: staged \(not modified\)" sync acme/a4
check "with the same" test "$(grep -o 'id=[0-9a-f-]*' "$served/log" | sort -u | wc -l)" = 1
echo x >"$EGRET_STATE/feeds/uuid"
expect "a number that is none" 3 "feeds/uuid: error: is no UUID" sync acme/a4
sed -i "s,?id={uuid},," "$catalog/catalog.yaml"

# ---- what is remembered, and what is in the way ----
rm -r "$EGRET_STATE/feeds/acme/a4"
expect "without memory it is fetched anew" 1 "acme/a4: staged \(new\)" sync
echo "colour red" >>"$EGRET_STATE/feeds/acme/a4/state"
expect "a state that is not egret's" 3 "a4/state:[0-9]+: error: this is no line" sync
expect "keeps no other feed back" 3 "acme/a6: no change" sync
sed -i '/colour/d' "$EGRET_STATE/feeds/acme/a4/state"
expect "a folder for a state that cannot be" 3 "cannot make the folder" sync --state "$served/A4.txt/x"
expect "an unknown feed" 3 "no feed or vendor with feeds is called zoom" sync zoom
expect "accept and override" 3 "do not go together" sync --accept --override acme/a4
( exec 9<"$EGRET_STATE/feeds" && flock 9 && touch "$work/locked" && sleep 3 ) &
holder=$!
while [ ! -e "$work/locked" ]; do sleep 0.05; done
expect "one at a time" 3 "another egret sync is at work" sync
wait "$holder"
rm "$served/A4.txt"
mkdir "$catalog/lists/A4.txt.d" # the folder is busy with something else, and that is no matter
expect "what is staged stays when the vendor's list is gone" 3 "acme/a4: staged \(failed\)" sync
if [ "$(id -u)" = 0 ]; then
	skip "a catalog that cannot be written to" "root writes everywhere"
else
	chmod a-w "$catalog"
	expect "a catalog that cannot be written to" 3 "copy the folder, and name the copy" sync --accept
	chmod u+w "$catalog"
fi
expect "it can be taken over" 0 "acme/a4: taken over" sync --accept

# ---- two lists of one vendor at once, and somebody pulls the plug ----
old4='9.9.9.0/24 9.9.8.0/24 9.9.7.0/24' new4="$old4 9.9.6.0/24"
old6='2620:fe::/48' new6="$old6 2620:fe:1::/48"
lines() {
	# shellcheck disable=SC2086 # words
	printf '%s\n' $1
}
lines "$old4" >"$catalog/lists/A4.txt"
lines "$old6" >"$catalog/lists/A6.txt"
lines "$new4" >"$served/A4.txt"
lines "$new6" >"$served/A6.txt"
expect "both are staged" 1 "2 of 2 staged" sync acme
"$program" sync acme --accept >"$work/out" 2>&1
check "each is shown with its own flows" sh -c "sed -n '/^acme.a6/,\$p' '$work/out' | grep -q 2620:fe:1: &&
	! sed -n '/^acme.a6/,\$p' '$work/out' | grep -q '9\\.9\\.'"

# is_one OLD NEW FILE: is the file one of them, whole?
is_one() {
	lines "$1" | cmp -s - "$3" || lines "$2" | cmp -s - "$3" || { echo "$3:"; cat "$3"; return 1; }
}
# cut_off MILLISECONDS: taking over ends there; whatever is left is whole, and the same command goes on.
cut_off() {
	lines "$old4" >"$catalog/lists/A4.txt"
	lines "$old6" >"$catalog/lists/A6.txt"
	"$program" sync acme >"$work/said" 2>&1
	"$program" sync acme --accept >"$work/said" 2>&1 &
	victim=$!
	sleep "$(printf '0.%03d' "$1")"
	kill -9 "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	is_one "$old4" "$new4" "$catalog/lists/A4.txt" && is_one "$old6" "$new6" "$catalog/lists/A6.txt" &&
		"$program" catalog acme && "$program" sync acme --accept && "$program" sync acme &&
		cmp "$served/A4.txt" "$catalog/lists/A4.txt" && cmp "$served/A6.txt" "$catalog/lists/A6.txt"
}
many_cuts() {
	for i in $(seq "${EGRET_CUTS:-8}"); do
		cut_off $((i * 7 % 20)) || return 1
	done
}
check "cut off at any moment, old or new, and then new" many_cuts

# ---- publications: several lists in one answer ----
make_vendor hub <<END
  hooks-v4:
    file: hooks.txt
    family: ipv4
    url: $url/meta.json
    feed: github
    date: 2026-01-01
  web-v4:
    file: web.txt
    family: ipv4
    url: $url/meta.json
    feed: github
    date: 2026-01-01
services:
  hub:
    title: Hub
    requirements:
      web:
        title: Web
        page: web
        proto: tcp
        ports: 443
        lists: web-v4
        unverified: nobody says the port
      hooks:
        title: Hooks
        page: hooks
        lists: hooks-v4
        incomplete: nobody says what calls
END
echo 192.30.252.0/22 >"$EGRET_CATALOGS/hub/lists/hooks.txt"
echo 140.82.112.0/20 >"$EGRET_CATALOGS/hub/lists/web.txt"
meta() {
	printf '{"verifiable_password_authentication": true, "ssh_keys": [], "hooks": [%s], "web": [%s]%s}' \
		"$1" "$2" "${3-}" >"$served/meta.json"
}
meta '"192.30.252.0/22"' '"140.82.112.0/20"'
expect "a publication, the same" 0 "hub/github: no change" sync hub
meta '"192.30.252.0/22"' '"140.82.112.0/20", "20.1.2.3/32"' ', "pages": ["20.1.2.4/32"]'
expect "one of its lists changed" 1 "web.txt: 4,097 addresses, before 4,096" sync hub
expect "a list that the catalog does not have is told" 1 "note: 'pages.txt' is in it" sync hub
expect "and the row that it belongs to" 1 "warning: hub/github: rows that are not those .*pages \(new\)" sync hub
expect "all of it is taken over" 0 "hub/github: taken over" sync hub --accept
check "what changed" grep -qx 20.1.2.3/32 "$EGRET_CATALOGS/hub/lists/web.txt"
check "only that is noted" test "$(grep -c '^    date: 2026-01-01' "$EGRET_CATALOGS/hub/catalog.yaml")" = 1
meta '"192.30.252.0/22"' ''
expect "a list without entries" 3 "'web.txt' is no part of it any more" sync hub
meta '"192.30.252.0/22", "10.0.0.0/8"' '"140.82.112.0/20", "20.1.2.3/32", "20.1.2.5/32"'
expect "one list is refused, so all is" 3 "hooks.txt:2: error: 10.0.0.0/8 has addresses that are not" sync hub
expect "nothing of it is staged" 0 "nothing is staged" sync hub --accept
echo '{"verifiable_password_authentication": tr' >"$served/meta.json"
expect "no JSON" 3 "hub/github: malformed" sync hub
sed -i 's/feed: github/feed: githubb/' "$EGRET_CATALOGS/hub/catalog.yaml"
expect "a format that nobody knows" 3 "in a form that egret does not know" sync hub
sed -i 's/feed: githubb/feed: list/' "$EGRET_CATALOGS/hub/catalog.yaml"
expect "two lists in one list file" 3 "has the url of another one" sync hub
sed -i '/feed:/d' "$EGRET_CATALOGS/hub/catalog.yaml"
expect "the other vendor alone" 3 "no feed or vendor with feeds is called hub" sync hub

echo "1..$count"
