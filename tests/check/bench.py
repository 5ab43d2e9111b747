#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make bench`: our programs and the peers that are installed, in turn, on the same file in the same
run. Prints the median of wall time and of peak memory, and how many times faster we are.
Usage: bench.py BUILD_DIR [EVENTS]"""
import os
import shutil
import statistics
import subprocess
import sys
import time

RUNS = 5


def measure(command):
    """(seconds, peak KiB) of one run, or None when it failed."""
    start = time.monotonic()
    with open(os.devnull, "r+b") as null:
        child = subprocess.Popen(["sh", "-c", "exec " + command], stdout=null, stderr=null, stdin=null)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return None if child.returncode else (time.monotonic() - start, usage.ru_maxrss)


def compare(title, ours, peers):
    """Runs all commands in turn, RUNS times after a warm-up, and prints a line for each."""
    commands = {"scaptools": ours}
    commands.update({name: cmd for name, cmd in peers.items() if shutil.which(name.split()[0])})
    times = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, command in commands.items():
            result = measure(command)
            if result and run:
                times[name].append(result)
    print(f"\n{title}")
    base = statistics.median(t for t, _ in times["scaptools"]) if times["scaptools"] else None
    for name, results in times.items():
        if not results:
            print(f"  {name:12} failed")
            continue
        seconds = statistics.median(t for t, _ in results)
        memory = statistics.median(m for _, m in results)
        ratio = "" if name == "scaptools" or not base else f"  scaptools is {seconds / base:.1f} times as fast"
        print(f"  {name:12} {seconds:8.3f} s {memory / 1024:8.1f} MiB{ratio}")
    for name in peers:
        if name not in commands:
            print(f"  {name:12} not installed")


def bench_filters(build, data):
    """By type alone, by what only the state knows, by both, and with a line that needs no state."""
    for title, text, template in (
            ("type", "evt.type=openat", None),
            ("process", "proc.name=cat", None),
            ("descriptor", "fd.name=/etc/ld.so.cache", None),
            ("type and descriptor", "evt.type=read and evt.dir=< and fd.name contains /lib", None),
            ("type, without names", "evt.type=openat", "%evt.num %evt.type %evt.dir")):
        line = f" -p '{template}'" if template else ""
        compare(f"filter: {title} ({text})", f"{build}/scapcat{line} -Y '{text}' {data}",
                {"sysdig": f"sysdig{line} -r {data} '{text}'"})


def bench_merge(build, folder):
    """Two packet files of a million packets each, alone and with a capture of three million events."""
    packets = [os.path.join(folder, name) for name in ("one.pcapng", "two.pcapng")]
    events = os.path.join(folder, "events.scap")
    out = os.path.join(folder, "merged.pcapng")
    for path in packets:
        subprocess.run([os.path.join(build, "tests/enlarge"), "fixtures/workload.pcapng", path, "1000000"],
                       check=True)
    subprocess.run([os.path.join(build, "tests/enlarge"), "fixtures/workload.scap", events, "3000000"],
                   check=True)
    both = " ".join(packets)
    compare("merge: two million packets", f"{build}/scapmerge -w {out} {both}",
            {"mergecap": f"mergecap -w {out} {both}"})
    compare("merge: with three million events", f"{build}/scapmerge -w {out} {events} {both}", {})
    compare("merge: and who sent each packet",
            f"{build}/scapmerge --attribute -w {out} {events} {both}", {})


def main():
    build = sys.argv[1]
    events = sys.argv[2] if len(sys.argv) > 2 else "1000000"
    folder = os.path.join(build, "bench")
    os.makedirs(folder, exist_ok=True)
    data = os.path.join(folder, "large.scap")
    copy = os.path.join(folder, "copy.scap")
    subprocess.run([os.path.join(build, "tests/enlarge"), "fixtures/workload.scap", data, events], check=True)
    size = os.path.getsize(data)
    print(f"{events} events, {size / 1e6:.0f} MB; median of {RUNS} runs, in turn, after a warm-up")
    compare("text: every event as a line", f"{build}/scapcat {data}", {"sysdig": f"sysdig -r {data}"})
    compare("JSON: every event with its parameters", f"{build}/scapcat -T jsonl {data}",
            {"sysdig": f"sysdig -r {data} -j"})
    compare("table: four fields of every event",
            f"{build}/scapcat -T fields -e evt.num -e proc.name -e evt.type -e fd.name {data}",
            {"sysdig": f"sysdig -r {data} -p '*%evt.num %proc.name %evt.type %fd.name'"})
    compare("summary", f"{build}/scapinfo {data}",
            {"capinfos": f"capinfos {data}", "sysdig": f"sysdig -r {data} -q"})
    compare("copy", f"{build}/scapedit {data} {copy}",
            {"sysdig": f"sysdig -r {data} -w {copy}", "cp": f"cp {data} {copy}"})
    compare("one record for each call", f"{build}/scapedit --upgrade {data} {copy}",
            {"cp": f"cp {data} {copy}"})
    compare("two records for each call", f"{build}/scapedit --downgrade sysdig-0.29 {copy} {copy}.old",
            {"cp": f"cp {data} {copy}"})
    bench_filters(build, data)
    bench_merge(build, folder)
    shutil.rmtree(folder)


main()
