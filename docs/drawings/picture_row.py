#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts pictures side by side, each with a caption.

    picture_row.py OUT CAPTION=PICTURE[@LEFT,TOP,SIDE]...

Of a picture, the square with this top left corner and side is shown, in pixels; else all of it.
"""

import sys

from PIL import Image, ImageDraw

SIDE = 220
GAP = 6
CAPTION_HEIGHT = 18


def tile(argument: str) -> Image.Image:
    file, _, square = argument.partition("@")
    with Image.open(file) as picture:
        shown = picture.convert("RGB")
    if square:
        left, top, side = map(int, square.split(","))
        shown = shown.crop((left, top, left + side, top + side))
    return shown.resize((SIDE, SIDE))


def main() -> None:
    out, named = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    row = Image.new("RGB", (GAP + len(named) * (SIDE + GAP), CAPTION_HEIGHT + SIDE + GAP), "white")
    pen = ImageDraw.Draw(row)
    for index, (caption, file) in enumerate(named):
        left = GAP + index * (SIDE + GAP)
        pen.text((left, 3), caption, fill=(32, 32, 32))
        row.paste(tile(file), (left, CAPTION_HEIGHT))
    row.save(out, quality=88)


if __name__ == "__main__":
    main()
