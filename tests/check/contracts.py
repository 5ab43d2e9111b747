#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every declaration of a function in a header has a comment: above it, beside it, or above the group
it stands in (declarations without a blank line between them). Every file names its licence."""
import pathlib
import re
import sys

DECLARATION = re.compile(r"^(?:MUST_CHECK )?(?:const |struct |enum |unsigned |static inline )*\w+[ *]+\w+\(")


def uncommented(path):
    """Declarations of one header whose group has no comment."""
    commented = False
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if not line.strip():
            commented = False
        elif "*/" in line or "/*" in line:
            commented = True
        elif DECLARATION.match(line) and not commented and not line.startswith("static inline"):
            yield number, line


def main():
    complaints = []
    headers = sorted(pathlib.Path("libcommon").rglob("*.h")) + sorted(pathlib.Path("tools").rglob("*.h"))
    for path in headers:
        complaints += [f"{path}:{number}: no contract: {line}" for number, line in uncommented(path)]
    for root in ("libcommon", "tools", "tests"):
        for path in pathlib.Path(root).rglob("*"):
            if path.suffix in (".c", ".h", ".def", ".sh", ".py", ".mk"):
                if "SPDX-License-Identifier" not in path.read_text(errors="replace")[:200]:
                    complaints.append(f"{path}: no licence line")
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
