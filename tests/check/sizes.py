#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Budgets of the code: functions median <= 20, p90 <= 60, none > 120 lines; files <= 600 lines,
headers <= 150, main.c <= 200 with main() <= 60. Counts by braces in the first column."""
import pathlib
import statistics
import sys


def functions(path):
    """(name line, length) of each function: from a '{' to a '}' in column 0."""
    start = None
    lines = path.read_text().split("\n")
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            name = next((l for l in reversed(lines[: start - 1]) if l and not l[0].isspace()), "?")
            yield name, number - start
            start = None


def main():
    complaints = []
    sizes = []
    roots = [pathlib.Path("libcommon"), pathlib.Path("tools")]
    for path in sorted(p for root in roots for p in root.rglob("*.[ch]")):
        count = len(path.read_text().split("\n")) - 1
        limit = 150 if path.suffix == ".h" and "bpf" not in path.parts else 600
        limit = 200 if path.name == "main.c" else limit
        if count > limit:
            complaints.append(f"{path}: {count} lines, over {limit}")
        for name, length in functions(path):
            sizes.append(length)
            longest = 60 if name.startswith("int main(") else 120
            if length > longest:
                complaints.append(f"{path}: {name}: {length} lines, over {longest}")
    sizes.sort()
    median = statistics.median(sizes)
    p90 = sizes[int(len(sizes) * 0.9)]
    print(f"{len(sizes)} functions: median {median:.0f}, p90 {p90}, longest {sizes[-1]}")
    if median > 20 or p90 > 60:
        complaints.append("functions are too long over all")
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
