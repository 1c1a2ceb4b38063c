# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile.py FOLDER: makes archives that nobody means well with, as plain tars; names of
those that must be refused start with "bad-", of those that are merely odd with "odd-"."""
import io
import json
import os
import sys
import tarfile

folder = sys.argv[1]
MANIFEST = {
    "format": "gpuhost-capture/1",
    "made-by": "test",
    "when": "2026-01-01T00:00:00Z",
    "covers": ["sys/firmware/acpi/tables", "proc/cmdline"],
    "refused": [],
    "facts": {"cpuid.vendor": "GenuineIntel"},
}


class Tar:
    def __init__(self, name, manifest=MANIFEST, **options):
        self.tar = tarfile.open(os.path.join(folder, name + ".tar"), "w", **options)
        if manifest is not None:
            text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
            self.add("MANIFEST.json", text)

    def add(self, name, data=b"quiet\n", type=tarfile.REGTYPE, link="", **more):
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = type, link, len(data)
        for key, value in more.items():
            setattr(info, key, value)
        self.tar.addfile(info, io.BytesIO(data))
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tar.close()


def one(kind, name, *args, **more):
    with Tar(kind) as tar:
        tar.add(name, *args, **more)


one("bad-escape", "../escaped")
one("bad-escape-inside", "sys/../../escaped")
one("bad-absolute", "/escaped")
one("bad-dot", "sys/./kernel")
one("bad-empty-part", "sys//kernel")
one("bad-newline", "sys/a\nb")
one("bad-colour", "sys/\x1b[31mred")
one("bad-long-name", "sys/" + "x/" * 5000 + "y")
one("bad-hard-link", "sys/hard", b"", tarfile.LNKTYPE, "/etc/passwd")
one("bad-hard-link-inside", "sys/hard", b"", tarfile.LNKTYPE, "MANIFEST.json")
one("bad-character-device", "dev/null", b"", tarfile.CHRTYPE, devmajor=1, devminor=3)
one("bad-block-device", "dev/sda", b"", tarfile.BLKTYPE, devmajor=8)
one("bad-fifo", "dev/kmsg", b"", tarfile.FIFOTYPE)
one("bad-long-link", "sys/link", b"", tarfile.SYMTYPE, "x" * 100000)
one("odd-absolute-link", "sys/link", b"", tarfile.SYMTYPE, "/etc/passwd")
one("odd-owner", "proc/cmdline", uid=4000000000, uname="nobody" * 5, mode=0o7777)
one("odd-utf8", "sys/café")
with Tar("bad-through-link") as tar:
    tar.add("sys", b"", tarfile.SYMTYPE, os.path.abspath(folder))
    tar.add("sys/escaped")
with Tar("bad-twice") as tar:
    tar.add("proc/cmdline").add("proc/cmdline", b"other\n")
with Tar("bad-file-as-folder") as tar:
    tar.add("proc/cmdline").add("proc/cmdline/x")
with Tar("bad-many-members") as tar:
    for i in range(70000):
        tar.tar.fileobj.write(tarfile.TarInfo(f"sys/{i}").tobuf(tarfile.USTAR_FORMAT))
with Tar("bad-large-member") as tar:
    tar.add("sys/large", bytes(20 << 20))

# Manifests.
with Tar("bad-no-manifest", None) as tar:
    tar.add("proc/cmdline")
with Tar("bad-late-manifest", None) as tar:
    tar.add("proc/cmdline").add("MANIFEST.json", json.dumps(MANIFEST).encode())
with Tar("bad-two-manifests") as tar:
    tar.add("MANIFEST.json", b'{"format": "gpuhost-capture/1"}')
with Tar("bad-manifest-link", None) as tar:
    tar.add("MANIFEST.json", b"", tarfile.SYMTYPE, "/etc/passwd")
for name, manifest in {
    "version": dict(MANIFEST, format="gpuhost-capture/2"),
    "other-format": dict(MANIFEST, format="something"),
    "format-number": dict(MANIFEST, format=1),
    "format-missing": {k: v for k, v in MANIFEST.items() if k != "format"},
    "array": [MANIFEST],
    "empty": b"",
    "no-json": b"format: gpuhost-capture/1\n",
    "cut": json.dumps(MANIFEST).encode()[:-20],
    "deep": b'{"format": "gpuhost-capture/1", "x": ' + b"[" * 100000,
    "huge": json.dumps(dict(MANIFEST, more="x" * (2 << 20))).encode(),
    "covers-text": dict(MANIFEST, covers="sys"),
    "covers-numbers": dict(MANIFEST, covers=[1, 2]),
    "covers-escape": dict(MANIFEST, covers=["../etc"]),
    "refused-text": dict(MANIFEST, refused="proc/cmdline"),
    "refused-pathless": dict(MANIFEST, refused=[{"error": "EPERM"}]),
    "facts-array": dict(MANIFEST, facts=["cpuid.vendor"]),
    "facts-number": dict(MANIFEST, facts={"cpuid.vendor": 1}),
}.items():
    Tar("bad-manifest-" + name, manifest).__exit__()
Tar("odd-manifest-only").__exit__()
Tar("bad-manifest-control", dict(MANIFEST, **{"made-by": "\x1b[31m\nred\u009b"})).__exit__()
Tar("bad-manifest-uncovered", {"format": "gpuhost-capture/1"}).__exit__()


# Headers that lie.
def raw(name, *blocks):
    with open(os.path.join(folder, name + ".tar"), "wb") as file:
        for block in blocks:
            file.write(block)


def header(name, size, type=tarfile.REGTYPE):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, type
    return info.tobuf(tarfile.GNU_FORMAT)


with open(os.path.join(folder, "odd-manifest-only.tar"), "rb") as file:
    start = file.read(1024)
raw("bad-size-beyond", start, header("sys/large", 1 << 20), b"short")
raw("bad-size-10g", start, header("sys/large", 10 << 30), bytes(1 << 16))
raw("bad-size-exabytes", start, header("sys/large", 1 << 62), bytes(1 << 16))
raw("bad-size-negative", start, header("sys/large", -5), bytes(1024))
raw("bad-pax-10g", start, header("x", 10 << 30, tarfile.XHDTYPE), bytes(1 << 16))
raw("bad-name-10g", start, header("x", 10 << 30, tarfile.GNUTYPE_LONGNAME), bytes(1 << 16))
raw("bad-checksum", start, header("sys/x", 0)[:148] + b"0000000\0" + bytes(356), bytes(1024))
raw("bad-no-end", start)
for name, attributes in {
    "sparse": "GNU.sparse.major=1\nGNU.sparse.minor=0\nGNU.sparse.realsize=9999999999\n",
    "size": "size=9999999999\n",
    "path": "path=../escaped\n",
    "linkpath": "path=/etc/escaped\nlinkpath=/etc/passwd\n",
}.items():
    lines = ""
    for line in attributes.splitlines(True):
        length = len(line) + 3
        lines += f"{length if len(str(length)) == 2 else length} {line}"
    data = lines.encode()
    raw("bad-pax-" + name, start, header("x", len(data), tarfile.XHDTYPE),
        data + bytes(-len(data) % 512), header("sys/x", 3), b"abc".ljust(512, b"\0"),
        bytes(1024))
