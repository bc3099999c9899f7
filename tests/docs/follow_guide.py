#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what docs/getting-started.md says: runs the commands of some of its sections, in one shell.

    follow_guide.py GUIDE TREE WORK PHOTO SECTION...

The sections before the last are followed in the folder TREE, the last in WORK, with its files and
with PHOTO as photo.jpg. The guide says what the program of the last section prints.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from markdown_blocks import Block, find_blocks

MARK = b"compositeWithTrainedAlgorithmicMedia"


def blocks_by_section(guide: Path) -> dict[str, list[Block]]:
    lines = guide.read_text(encoding="utf-8").split("\n")
    sections: dict[str, list[Block]] = {}
    for block in find_blocks(guide):
        headings = [line[3:] for line in lines[:block.line] if line.startswith("## ")]
        sections.setdefault(headings[-1] if headings else "", []).append(block)
    return sections


def only(blocks: list[Block], language: str) -> str:
    found = [block.code for block in blocks if block.language == language]
    if len(found) != 1:
        sys.exit(f"{len(found)} blocks of {language} in the section, not one")
    return found[0]


def check_picture(photo: Path, written: Path) -> None:
    if MARK not in written.read_bytes():
        sys.exit(f"{written}: is not marked as synthetic")
    with Image.open(photo) as before, Image.open(written) as after:
        if after.size != before.size or after.tobytes() == before.tobytes():
            sys.exit(f"{written}: is not the photo with a painted face")


def main() -> None:
    guide, tree, work, photo = map(Path, sys.argv[1:5])
    *earlier, last = sys.argv[5:]
    sections = blocks_by_section(guide)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    program, = re.findall(r"add_executable\(\w+ (\w+\.cpp)\)", only(sections[last], "cmake"))
    (work / program).write_text(only(sections[last], "cpp"), encoding="utf-8")
    (work / "CMakeLists.txt").write_text(only(sections[last], "cmake"), encoding="utf-8")
    shutil.copy(photo, work / "photo.jpg")

    commands = ["set -euxo pipefail"]
    for name in [*earlier, last]:
        commands.append(f"cd '{(work if name == last else tree).resolve()}'")
        commands += [block.code for block in sections[name] if block.language == "sh"]
    run = subprocess.run(["bash", "-c", "\n".join(commands)], stdout=subprocess.PIPE, text=True,
                         check=False)
    print(run.stdout)
    if run.returncode != 0:
        sys.exit(f"the commands of the guide fail with {run.returncode}")
    if f"\n{only(sections[last], 'text')}" not in f"\n{run.stdout}":
        sys.exit("the program prints something else than the guide says")
    for name in re.findall(r"\w+\.jpg", " ".join(commands)):
        if name != "photo.jpg":
            check_picture(work / "photo.jpg", work / name)


if __name__ == "__main__":
    main()
