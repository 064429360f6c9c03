#!/bin/sh
# What people see of `egret import`: pages in several forms and languages, broken ones, unknown ones.
# Speaks TAP. Usage: import.sh PROGRAM; EGRET_GOLDEN=write renews tests/data/import/*/*.golden.
# shellcheck disable=SC2086 # $acme and encodings are several words
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
data=tests/data/import
ja=$data/flat/page.ja.md
en=$data/markdown/page.en.md

zoom() { "$program" import "$@" --vendor zoom --title Zoom --date 2026-11-22; }

# ---- the page, whole ----

# Each line of a page is a row, a text, or the dashes under headings.
accounted() {
	zoom "$1" --json >"$work/account.json" 2>"$work/err"
	python3 tests/cli/covered.py "$1" "$work/account.json"
}
check "every line of the Japanese page is accounted for" accounted $ja
check "every line of the English page is accounted for" accounted $en
seed=$(echo ../shared/seed/*.md)
if [ -f "$seed" ]; then
	check "every line of the vendor's own page is accounted for" accounted "$seed"
	expect "the vendor's page says what ours does" 0 'the same flows' import "$seed" --vendor zoom \
		--title Zoom --compare $ja
else
	skip "every line of the vendor's own page is accounted for" "the page is not here"
	skip "the vendor's page says what ours does" "the page is not here"
fi
expect "a repeated table is folded" 1 'table 2 row 1 +duplicate +the same as table 1 row 1' \
	import $ja --vendor zoom --title Zoom
expect "lost addresses are never any" 1 "table 3 row 1 +incomplete +tcp 443,8801-8802 +client" \
	import $ja --vendor zoom --title Zoom
expect "a note that lost its text is told" 1 'page.ja.md:19: lost: a note behind table 3' \
	import $ja --vendor zoom --title Zoom
expect "a source that ends in a comma is cut" 1 'table 4 row 1 +incomplete +tcp 443 +client \.\.\.' \
	import $ja --vendor zoom --title Zoom
expect "the vendor's addresses as source are inbound" 1 'table 5 row 4 .* vendor +to: ' \
	import $ja --vendor zoom --title Zoom
expect "a port that points to a lost note is told" 1 'the row points to a note that the page' \
	import $ja --vendor zoom --title Zoom

# ---- the same facts in other forms ----

# A way of writing the page says the same, row by row and as flows.
for other in $en "$data"/html/page.*.html; do
	expect "$(basename "$other") says the same" 0 'the same flows' import "$other" --vendor zoom \
		--title Zoom --compare $ja
done

# One table has no places of ten: the rows move, the flows are the same.
expect "page.en.tsv says the same" 1 'the same flows' import $data/tsv/page.en.tsv --vendor zoom \
	--title Zoom --compare $ja

# The same page in another encoding gives the same requirements.
requirements() {
	python3 -c '
import json, sys
value = json.load(sys.stdin)
print(json.dumps([value["requirements"], value["lists"]], indent=1, sort_keys=True))'
}
zoom $ja --json 2>/dev/null | requirements >"$work/want"
encoded() {
	iconv -f UTF-8 -t "$1" $ja >"$work/page.md" || return 1
	zoom "$work/page.md" --json $2 2>"$work/err" | requirements >"$work/got"
	cmp "$work/want" "$work/got"
}
check "Shift_JIS is decoded" encoded SHIFT_JIS "--encoding shift_jis"
check "EUC-JP is decoded" encoded EUC-JP "--encoding euc-jp"
check "UTF-16 with a mark is decoded" encoded UTF-16 ""
check "Shift_JIS is found when nothing says so" encoded SHIFT_JIS ""

# ---- pages that egret has never seen ----

acme="$data/markdown/acme.md --vendor acme --title Acme --date 2026-11-26"
expect "columns in any order" 1 'table 1 row 1 +verified +tcp 443 .*\*\.acme\.example\.com' import $acme
expect "a column that nobody knows is told" 1 "the column 'Since' is not known" import $acme
expect "a table without sources says so" 1 'no column says who starts the traffic' import $acme
expect "a destination in words is no rule" 1 'the destination is said in words only' import $acme
expect "another table is named" 1 "no row of the table names a column .* 'Version'" import $acme
expect "a footnote goes to its row" 1 'media fall back' import $acme --json
expect "lists of the section answer lost addresses" 1 'list acmestore list acmestore-ipv6' \
	import $acme
expect "who is the vendor?" 3 "say it: --vendor" import $data/markdown/acme.md

mkdir "$work/catalogs"
written() {
	"$program" import $acme -o "$work/catalogs/acme" >"$work/out" 2>&1
	[ -f "$work/catalogs/acme/lists/table-1-row-2.txt" ] &&
		"$program" catalog acme --catalogs "$work/catalogs" &&
		"$program" diff "$work/catalogs/acme" "$work/catalogs/acme"
}
check "a draft is a catalog that reads" written
expect "merging the same page again changes nothing" 0 '0 changed, 0 new, 0 gone' import \
	$data/markdown/acme.md --merge "$work/catalogs/acme" --date 2026-11-26
sed 's/| 443 | TCP | 2019/| 443, 8443 | TCP | 2019/; /Push messages/d' $data/markdown/acme.md \
	>"$work/acme.md"
expect "a changed page: the row" 1 'ports: 443 -> 443,8443' import "$work/acme.md" --merge \
	"$work/catalogs/acme" --date 2026-11-27
expect "a changed page: the flows" 1 'flows only here' import "$work/acme.md" --merge \
	"$work/catalogs/acme" --date 2026-11-27
expect "a changed page: what is gone" 1 'gone +table-1-row-4' import "$work/acme.md" --merge \
	"$work/catalogs/acme" --date 2026-11-27
before=$(sha256sum "$work/catalogs/acme/catalog.yaml" || echo none)
check "without --output nothing is written" [ "$before" = "$(sha256sum "$work/catalogs/acme/catalog.yaml")" ]

expect "a catalog that is made from an overlay" 0 'warning: the catalog is made from this overlay' \
	import $ja --merge catalogs/zoom --date 2026-11-22 -o "$work/zoom"

# ---- broken and hostile pages ----

head -c 1500 $ja | iconv -c -f UTF-8 -t UTF-8 >"$work/cut.md"
expect "a page that ends in a row" 1 'the row is cut|no address behind' import "$work/cut.md" \
	--vendor zoom --title Zoom
truncate -s 100M "$work/big.html"
expect "100 MB" 3 'big.html: error' import "$work/big.html" --vendor x
expect "a folder" 3 'error' import tests --vendor x
expect "nothing there" 3 'error' import "$work/none.html" --vendor x
: >"$work/empty.html"
expect "an empty file" 3 'cannot tell what this is' import "$work/empty.html" --vendor x
printf '| Protocol | Ports | Destination |\n|---|---|---|\n| TCP | 443 | a\377.example.com |\n' \
	>"$work/bytes.md"
expect "bytes that are no text: the offset" 3 'bytes.md:3.*(offset|byte).* 6[0-9]' import \
	"$work/bytes.md" --vendor x
printf '| Protocol | Ports | Destination |\n|---|---|---|\n| TCP | 443 | \342\200\256moc.example.com |\n' \
	>"$work/bidi.md"
expect "text that is turned around is a problem" 1 'bidi.md:3: unknown: taken out: U\+202E' import \
	"$work/bidi.md" --vendor x
expect "and its row is unverified" 1 'table 1 row 1 +unverified' import "$work/bidi.md" --vendor x
printf '| Protocol | Ports | Destination |\n|---|---|---|\n| TCP | 443 | a.exa\342\200\213mple.com |\n' \
	>"$work/zero.md"
expect "characters without width are dropped" 1 ' a\.example\.com' import "$work/zero.md" --vendor x
printf '{"prefixes": [' >"$work/aws.json"
expect "JSON that ends early" 3 'aws.json:1:' import "$work/aws.json" --format aws
expect "an unknown format" 3 'the formats are' import $ja --vendor x --format docx
expect "an unknown encoding" 3 'encoding' import $ja --vendor x --encoding klingon
expect "two bases" 3 'do not go together' import $ja --merge catalogs/zoom --compare $en
printf '<!doctype html><title>x</title><div id=app></div><script src=app.js></script>' \
	>"$work/script.html"
expect "a page that a script would write" 1 'it has scripts: save it' import "$work/script.html" \
	--vendor x

# ---- golden: every sample as the whole account of it ----

golden() {
	vendor=sample
	case $1 in */page.*) vendor=zoom ;; esac
	"$program" import "$1" --vendor $vendor --title "$(echo $vendor | sed 's/^z/Z/')" \
		--date 2026-11-22 --json 2>"$work/err" >"$work/golden"
	[ $? -le 1 ] || { cat "$work/err"; return 1; }
	python3 -m json.tool --no-ensure-ascii --indent 1 "$work/golden" >"$work/pretty" || return 1
	if [ "${EGRET_GOLDEN:-}" = write ]; then cp "$work/pretty" "$1.golden"; fi
	diff "$1.golden" "$work/pretty"
}
for sample in "$data"/*/*; do
	case $sample in *.golden | *.dump | "$data"/vendors/*) continue ;; esac
	[ -f "$sample" ] || continue
	check "golden $(echo "$sample" | sed "s,$data/,,")" golden "$sample"
done

echo "1..$count"
