#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make bench`, captures: what a system call costs while it is recorded, what a server loses, and how
many events a second get through, against the peers that are installed. As root.
Usage: bench_capture.py BUILD_DIR"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RUNS = 3
SECONDS = 3 # of a server, of a storm of calls
BLOCKS = 100000 # of dd: a read and a write each
PORT = 18080

NGINX = """daemon off; pid {folder}/nginx.pid; error_log /dev/null; worker_processes 1;
events {{ worker_connections 256; }}
http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}
"""
# The server and its clients in one command, so that a tracer can be put in front of both.
SERVER = """nginx -c {folder}/nginx.conf & until curl -sf -o page.out http://127.0.0.1:{port}/page; do sleep 0.1; done
wrk -t1 -c16 -d{seconds} http://127.0.0.1:{port}/page | sed -n 's/Requests.sec: *//p'
kill $!; wait
"""


def run(command, folder):
    """The number that the last of the command's programs prints, or None when that failed."""
    got = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    found = re.findall(r"^(?:.*copied, )?([\d.]+)(?: s,.*)?$", got.stdout.decode(), re.MULTILINE)
    return float(found[-1]) if found and not got.returncode else None


def has_probe():
    """Whether sysdig can capture here."""
    return bool(shutil.which("sysdig")) and subprocess.run(
        ["timeout", "10", "sysdig", "-n", "1"], capture_output=True, check=False).returncode == 0


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
        "strace -f -c": ["strace", "-f", "-c", "-o", "trace.txt"],
        "perf trace": ["perf", "trace", "-o", "trace.txt", "--"],
        "perf trace -s": ["perf", "trace", "-s", "-o", "trace.txt", "--"],
    }
    if has_probe():
        # Ends with the command, as the others do.
        every["sysdig"] = ["sh", "-c", 'sysdig -q -w trace.scap & "$@"; s=$?; kill $!; wait; exit $s', "sh"]
    return {name: c for name, c in every.items() if not c or shutil.which(c[0])}


def say_absent():
    """A line for each peer that is not compared with."""
    for name in ("strace", "perf"):
        if not shutil.which(name):
            print(f"{name}: not installed, left out")
    if not has_probe():
        print("sysdig: not installed, or its probe cannot be had here: left out")


def is_quick(front):
    """Whether a tracer is one of those that can be given as many calls as none."""
    return not front or front[0].endswith(("scapcap", "sh"))


def in_turn(build, folder, command, best):
    """The best of RUNS numbers by tracer; command(front) is what follows the tracer."""
    times = {name: [] for name in tracers(build)}
    for _ in range(RUNS):
        for name, front in tracers(build).items():
            got = run(front + command(front), folder)
            times[name] += [] if got is None else [got]
    return {name: best(t, default=None) for name, t in times.items()}


def show(title, times, unit):
    base = times["nothing"]
    print(f"\n{title}")
    for name, v in times.items():
        if v is None:
            print(f"  {name:26} failed")
        else:
            print(f"  {name:26} {v:10.3f} {unit}  {v - base:+10.3f}  {v / base:7.1f} times")


def show_lost(title, rates):
    base = rates["nothing"]
    print(f"\n{title}")
    for name, v in rates.items():
        if v is None or base is None:
            print(f"  {name:26} failed")
        else:
            print(f"  {name:26} {v:10.0f} requests a second  {100 * (base - v) / base:5.1f}% lost")


def server(build, folder):
    """A name for it and the command line of a server under load."""
    if not all(shutil.which(p) for p in ("nginx", "wrk", "curl")):
        return "a server of our own", [os.path.join(build, "tests/serve"), "16", str(SECONDS)]
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as f:
        f.write(NGINX.format(folder=folder, port=PORT))
    with open(os.path.join(folder, "page"), "w", encoding="ascii") as f:
        f.write("x" * 1000)
    os.chmod(folder, 0o755) # nginx's workers are another user's
    return "nginx, wrk", ["sh", "-c", SERVER.format(folder=folder, port=PORT, seconds=SECONDS)]


