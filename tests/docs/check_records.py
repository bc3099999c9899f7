# SPDX-License-Identifier: Apache-2.0
"""Fails if a table from which plots are drawn disagrees with the pages.

    check_records.py SOURCE

All numbers of a row of docs/records/*.csv must be in a single row of a table in the guides, the
records or a model card.
"""

import csv
import re
import sys
from pathlib import Path

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def table_rows(source: Path) -> list[set[str]]:
    """The numbers of each row of every table."""
    pages = [*source.glob("docs/**/*.md"), *source.glob("models/*/*.md")]
    return [set(NUMBER.findall(line)) for page in pages
            for line in page.read_text(encoding="utf-8").split("\n") if line.startswith("|")]


def main() -> None:
    source = Path(sys.argv[1])
    rows = table_rows(source)
    count = 0
    problems = []
    for file in sorted(source.glob("docs/records/*.csv")):
        with open(file, encoding="utf-8", newline="") as table:
            for row in list(csv.reader(table))[1:]:
                count += 1
                numbers = {cell for cell in row if NUMBER.fullmatch(cell)}
                if not numbers or not any(numbers <= other for other in rows):
                    problems.append(f"{file.name}: no table of a page has {', '.join(row)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{count} rows, {len(problems)} problems")
    sys.exit(1 if problems or not count else 0)


if __name__ == "__main__":
    main()
