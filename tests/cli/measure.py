# SPDX-License-Identifier: GPL-2.0-or-later
"""measure.py SECONDS COMMAND...: runs it, and writes the most memory it had resident, in
MiB, into the file that MEASURE names. Ends as it ended; 124 where it took too long."""
import os
import resource
import subprocess
import sys

try:
    status = subprocess.run(sys.argv[2:], timeout=float(sys.argv[1]), check=False).returncode
except subprocess.TimeoutExpired:
    status = 124
with open(os.environ["MEASURE"], "w", encoding="ascii") as file:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10, file=file)
sys.exit(status if status >= 0 else 128 - status)
