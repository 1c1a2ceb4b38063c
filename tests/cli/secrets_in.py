# SPDX-License-Identifier: GPL-2.0-or-later
"""secrets_in.py FOLDER: an unpacked capture of this machine holds none of its serials,
UUIDs and MAC addresses, nor anything in a text that looks like one of the latter."""
import glob
import os
import re
import sys

secrets = set()
for pattern in ("/sys/class/net/*/address", "/sys/class/dmi/id/*serial",
                "/sys/class/dmi/id/product_uuid", "/etc/machine-id",
                "/proc/sys/kernel/random/boot_id", "/sys/block/*/device/serial",
                "/sys/class/nvme/*/serial", "/sys/block/*/device/wwid"):
    for name in glob.glob(pattern):
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                value = file.read().strip().lower()
        except OSError:
            continue
        # "Default string", zeros and the like are no secrets.
        if len(value) >= 6 and len(set(value)) > 4 and any(c.isdigit() for c in value):
            secrets.add(value)
shapes = [rb"(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])",
          rb"(?<![0-9a-f-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f-])"]
wrong = []
for where, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(where, name)
        if os.path.islink(path):
            data = os.readlink(path).encode()
        else:
            with open(path, "rb") as file:
                data = file.read()
        data = data.lower()
        for secret in secrets:
            if secret.encode() in data or secret in path.lower():
                wrong.append(f"{path}: holds {secret}")
        if b"\0" not in data:
            for shape in shapes:
                found = re.search(shape, data)
                if found:
                    wrong.append(f"{path}: looks secret: {found.group().decode()}")
print("\n".join(wrong[:5]) or f"{len(secrets)} secrets looked for")
sys.exit(bool(wrong))
