#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts pictures side by side, each with a caption.

    picture_row.py OUT CAPTION=PICTURE...
"""

import sys

from PIL import Image, ImageDraw

SIDE = 220
GAP = 6
CAPTION_HEIGHT = 18


def main() -> None:
    out, named = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    row = Image.new("RGB", (GAP + len(named) * (SIDE + GAP), CAPTION_HEIGHT + SIDE + GAP), "white")
    pen = ImageDraw.Draw(row)
    for index, (caption, file) in enumerate(named):
        left = GAP + index * (SIDE + GAP)
        pen.text((left, 3), caption, fill=(32, 32, 32))
        with Image.open(file) as picture:
            row.paste(picture.convert("RGB").resize((SIDE, SIDE)), (left, CAPTION_HEIGHT))
    row.save(out, quality=88)


if __name__ == "__main__":
    main()