def usage(pid):
    """Processor seconds and peak MiB of a process, without its children and of its program alone:
    rusage would count what the process was before it became that program."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        peak = re.search(r"VmHWM:\s*(\d+)", f.read())
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1024


def storm(build, folder, rate):
    """A line about a storm of calls under scapcap."""
    path = os.path.join(folder, "storm.scap")
    cap = subprocess.Popen([os.path.join(build, "scapcap"), "-w", path], stderr=subprocess.PIPE)
    while cap.poll() is None and not (os.path.exists(path) and os.path.getsize(path)):
        time.sleep(0.05)
    if cap.poll() is not None:
        return "failed"
    cpu, _ = usage(cap.pid)
    got = subprocess.run([os.path.join(build, "tests/storm"), "2", str(rate), str(SECONDS)],
                         capture_output=True, check=False).stdout.decode()
    made = int(re.search(r"(\d+) a second", got)[1])
    time.sleep(0.2)
    cpu, peak = usage(cap.pid)[0] - cpu, usage(cap.pid)[1]
    cap.send_signal(signal.SIGINT)
    said = cap.communicate()[1].decode()
    counts = re.search(r"(\d+) events.*?(\d+) dropped", said)
    events, dropped = int(counts[1]), int(counts[2])
    os.unlink(path)
    return (f"{made:9d} calls a second, {dropped:8d} of {events + dropped:9d} dropped, "
            f"{100 * cpu / SECONDS:5.1f}% of a processor, {peak:6.1f} MiB")


def peer_storm(build, folder, front):
    """The same of a peer, which starts the storm itself, as fast as it lets it be."""
    child = subprocess.Popen(front + [os.path.join(build, "tests/storm"), "2", "0", str(SECONDS)], cwd=folder,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    cpu = peak = 0
    while child.poll() is None:
        try:
            cpu, peak = usage(child.pid)
        except (OSError, TypeError): # it has just ended
            break
        time.sleep(0.02)
    got = child.communicate()[0].decode()
    made = re.search(r"(\d+) a second", got)
    if not made:
        return "failed"
    lost = sum(map(int, re.findall(r"LOST (\d+)", got)))
    if not front:
        return f"{int(made[1]):9d} calls a second"
    return (f"{int(made[1]):9d} calls a second, {lost:8d} of {int(made[1]) * SECONDS:9d} dropped, "
            f"{100 * cpu / SECONDS:5.1f}% of a processor, {peak:6.1f} MiB")


def storms(build, folder):
    """Calls that were made, records of them that were lost, and what the tracer itself took."""
    print(f"\ncaptured: a storm of calls by two threads, {SECONDS} seconds, to a file; the tracer's own"
          " processor time and peak memory")
    for rate in (500000, 1000000, 2000000, 0):
        print(f"  scapcap {rate or 'unlimited':>10} {storm(build, folder, rate)}")
    for name, front in tracers(build).items():
        if "scapcap" not in "".join(front) and not name.startswith(" "):
            print(f"  {name:18} {peer_storm(build, folder, front)}")


def main():
    build = os.path.abspath(sys.argv[1])
    if os.geteuid() != 0:
        print("\ncaptures: not as root, left out")
        return
    calls = os.path.join(build, "tests/calls")
    dd = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", f"count={BLOCKS}"]
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; the best of {RUNS} runs, in turn")
    say_absent()
    with tempfile.TemporaryDirectory(prefix="scaptools-") as folder:
        show("captured: processor time of a getppid", in_turn(
            build, folder, lambda front: [calls, "400000" if is_quick(front) else "10000"], min), "ns")
        times = in_turn(build, folder, lambda _: dd, min)
        show("captured: wall time of dd bs=1, by call",
             {name: t and t * 1e9 / (2 * BLOCKS) for name, t in times.items()}, "ns")
        name, command = server(build, folder)
        show_lost(f"captured: a server under load ({name})", in_turn(build, folder, lambda _: command, max))
        storms(build, folder)


main()
