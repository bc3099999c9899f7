# SPDX-License-Identifier: Apache-2.0
"""Draws what is white and what is black in each mask that is given or returned."""

import sys
from pathlib import Path

import face_shapes as shapes
import svg

SIDE = 150
TOP = 62
PANELS = ("photo", "given mask", "given mask, inverted", "hole for the inpainter", "changed")
NOTES = (
    ("what is seen",),
    ("options.mask: gray,", "128 and more is covered"),
    ("with mask_inverted: less", "than 128 is covered"),
    ("1 in the hole: mask, grown,", "and straps. The face is", "zeroed there."),
    ("Result::changed: 255 where", "a pixel may differ from the", "input, 0 elsewhere"),
)


def draw_photo(drawing: svg.Drawing, left: float) -> None:
    drawing.box(left, TOP, SIDE, SIDE, ("#eef1f4", svg.PALE), 0)
    inner_left, inner_top, side = left + 20, TOP + 26, SIDE - 40
    drawing.curve(shapes.placed(shapes.HEAD, inner_left, inner_top, side), "#b08968", 1.2, fill="#f7e7d8")
    drawing.curve(shapes.placed(shapes.HAIR, inner_left, inner_top, side), "#7a5c3e", 1, fill="#9c7b5c")
    for shape in (*shapes.STRAPS, shapes.MASK):
        drawing.curve(shapes.placed(shape, inner_left, inner_top, side), svg.BLUE[1], 1, fill="#bcd8f3")
    for x, y in shapes.EYES:
        drawing.ellipse(inner_left + x * side, inner_top + y * side, 7, 3.5, "#ffffff", "#7a5c3e")


def draw_mask(drawing: svg.Drawing, left: float, ground: str, covered: str, grown: float,
              straps: bool) -> None:
    drawing.box(left, TOP, SIDE, SIDE, (ground, svg.INK), 0)
    for shape in (*(shapes.STRAPS if straps else ()), shapes.MASK):
        drawing.curve(shapes.placed(shape, left + 20, TOP + 26, SIDE - 40), covered, grown, fill=covered)


def main(out: Path) -> None:
    gap = 26
    drawing = svg.Drawing(5 * SIDE + 6 * gap, 300, "Masks: what is white and what is black")
    for at, (name, note) in enumerate(zip(PANELS, NOTES)):
        left = gap + at * (SIDE + gap)
        drawing.text(left, TOP - 14, name, 13, bold=True)
        if at == 0:
            draw_photo(drawing, left)
        else:
            inverted = at == 2
            draw_mask(drawing, left, "#ffffff" if inverted else "#000000",
                      "#000000" if inverted else "#ffffff", 5 if at > 2 else 0.5, at > 2)
        drawing.lines(left, TOP + SIDE + 22, note, 11.5, 15)
    drawing.write(out / "masks.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
