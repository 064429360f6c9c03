#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One range missing, one port blocked, one range too many: exactly these, each with its line.

Usage: threefaults.py PROOF LAST BLOCK EXTRA EXCESS [tcp]

PROOF is what `egret prove --json` prints. 170.114.0.0/16 is missing by line LAST, TCP's port 8801 by
line BLOCK; line EXTRA lets EXCESS through. Of a proxy only TCP is looked at.
"""
import json
import sys

proof = json.load(open(sys.argv[1]))
last, block, extra = map(int, sys.argv[2:5])
missing, excess = proof["missing"], proof["excess"]
assert missing["all"] and excess["all"] and excess["boxes"]
boxes = [box for box in missing["boxes"]
         if "tcp" not in sys.argv[6:] or not box["text"].startswith("udp ")]
for box in boxes:
    line, text = box["rule"]["line"], box["text"]
    assert line in (last, block), box
    if line == last:
        assert "170.114.0.0/16:" in text and "," not in text.split("-> ")[1].split(":")[0], box
    else:
        assert text.startswith("tcp ") and ":8801" in text and "8802" not in text, box
assert {box["rule"]["line"] for box in boxes} == {last, block}
for box in excess["boxes"]:
    assert box["rule"]["line"] == extra and sys.argv[5] in box["text"], box
for key in ("perhaps missing", "perhaps excess"):
    assert not proof[key]["boxes"], proof[key]
