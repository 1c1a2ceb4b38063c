# SPDX-License-Identifier: GPL-2.0-or-later
"""lines.py GPUHOST FILE [EVERY]: breaks each line of a text in turn (deletes, overwrites or
adds a character, cuts it, drops it, doubles it) and has the result judged: a verdict or
65, never a crash. EVERY 2 takes every second case. Ends with the count of cases."""
import concurrent.futures
import os
import subprocess
import sys
import tempfile

gpuhost, name = sys.argv[1], sys.argv[2]
every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
with open(name, "rb") as file:
    lines = file.read().split(b"\n")


def damages(line, number):
    at = number * 7 % max(len(line), 1)
    if not line:
        yield b"z"
        return
    yield line[:at] + line[at + 1:]
    yield line[:at] + b"z" + line[at + 1:]
    yield line[:at]
    if number % 8 == 0:
        yield line + b"0"
        yield line[:at] + b"\0\xff" + line[at:]
        yield line * 300
        yield None


cases = [(n, d) for n, line in enumerate(lines) for d in damages(line, n)][::every]


def judge(case):
    number, line = case
    text = b"\n".join(lines[:number] + ([] if line is None else [line]) + lines[number + 1:])
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        command = [gpuhost, "check", "--from", file.name]
        try:
            run = subprocess.run(command, capture_output=True, timeout=20, check=False)
        except subprocess.TimeoutExpired:
            return f"line {number + 1} as {line!r:.60}: hung"
    said = run.stderr
    good = run.returncode in (0, 1, 2, 3) and run.stdout and not said
    refused = run.returncode == 65 and not run.stdout and said.count(b"\n") == 1
    if good or refused:
        return None
    return f"line {number + 1} as {line!r:.60}: {run.returncode} {said!r:.300}"


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    wrong = [what for what in pool.map(judge, cases) if what]
print("\n".join(wrong[:5]) or f"{len(cases)} cases")
sys.exit(bool(wrong))
