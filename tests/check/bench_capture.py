#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make bench`, captures: what a system call costs while it is recorded, against the peers that are
installed: processor time of a loop of getppid, wall time of dd with bs=1. As root.
Usage: bench_capture.py BUILD_DIR"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

RUNS = 3


def run(command, folder):
    """The number that the last of the command's programs prints, or None when that failed."""
    got = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    found = re.findall(r"^(?:.*copied, )?([\d.]+)(?: s,.*)?$", got.stdout.decode(), re.MULTILINE)
    return float(found[-1]) if found and not got.returncode else None


def tracers(build):
    """Names, and what stands in front of the command."""
    scapcap = [os.path.join(build, "scapcap"), "-q", "-w", "trace.scap"]
    every = {
        "nothing": [],
        "scapcap": scapcap + ["--"],
        "  leaving these calls out": scapcap + ["--syscall", "openat", "--"],
        "  of another process": scapcap + ["--pid", "1", "--"],
        "  --pairs": scapcap + ["--pairs", "--"],
        "strace -f": ["strace", "-f", "-o", "trace.txt"],
        "perf trace": ["perf", "trace", "-o", "trace.txt", "--"],
    }
    return {name: c for name, c in every.items() if not c or shutil.which(c[0])}


def loop(build, folder):
    """Nanoseconds of each call, by tracer; fewer calls for the slow ones."""
    calls = os.path.join(build, "tests/calls")
    times = {}
    for name, front in tracers(build).items():
        n = "400000" if front[:1] == [] or "scapcap" in front[0] else "10000"
        got = [run(front + [calls, n], folder) for _ in range(RUNS)]
        times[name] = min((g for g in got if g is not None), default=None)
    return times


def dd(build, folder):
    """Seconds of 100000 reads and as many writes, by tracer."""
    command = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=100000"]
    times = {}
    for name, front in tracers(build).items():
        got = [run(front + command, folder) for _ in range(RUNS)]
        times[name] = min((g for g in got if g is not None), default=None)
    return times


def show(title, times, unit):
    base = times["nothing"]
    print(f"\n{title}")
    for name, v in times.items():
        if v is None:
            print(f"  {name:26} failed")
        else:
            print(f"  {name:26} {v:10.3f} {unit}  {v - base:+10.3f}  {v / base:7.1f} times")


def main():
    build = os.path.abspath(sys.argv[1])
    if os.geteuid() != 0:
        print("\ncaptures: not as root, left out")
        return
    with tempfile.TemporaryDirectory(prefix="scaptools-") as folder:
        show("captured: processor time of a getppid", loop(build, folder), "ns")
        show("captured: wall time of dd bs=1, 100000 blocks", dd(build, folder), "s")


main()
