#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# AWS from end to end: build, prove, why, diff. Usage: aws.sh EGRET
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

zoom=examples/zoom-meetings-only.yaml

# ---- the law: what is built proves clean, less what is told; deployed and described, it is the same ----
for policy in examples/zoom-office.yaml examples/zoom-meetings-only.yaml examples/office-suite.yaml; do
	stem=$(basename "$policy" .yaml)
	expect "$stem: build writes, reads back, and proves" 0 "sees names of TCP alone" \
		build --to aws --accept-loss --policy "$policy" -o "$work/$stem.json"
	check "$stem: it is JSON" python3 -m json.tool "$work/$stem.json"
	check "$stem: it is described" python3 tests/cli/awsdescribe.py "$work/$stem.json" "$work/$stem"
	expect "$stem: deployed, it lets the same through" 0 "no difference" \
		diff "$work/$stem.json" "$work/$stem"
done
"$program" build --to aws --accept-loss --policy "$zoom" -o "$work/again.json" 2>"$work/out"
check "names do not wait for egretd" sh -c "! grep -q egretd '$work/out'"
expect "what is built misses nothing but QUIC" 1 "zoom/web-quic +missing" \
	prove --policy "$zoom" "$work/zoom-meetings-only.json"
"$program" prove --json --policy "$zoom" "$work/zoom-meetings-only" >"$work/proof.json" 2>/dev/null
cat >"$work/only.py" <<'END'
import json
import sys

proof = json.load(open(sys.argv[1]))
answers = {r["requirement"]: r["answer"] for r in proof["requirements"]}
assert answers.pop("web-quic") == "missing", answers
assert answers and all(a == "met" for a in answers.values()), answers
assert not proof["excess"]["boxes"] and not proof["perhaps excess"]["boxes"], proof
END
check "names are met, nothing is too much" python3 "$work/only.py" "$work/proof.json"

# ---- one range missing, one port blocked, one range too many: exactly these, with their lines ----
# By address alone: the groups without the firewall that looks at names.
folder=$work/broken
cp -r "$work/zoom-meetings-only" "$folder"
rm "$folder"/Egret*.json
cat >"$work/break.py" <<'END'
"""Breaks the folder, and says where: the list that lacks a range, the group that blocks a port."""
import json
import os
import sys

folder = sys.argv[1]
path = os.path.join(folder, "security-groups.json")
groups = json.load(open(path))
groups["SecurityGroups"] = [g for g in groups["SecurityGroups"] if g["GroupName"].startswith("Group")]
# The port of the shorter list of addresses: the groups have no room for what the longer one holds.
sizes = {name[:-5]: len(json.load(open(os.path.join(folder, name)))["Entries"])
         for name in os.listdir(folder) if name.startswith("pl-")}
for group in groups["SecurityGroups"]:
    for one in list(group["IpPermissionsEgress"]):
        if one["IpProtocol"] != "tcp" or one["FromPort"] != 8801:
            continue
        short = [ref for ref in one["PrefixListIds"] if sizes[ref["PrefixListId"]] < 10]
        one["PrefixListIds"] = [ref for ref in one["PrefixListIds"] if ref not in short]
        group["IpPermissionsEgress"].append({**one, "FromPort": 8802, "PrefixListIds": short})
groups["SecurityGroups"][0]["IpPermissionsEgress"][0]["IpRanges"].append({"CidrIp": "192.0.2.0/24"})
json.dump(groups, open(path, "w"), indent=4)
for name in os.listdir(folder):
    if name.startswith("pl-"):
        path = os.path.join(folder, name)
        entries = json.load(open(path))
        entries["Entries"] = [e for e in entries["Entries"] if e["Cidr"] != "170.114.0.0/16"]
        json.dump(entries, open(path, "w"), indent=4)
