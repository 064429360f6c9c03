#!/usr/bin/env python3
"""Is every line of a page accounted for by `egret import --json`?

Usage: covered.py PAGE JSON. A line that is not blank lies in a row of a table, or in a text, or is
the line of dashes under a table's headings. Written without egret's own reader: lines only.
"""
import json
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read().split("\n")
source = json.load(open(sys.argv[2], encoding="utf-8"))["sources"][0]
covered = {}
for table in source["tables"]:
    for row in table["rows"]:
        fate = row["is"]
        assert fate in ("header", "heading", "requirement", "duplicate", "problem"), row
        assert fate != "requirement" or row["requirements"], row
        assert fate != "duplicate" or row["of"], row
        assert fate != "problem" or row["why"], row
        for line in range(row["line"], row["last line"] + 1):
            assert line not in covered, "line %d is in two rows" % line
            covered[line] = fate
for text in source["texts"]:
    # A paragraph of Markdown goes on to the next blank line.
    line = text["line"]
    while line <= len(page) and page[line - 1].strip() and line not in covered:
        covered[line] = "text"
        line += 1
bad = 0
for number, line in enumerate(page, 1):
    dashes = re.fullmatch(r"\s*\|?[\s|:-]*-[\s|:-]*", line)
    if line.strip() and not dashes and number not in covered:
        print("line %d is not accounted for: %s" % (number, line))
        bad += 1
print("%d lines of rows, %d of texts" % (
    sum(1 for f in covered.values() if f != "text"), sum(1 for f in covered.values() if f == "text")))
sys.exit(1 if bad or not covered else 0)
