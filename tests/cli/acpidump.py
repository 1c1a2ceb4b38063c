# SPDX-License-Identifier: GPL-2.0-or-later
"""acpidump.py FOLDER: writes its ACPI tables as acpidump does."""
import os
import sys

for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        table = file.read()
    print(f"{name} @ 0x0000000000000000")
    for at in range(0, len(table), 16):
        row = table[at:at + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        print(f"    {at:04X}: {' '.join(f'{b:02X}' for b in row):<47}  {text}")
    print()