END
check "three faults are made" python3 "$work/break.py" "$folder"
extra=$(grep -n '"CidrIp": "192.0.2.0/24"' "$folder/security-groups.json" | cut -d: -f1)
last=$(grep -n '"GroupId"' "$folder/security-groups.json" | tail -1 | cut -d: -f1)
expect "a range that is missing" 1 "170.114.0.0/16:" prove --policy "$zoom" "$folder"
expect "who stops it" 1 "security-groups.json:$last: .no rule of these groups" \
	prove --policy "$zoom" "$folder"
expect "a range too many, and its line" 1 "security-groups.json:$extra: allow tcp 443 to 192.0.2.0/24" \
	prove --policy "$zoom" "$folder"
"$program" prove --json --policy "$zoom" "$folder" >"$work/proof.json" 2>/dev/null
cat >"$work/judge.py" <<'END'
import json
import sys

proof = json.load(open(sys.argv[1]))
last, extra = map(int, sys.argv[2:])
missing, excess = proof["missing"], proof["excess"]
assert missing["all"] and excess["all"] and missing["boxes"]
for box in missing["boxes"]:
    text = box["text"]
    assert box["rule"]["line"] == last, box
    port = text.startswith("tcp ") and text.endswith(":8801 in lan out wan")
    port = port or (text.startswith("tcp ") and ":8801" in text and "8802" not in text)
    assert port or "-> 170.114.0.0/16:" in text, box
assert any("-> 170.114.0.0/16:" in b["text"] for b in missing["boxes"])
assert any(":8801" in b["text"] and b["text"].startswith("tcp ") for b in missing["boxes"])
assert len(excess["boxes"]) == 1, excess
for box in excess["boxes"]:
    assert box["rule"]["line"] == extra and "192.0.2.0/24:443" in box["text"], box
END
check "exactly these three, each with its line" \
	python3 "$work/judge.py" "$work/proof.json" "$last" "$extra"
expect "diff shows what is gone and what came" 1 "192.0.2.0/24:443" \
	diff "$work/zoom-meetings-only" "$folder"

# ---- a change mends these and nothing else: read on top, and carried out as AWS does ----
mkdir "$work/bin"
ln -s "$PWD/tests/cli/awsapply.py" "$work/bin/aws"
# Carries a change out on a copy of a folder.
apply() {
	rm -rf "$work/applied"
	cp -r "$2" "$work/applied"
	AWS_FOLDER=$work/applied PATH=$work/bin:$PATH sh "$1"
}
cat >"$work/same.py" <<'END'
import json
import sys

proof, diff = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))


def flows(part):
    """Who sees no names closes a hole for all of them."""
    assert part["all"] and part["boxes"], part
    return sorted(box["text"].split(" name ")[0] for box in part["boxes"])


assert flows(proof["missing"]) == flows(diff["added"]), (proof["missing"], diff["added"])
assert flows(proof["excess"]) == flows(diff["removed"]), (proof["excess"], diff["removed"])
assert diff["unsure"]["flows"] == "0"
END
# What is mended, how: NAME POLICY FOLDER [--at WHERE]
mends() {
	mended=$1 policy=$2 from=$3
	shift 3
	expect "$mended: a change" 1 "proven to mend this and nothing else" \
		prove --policy "$policy" "$@" --fix "$work/change.sh" "$from"
	expect "$mended: read on top of what is described" 0 "^yes: " \
		prove --policy "$policy" "$@" "$from" "$work/change.sh"
	check "$mended: AWS would take all of its commands" apply "$work/change.sh" "$from"
	expect "$mended: described again, it is right" 0 "^yes: " \
		prove --policy "$policy" "$@" "$work/applied"
	"$program" prove --json --policy "$policy" "$@" "$from" >"$work/proof.json" 2>/dev/null
	"$program" diff --json "$@" "$from" "$work/applied" >"$work/diff.json" 2>/dev/null
	check "$mended: what was wrong, no more and no less" \
		python3 "$work/same.py" "$work/proof.json" "$work/diff.json"
}
mends groups "$zoom" "$folder"
check "AWS would not take it twice" sh -c "! AWS_FOLDER='$work/applied' PATH='$work/bin:$PATH' sh '$work/change.sh'"
expect "nor does egret read it twice" 3 "such a rule is there already" \
	prove --policy "$zoom" "$work/applied" "$work/change.sh"

