# SPDX-License-Identifier: Apache-2.0
"""Checks that every constant keeps its value.

    check_constants.py [--update] HEADER BASELINE [OLDER_HEADER...]

Constants are compiled into programs, so no dump of a library shows them. The constants of BASELINE
and of every OLDER_HEADER must be in HEADER with the same values, and those of HEADER in BASELINE:
--update adds them, if none has changed.
"""

import argparse
import re
import sys
from pathlib import Path


def constants(file: str) -> dict[str, str]:
    """The constants of a header, or of a baseline, which has them as an enumeration does."""
    text = re.sub(r"/\*.*?\*/", "", Path(file).read_text(encoding="utf-8"), flags=re.DOTALL)
    found = dict(re.findall(r"\b(DEMASK_[A-Z0-9_]+)\s*=\s*(-?\d+)", text))
    found.update(re.findall(r"#define\s+(DEMASK_\w+)\s+(-?\d+)\b", text))
    if not found:
        sys.exit(f"{file}: has no constants")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("header")
    parser.add_argument("baseline")
    parser.add_argument("older", nargs="*")
    arguments = parser.parse_args()
    newest, held = constants(arguments.header), constants(arguments.baseline)
    changed = [f"{name}: is {value} in {older}, {newest.get(name, 'gone')} in {arguments.header}"
               for older in [arguments.baseline, *arguments.older]
               for name, value in constants(older).items() if newest.get(name) != value]
    if changed:
        sys.exit("\n".join([*changed, "give each its value back, or raise the soname"]))
    if arguments.update:
        lines = "".join(f"{name} = {value}\n" for name, value in sorted(newest.items()))
        Path(arguments.baseline).write_text(lines, encoding="utf-8")
    elif added := sorted(newest.keys() - held.keys()):
        sys.exit(f"{arguments.baseline}: lacks {', '.join(added)}, so nothing holds their values; "
                 "once they are final, build the target demask_abi_baseline and commit the baseline")


if __name__ == "__main__":
    main()
