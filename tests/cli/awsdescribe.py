#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the aws program would describe once a template is deployed. Usage: awsdescribe.py TEMPLATE FOLDER

One file a command, as people save them: security groups and prefix lists, the entries of each list
under its id, rule groups and the policy. Ids and ARNs are given as AWS gives them.
"""
import json
import os
import sys


def write(name, value):
    with open(os.path.join(sys.argv[2], name + ".json"), "w") as out:
        json.dump(value, out, indent=4)
        out.write("\n")


def identify(n, one):
    """The id or ARN that AWS gives to the n-th resource."""
    about = one["Properties"]
    kind = one["Type"].split("::")[-1]
    if kind in ("PrefixList", "SecurityGroup"):
        return ("pl-%017x" if kind == "PrefixList" else "sg-%017x") % n
    name = ("stateful-rulegroup/" + about["RuleGroupName"] if kind == "RuleGroup"
            else "firewall-policy/" + about["FirewallPolicyName"])
    return "arn:aws:network-firewall:eu-west-1:111122223333:" + name


def permissions(rules, ids):
    """Rules of one protocol and range are one permission with several far ends."""
    found = {}
    for rule in rules:
        key = (rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"))
        one = found.setdefault(key, {"IpProtocol": key[0], "IpRanges": [], "Ipv6Ranges": [],
                                     "PrefixListIds": [], "UserIdGroupPairs": []})
        if key[1] is not None:
            one["FromPort"], one["ToPort"] = key[1], key[2]
        about = {"Description": rule["Description"]} if "Description" in rule else {}
        if "CidrIp" in rule:
            one["IpRanges"].append({"CidrIp": rule["CidrIp"], **about})
        elif "CidrIpv6" in rule:
            one["Ipv6Ranges"].append({"CidrIpv6": rule["CidrIpv6"], **about})
        else:
            one["PrefixListIds"].append(
                {"PrefixListId": ids[rule["DestinationPrefixListId"]["Ref"]], **about})
    return list(found.values())


def main():
    resources = json.load(open(sys.argv[1]))["Resources"]
    os.makedirs(sys.argv[2], exist_ok=True)
    ids, groups, lists = {}, [], []
    for n, (name, one) in enumerate(resources.items()):
        ids[name] = identify(n, one)
    for name, one in resources.items():
        about = one["Properties"]
        if one["Type"] == "AWS::EC2::PrefixList":
            lists.append({"PrefixListId": ids[name], "AddressFamily": about["AddressFamily"],
                          "State": "create-complete", "PrefixListName": about["PrefixListName"],
                          "MaxEntries": about["MaxEntries"], "Version": 1, "Tags": []})
            write(ids[name], {"Entries": about["Entries"]})
        elif one["Type"] == "AWS::EC2::SecurityGroup":
            groups.append({"Description": about["GroupDescription"], "GroupName": name,
                           "IpPermissions": [], "OwnerId": "111122223333", "GroupId": ids[name],
                           "IpPermissionsEgress": permissions(about["SecurityGroupEgress"], ids),
                           "Tags": about["Tags"], "VpcId": "vpc-0aa"})
        elif one["Type"] == "AWS::NetworkFirewall::RuleGroup":
            write(name, {"UpdateToken": "1", "RuleGroup": about["RuleGroup"], "RuleGroupResponse": {
                "RuleGroupArn": ids[name], "RuleGroupName": about["RuleGroupName"]}})
        else:
            for ref in about["FirewallPolicy"]["StatefulRuleGroupReferences"]:
                ref["ResourceArn"] = ids[ref["ResourceArn"]["Ref"]]
            write(name, {"UpdateToken": "1", "FirewallPolicy": about["FirewallPolicy"],
                         "FirewallPolicyResponse": {
                             "FirewallPolicyArn": ids[name],
                             "FirewallPolicyName": about["FirewallPolicyName"]}})
    write("prefix-lists", {"PrefixLists": lists})
    write("security-groups", {"SecurityGroups": groups})


main()