# Names that the firewall sees: all three faults in its rules.
cat >"$work/named.yaml" <<'END'
title: Meetings and revocation lists
outside: wan
zones:
  staff: {addresses: [192.168.1.0/24, "fd12:3456:789a::/64"], interface: lan, roles: [client, browser]}
allow:
  - {services: [zoom/meetings, zoom/certificates], from: staff}
apex: included
END
"$program" build --to aws --accept-loss --policy "$work/named.yaml" -o "$work/named.json" 2>/dev/null
python3 tests/cli/awsdescribe.py "$work/named.json" "$work/named"
cat >"$work/breakwall.py" <<'END'
import json
import sys

path = sys.argv[1] + "/EgretAddresses.json"
group = json.load(open(path))
source = group["RuleGroup"]["RulesSource"]
lines = source["RulesString"].split("\n")
lines = [one.replace("170.114.0.0/16,", "") if "tcp" in one else one for one in lines]
lines = [one.replace("[443,8801:8802]", "[443,8802]") for one in lines]
lines.insert(0, "pass tcp 192.168.1.0/24 any -> 192.0.2.0/24 443 (sid:9999;)")
source["RulesString"] = "\n".join(lines)
json.dump(group, open(path, "w"), indent=4)
path = sys.argv[1] + "/security-groups.json"
groups = json.load(open(path))
for group in groups["SecurityGroups"]:
    if group["GroupName"].startswith("Names"):
        group["IpPermissionsEgress"].append({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                                             "IpRanges": [{"CidrIp": "192.0.2.0/24"}]})
json.dump(groups, open(path, "w"), indent=4)
END
check "three faults are made in a firewall" python3 "$work/breakwall.py" "$work/named"
mends firewall "$work/named.yaml" "$work/named"

# A network ACL, with what comes back.
cat >"$work/meet.yaml" <<'END'
title: Meet
outside: wan
zones:
  staff: {addresses: [192.168.1.0/24, "fd12:3456:789a::/64"], interface: lan, roles: [client, browser]}
allow:
  - {services: [google-meet/media], from: staff}
END
mkdir "$work/acl"
cat >"$work/acl/acl.json" <<'END'
{"NetworkAcls": [{"NetworkAclId": "acl-0c1", "Entries": [
 {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "17", "PortRange": {"From": 3470, "To": 3480}, "RuleAction": "allow", "RuleNumber": 100},
 {"CidrBlock": "192.0.2.0/24", "Egress": true, "Protocol": "47", "RuleAction": "allow", "RuleNumber": 110},
 {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767},
 {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "6", "PortRange": {"From": 1024, "To": 65535}, "RuleAction": "allow", "RuleNumber": 100},
 {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767}]}]}
END
mends "network ACL" "$work/meet.yaml" "$work/acl" --at "acl-0c1 members 192.168.1.0/24 fd12:3456:789a::/64"
expect "of answers: what an ACL does not see" 1 "does not see which port answers come from" \
	prove --policy "$work/meet.yaml" --fix "$work/change.sh" \
	--at "acl-0c1 members 192.168.1.0/24 fd12:3456:789a::/64" "$work/acl"
expect "without members: who sends, it does not see" 1 "say with --at 'members PREFIX...' who is there" \
	prove --policy "$work/meet.yaml" --fix "$work/change.sh" --at "acl-0c1" "$work/acl"

echo kept >"$work/kept"
sed 's#"CidrIp": "192.168.1.0/24"#"CidrIp": "10.0.0.0/8"#; s/170.114.0.0/170.114.128.0/' \
	"$work/zoom-meetings-only.json" >"$work/template.json"
