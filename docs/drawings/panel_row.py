#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts the first row out of a panel of demask and scales it to the width of a page.

    panel_row.py PANEL OUTPUT
"""

import sys

from PIL import Image

PAGE_WIDTH = 1200
# Of the first row of a panel, over the panel's width: four square tiles below their captions.
ROW_HEIGHT = 0.259


def main() -> None:
    with Image.open(sys.argv[1]) as panel:
        row = panel.convert("RGB").crop((0, 0, panel.width, round(ROW_HEIGHT * panel.width)))
    height = round(row.height * PAGE_WIDTH / row.width)
    row.resize((PAGE_WIDTH, height), Image.Resampling.LANCZOS).save(sys.argv[2], quality=88)


if __name__ == "__main__":
    main()
