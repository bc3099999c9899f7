# SPDX-License-Identifier: Apache-2.0
"""Fails if a drawing or plot in the guides differs from what docs/make_images.sh would write.

    check_images.py SOURCE
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main() -> None:
    source = Path(sys.argv[1])
    committed = {file.name: file.read_bytes() for file in (source / "docs/images").glob("*.svg")}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([source / "docs/make_images.sh", folder], check=True)
        written = {file.name: file.read_bytes() for file in Path(folder).glob("*.svg")}
    problems = [f"docs/images/{name}: no script writes it; remove it" for name in
                sorted(set(committed) - set(written))]
    for name, content in sorted(written.items()):
        ElementTree.fromstring(content)
        if committed.get(name) != content:
            problems.append(f"docs/images/{name}: is not up to date; run docs/make_images.sh and look at "
                            "what changed")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(written)} images, {len(problems)} problems")
    sys.exit(1 if problems or not written else 0)


if __name__ == "__main__":
    main()
