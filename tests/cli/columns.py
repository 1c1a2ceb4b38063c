# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails when a line of the files named is wider than 80 columns, Chinese counted double,
or holds what a terminal would obey."""
import sys
import unicodedata


def width(line):
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    )


bad = 0
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if width(line) > 80:
                print(f"{name}:{number}: {width(line)} columns: {line}")
                bad = 1
            if any(unicodedata.category(c) == "Cc" for c in line):
                print(f"{name}:{number}: control characters: {line!r}")
                bad = 1
sys.exit(bad)
