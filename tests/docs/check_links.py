# SPDX-License-Identifier: Apache-2.0
"""Fails if a link or image in the README or in a guide is broken.

    check_links.py SOURCE

Of links to other sites it is only checked that a link by reference ([text][1]) has a target
([1]: address), and that each target is used. Images must have a text for those who cannot see them.
"""

import re
import sys
from functools import lru_cache
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
REFERENCE = re.compile(r"\]\[([^\]]+)\]")
TARGET = re.compile(r"^\[([^\]]+)\]: \S+$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
FENCE = re.compile(r"^\s*(```|~~~)")


def _prose(file: Path) -> list[str]:
    """The lines of a file; those of fenced blocks are empty."""
    lines = []
    inside = False
    for line in file.read_text(encoding="utf-8").split("\n"):
        fence = FENCE.match(line) is not None
        lines.append("" if fence or inside else line)
        inside = inside != fence
    return lines


@lru_cache(maxsize=None)
def headings(file: Path) -> frozenset[str]:
    """The anchors that GitHub gives the headings of a file."""
    anchors = []
    for line in _prose(file):
        if match := re.match(r"#+\s+(.*)", line):
            text = re.sub(r"[^\w\- ]", "", match[1].strip().lower())
            anchors.append(text.replace(" ", "-"))
    return frozenset(anchors)


def _reference_problems(text: str) -> list[str]:
    used, targets = set(REFERENCE.findall(CODE.sub("", text))), TARGET.findall(text)
    return [*(f"[{name}] has no target" for name in sorted(used - set(targets))),
            *(f"the target [{name}] is not used" for name in sorted(set(targets) - used)),
            *(f"[{name}] has two targets" for name in sorted(set(targets)) if targets.count(name) > 1)]


def problems_of(file: Path) -> list[str]:
    text = "\n".join(_prose(file))
    found = [f"{file}: {problem}" for problem in _reference_problems(text)]
    if "![](" in text:
        found.append(f"{file}: an image has no text")
    for match in LINK.finditer(text):
        target = match[1]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (file.parent / path).resolve() if path else file
        where = f"{file}:{text.count(chr(10), 0, match.start()) + 1}"
        if not other.exists():
            found.append(f"{where}: there is no {target}")
        elif anchor and other.suffix == ".md" and anchor not in headings(other):
            found.append(f"{where}: {path or file.name} has no heading #{anchor}")
    return found


def main() -> None:
    source = Path(sys.argv[1])
    files = [*sorted(source.glob("*.md")), *sorted(source.glob("docs/**/*.md")),
             *sorted(source.glob("models/*/*.md")), *sorted(source.glob("examples/**/*.md"))]
    found = [problem for file in files for problem in problems_of(file)]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(files)} files, {len(found)} problems")
    sys.exit(1 if found or not files else 0)


if __name__ == "__main__":
    main()
