# SPDX-License-Identifier: Apache-2.0
"""Reads the tables of docs/records/."""

import csv
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "records"


def read(name: str) -> list[dict[str, str]]:
    """Returns the rows of a table, by the names of its columns."""
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
