#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every source file names its license, and adds the line where it is missing. In C-like
languages, code follows that line without an empty line between, but a comment does not.

    check_spdx.py [--fix] [FILE...]

Without FILE, checks all source files of the tree. The license line is the first line of a file, or
the second after a `#!` line. Exit codes: 0 all files are right, 1 some are not (with --fix: were
not).
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDENTIFIER = "SPDX-License-Identifier: Apache-2.0"
SLASHES = {".c", ".cpp", ".cs", ".h", ".hpp", ".js"}
HASHES = {".cmake", ".py", ".sh"}
# Sources whose suffix does not show their language, relative to the root.
HASHED_NAMES = {"CMakeLists.txt", "pyproject.toml"}
HASHED_FILES = {".ci/run", "cmake/demaskConfig.cmake.in", "models/importer/demask-import.in",
                "models/exporter/demask-export.in"}
# The first header that clients were built against must stay the same, byte for byte.
EXEMPT = {"tests/abi/first/demask.h"}
# Folders without sources of this project, at any level, and build folders at the top.
SKIPPED_FOLDERS = {".git", ".cache", "__pycache__", "out"}


def comment_mark(name: str) -> str:
    """The comment mark of the file `name` (relative to the root); "" if it is not a source."""
    path = Path(name)
    if name in EXEMPT:
        return ""
    if path.suffix in SLASHES:
        return "//"
    if path.suffix in HASHES or path.name in HASHED_NAMES or name in HASHED_FILES:
        return "#"
    return ""


def source_files() -> list[str]:
    found = []
    for folder, folders, files in os.walk(ROOT):
        top = Path(folder) == ROOT
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS
                            and not name.endswith(".egg-info")
                            and not (top and name.startswith("build")))
        names = [(Path(folder) / name).relative_to(ROOT).as_posix() for name in sorted(files)]
        found += [name for name in names if comment_mark(name)]
    return found


def has_line(text: str, mark: str) -> bool:
    lines = text.split("\n", 2)
    at = 1 if lines[0].startswith("#!") else 0
    return len(lines) > at and lines[at] == f"{mark} {IDENTIFIER}"


def with_line(text: str, mark: str) -> str:
    """The text with the license line, directly followed by code or, in C-like languages, by an
    empty line and a comment."""
    first = ""
    if text.startswith("#!"):
        first, _, text = text.partition("\n")
        first += "\n"
    line = f"{mark} {IDENTIFIER}\n"
    text = text.removeprefix(line)
    apart = ""
    if mark == "//":
        text = text.lstrip("\n")
        apart = "\n" if text.startswith(("//", "/*")) else ""
    return f"{first}{line}{apart}{text}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fix", action="store_true", help="correct the files")
    parser.add_argument("files", nargs="*", type=Path, help="files to check instead of all")
    options = parser.parse_args()
    names = [file.resolve().relative_to(ROOT).as_posix() for file in options.files]
    wrong = []
    for name in names or source_files():
        mark = comment_mark(name)
        text = (ROOT / name).read_text(encoding="utf-8") if mark else ""
        if not mark or text == with_line(text, mark):
            continue
        wrong.append(name)
        reason = "the lines below its SPDX line" if has_line(text, mark) else "its SPDX line"
        print(f"{name}: {reason} {'corrected' if options.fix else 'must be corrected'}",
              file=sys.stderr)
        if options.fix:
            (ROOT / name).write_text(with_line(text, mark), encoding="utf-8")
    if wrong and not options.fix:
        print("correct them by: tests/style/check_spdx.py --fix", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