expect "of a template: none" 3 "of a template no change is written" \
	prove --policy "$zoom" --fix "$work/kept" "$work/template.json"
check "and nothing is written" grep -qx kept "$work/kept"

cp -r "$folder" "$work/twice"
sed -i 's#"CidrIp": "192.0.2.0/24"#"CidrIp": "192.0.2.0/24" }, { "CidrIp": "192.0.2.0/25"#' "$work/twice/security-groups.json"
expect "a rule that decides nothing" 1 "allow tcp 443 to 192.0.2.0/25" prove --policy "$zoom" "$work/twice"
expect "and what hides it" 1 "hidden by line $extra" prove --policy "$zoom" "$work/twice"

# ---- who has the group is an input ----
sample=tests/data/dialect/aws/vpc
expect "several groups: egret asks which" 3 "several security groups" prove --policy "$zoom" "$sample"
expect "of any member" 1 "excess" prove --policy "$zoom" --at "runners" "$sample"
expect "of members elsewhere: nothing passes" 0 "no rule of it lets it through" \
	why --policy "$zoom" --at "runners members 10.77.0.0/16" --in "$sample" \
	"tcp 192.168.1.9 -> 170.114.10.1:443"
expect "the assumption is printed" 1 "assumed: the interfaces with these groups have the addresses" \
	prove --policy "$zoom" --at "runners members 192.168.1.0/24" "$sample"

# ---- why ----
expect "why names the entry of the prefix list" 0 "pl-0123456789abcdef0.json:4" \
	why --policy "$zoom" --at "runners acl-0c1" --in "$sample" \
	"tcp 192.168.1.9 -> 170.114.10.1:443"
expect "why names the ACL" 1 "network ACL acl-0c1 egress: . deny all" \
	why --policy "$zoom" --at "default acl-0c1" --in "$sample" "tcp 192.168.1.9 -> 203.0.113.9:22"
expect "why names the firewall" 1 "aws:drop_established" \
	why --policy "$zoom" --at "runners egress" --in "$sample" \
	"tcp 10.1.2.3 -> 203.0.113.9:443 name evil.example.com"

# ---- answers through the ACL ----
expect "answers come back to ports from 1024 on" 0 "" \
	diff --at "runners acl-0c1" "$sample" "$sample"
"$program" prove --policy "$zoom" --at "runners acl-0c1 members 192.168.1.0/24" "$sample" >"$work/out" 2>&1
check "UDP answers do not" grep -q "answers missing" "$work/out"

# ---- what is not modelled is named, and nothing is claimed ----
mkdir "$work/partial"
cp "$sample/security-groups.json" "$work/partial"
expect "entries that are not there" 1 "not modelled: prefix list pl-0123456789abcdef0 at .*security-groups.json:[0-9]" \
	prove --policy "$zoom" --at "runners" "$work/partial"
expect "and what to do" 1 "get-managed-prefix-list-entries --prefix-list-id pl-0123456789abcdef0" \
	prove --policy "$zoom" --at "runners" "$work/partial"

# ---- hostile ----
expect "an unknown group" 3 "there is no security group, network ACL or firewall policy sg-9" \
	prove --policy "$zoom" --at "sg-9" "$sample"
python3 -c 'print("{\"SecurityGroups\": [" + "[" * 1000 + "]" * 1000 + "], \"GroupId\": 1}")' >"$work/deep.json"
expect "a thousand levels" 3 "more than 32 levels" prove --policy "$zoom" --from aws "$work/deep.json"
python3 -c 'print("{\"Entries\": [{\"Cidr\": \"10.0.0.0/8\"}" + ", 1" * 3000000 + "]}")' >"$work/long.json"
expect "three million values" 3 "more than 1000000 values" prove --policy "$zoom" "$work/long.json"
truncate -s 100M "$work/big.json"
expect "a file of 100 MB" 3 "larger than" prove --policy "$zoom" --from aws "$work/big.json"

echo "1..$count"
