#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The aws program for tests: changes what a folder of its outputs describes, as AWS would.

Usage: AWS_FOLDER=FOLDER aws SERVICE COMMAND --cli-input-json JSON
"""
import json
import os
import sys

FARS = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId",
        "UserIdGroupPairs": "GroupId"}
ARNS = "arn:aws:network-firewall:eu-west-1:111122223333:"


def refuse(what):
    sys.exit("An error occurred: " + what)


def documents():
    for name in sorted(os.listdir(os.environ["AWS_FOLDER"])):
        if name.endswith(".json"):
            path = os.path.join(os.environ["AWS_FOLDER"], name)
            with open(path) as text:
                yield path, json.load(text)


def find(key, member, value):
    for path, document in documents():
        for one in document.get(key, []):
            if one[member] == value:
                return path, document, one
    return refuse(value + " does not exist")


def write(path, document):
    with open(path, "w") as out:
        json.dump(document, out, indent=4)


def rules_of(permissions):
    """Each far end by itself."""
    rules = []
    for one in permissions:
        for key, member in FARS.items():
            for far in one.get(key, []):
                rules.append((one["IpProtocol"], one.get("FromPort"), one.get("ToPort"), key,
                              far[member], far.get("Description")))
    return rules


def permissions_of(rules):
    permissions = []
    for proto, first, last, key, far, about in rules:
        one = {"IpProtocol": proto, key: [{FARS[key]: far}]}
        if first is not None:
            one.update({"FromPort": first, "ToPort": last})
        if about is not None:
            one[key][0]["Description"] = about
        permissions.append(one)
    return permissions


def change_group(command, about):
    path, document, group = find("SecurityGroups", "GroupId", about["GroupId"])
    key = "IpPermissionsEgress" if command.endswith("egress") else "IpPermissions"
    rules = rules_of(group[key])
    for rule in rules_of(about["IpPermissions"]):
        same = [one for one in rules if one[:5] == rule[:5]]
        if command.startswith("authorize"):
            if same:
                refuse("InvalidPermission.Duplicate")
            rules.append(rule)
        else:
            if not same:
                refuse("InvalidPermission.NotFound")
            rules.remove(same[0])
    group[key] = permissions_of(rules)
    write(path, document)


def create_entry(about):
    path, document, acl = find("NetworkAcls", "NetworkAclId", about.pop("NetworkAclId"))
    for entry in acl["Entries"]:
        if (entry["RuleNumber"], entry["Egress"]) == (about["RuleNumber"], about["Egress"]):
            refuse("NetworkAclEntryAlreadyExists")
    acl["Entries"].append(about)
    write(path, document)


def create_group(about):
    name = about["RuleGroupName"]
    lines = [one for one in about["RuleGroup"]["RulesSource"]["RulesString"].split("\n") if one]
    if len(lines) > about["Capacity"]:
        refuse("InsufficientCapacityException")
    write(os.path.join(os.environ["AWS_FOLDER"], name + ".json"), {
        "UpdateToken": "1", "RuleGroup": about["RuleGroup"], "RuleGroupResponse": {
            "RuleGroupName": name, "RuleGroupArn": ARNS + "stateful-rulegroup/" + name}})


def update_policy(about):
    for path, document in documents():
        response = document.get("FirewallPolicyResponse")
        if response and response["FirewallPolicyArn"] == about["FirewallPolicyArn"]:
            if document["UpdateToken"] != about["UpdateToken"]:
                refuse("InvalidTokenException")
            document["FirewallPolicy"] = about["FirewallPolicy"]
            document["UpdateToken"] += "+"
            write(path, document)
            return
    refuse("ResourceNotFoundException")


def main():
    service, command, option, text = sys.argv[1:]
    assert option == "--cli-input-json"
    about = json.loads(text)
    if service == "ec2" and "-security-group-" in command:
        change_group(command, about)
    elif (service, command) == ("ec2", "create-network-acl-entry"):
        create_entry(about)
    elif (service, command) == ("network-firewall", "create-rule-group"):
        create_group(about)
    elif (service, command) == ("network-firewall", "update-firewall-policy"):
        update_policy(about)
    else:
        refuse("unknown command " + command)


main()
