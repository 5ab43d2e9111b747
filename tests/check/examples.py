#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of README.md, of the man pages and of --help can be run as they stand: none is wrong
usage, none crashes, none goes on for ever. Of scapcap, which would capture, the options are read.
Usage: examples.py BUILD_DIR"""
import gzip
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

TOOLS = ("scapcap", "scapcat", "scapinfo", "scapmerge", "scapedit")
RULES = "# for the vendor\nroot /srv/shop\nword acme\n"
# What the examples name, and the fixture it is made of.
FILES = {
    "trace.scap": "workload.scap", "trace.scap1": "workload.scap", "trace.scap2": "exits.scap",
    "trace.scap3": "exits.scap", "web.scap": "exits.scap", "db.scap": "pairs.scap", "old.scap": "old-v1.scap",
    "torn.scap": "cut.scap", "eth0.pcap": "packets.pcapng", "net.pcapng": "workload.pcapng",
    "lo.pcapng": "usec-le.pcap",
}
# Programs that are not there, or do not end.
SKIPPED = re.compile(r"\b(ssh|tshark|less)\b")


def of_readme():
    for block in re.findall(r"```sh\n(.*?)```", pathlib.Path("README.md").read_text(), re.S):
        yield from (line.split("  #")[0] for line in block.split("\n"))


def of_page(path):
    examples = path.read_text().split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    for line in examples.split("\n"):
        found = re.match(r"(?:\.Dl |\$ )(.*)", line)
        if found:
            yield found[1].replace("\\(mi", "-").replace("\\&", "").replace("\\e", "\\")


def of_help(build, tool):
    text = subprocess.run([f"{build}/{tool}", "--help"], capture_output=True, text=True, check=True).stdout
    yield from (line.strip() for line in text.split("Examples:\n")[1].split("\n"))


def all_examples(build, tools):
    found = list(of_readme())
    for tool in tools:
        found += of_page(pathlib.Path(f"tools/{tool}/{tool}.1"))
        found += of_help(build, tool)
    called = re.compile(r"\b(%s) " % "|".join(tools))
    known = [line.strip() for line in found if called.search(line) and not SKIPPED.search(line)]
    if "scapcap" not in tools:
        known = [line for line in known if "scapcap" not in line]
    return list(dict.fromkeys(known))


def lay_out(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, fixture in FILES.items():
        shutil.copy(pathlib.Path("fixtures") / fixture, folder / name)
    packed = gzip.compress((folder / "trace.scap").read_bytes())
    (folder / "trace.scap.gz").write_bytes(packed)
    (folder / "torn.scap.gz").write_bytes(packed[:len(packed) // 2])
    (folder / "rules").write_text(RULES)
    (folder / "our.key").write_text("0123456789abcdef" * 4 + "\n")


def run(command, folder, env):
    """Its status (128 and more for a signal), or None when it did not end; what it complained of."""
    command = re.sub(r"\bscapcap ", "scapcap --explain -Y 'evt.num > 0' ", command)
    child = subprocess.Popen(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        complaint = child.communicate(timeout=60)[1].decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return None, child.communicate()[1].decode(errors="replace")
    return child.returncode, complaint


def main():
    build = pathlib.Path(sys.argv[1]).absolute()
    tools = [tool for tool in TOOLS if (build / tool).exists()]
    folder = build / "tests" / "examples"
    env = {**os.environ, "PATH": f"{build}:{os.environ['PATH']}", "XDG_CONFIG_HOME": "/nonexistent"}
    failed = 0
    for command in all_examples(build, tools):
        if "| jq" in command and not shutil.which("jq"):
            continue
        lay_out(folder)
        status, complaint = run(command, folder, env)
        if status not in (0, 1) or "--help)" in complaint or "Sanitizer" in complaint:
            failed += 1
            print(f"{command}\n  {'does not end' if status is None else status}: {complaint}")
    shutil.rmtree(folder, ignore_errors=True)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
