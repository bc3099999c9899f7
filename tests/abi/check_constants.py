"""Checks that every constant of an older header has the same value in the newest one.

    check_constants.py OLDER_HEADER NEWEST_HEADER

Constants are compiled into programs, and no dump of a library shows them.
"""

import re
import sys
from pathlib import Path


def constants(header: str) -> dict[str, str]:
    text = re.sub(r"/\*.*?\*/", "", Path(header).read_text(encoding="utf-8"), flags=re.DOTALL)
    found = dict(re.findall(r"\b(DEMASK_[A-Z0-9_]+)\s*=\s*(-?\d+)", text))
    found.update(re.findall(r"#define\s+(DEMASK_\w+)\s+(-?\d+)\b", text))
    if not found:
        sys.exit(f"{header}: has no constants")
    return found


def main() -> None:
    older, newest = constants(sys.argv[1]), constants(sys.argv[2])
    changed = [f"{name}: was {value}, is {newest.get(name, 'gone')}"
               for name, value in older.items() if newest.get(name) != value]
    if changed:
        sys.exit("\n".join(changed))


if __name__ == "__main__":
    main()
