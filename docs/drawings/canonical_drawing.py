# SPDX-License-Identifier: Apache-2.0
"""Draws the canonical square: eyes, chin, and the margin for straps."""

import sys
from pathlib import Path

import face_shapes as shapes
import svg

LEFT, TOP, SIDE = 190, 130, 340
ROOM = SIDE / 4


def at(x: float, y: float) -> tuple[float, float]:
    return LEFT + x * SIDE, TOP + y * SIDE


def draw_face(drawing: svg.Drawing) -> None:
    drawing.curve(shapes.placed(shapes.HEAD, LEFT, TOP, SIDE), "#b08968", 1.5, fill="#f7e7d8")
    drawing.curve(shapes.placed(shapes.HAIR, LEFT, TOP, SIDE), "#7a5c3e", 1, fill="#9c7b5c")
    for brow in shapes.BROWS:
        drawing.curve(shapes.placed(brow, LEFT, TOP, SIDE), "#7a5c3e", 4)
    for strap in shapes.LONG_STRAPS:
        drawing.curve(shapes.placed(strap, LEFT, TOP, SIDE), svg.BLUE[1], 1, fill="#9cc3ea")
    drawing.curve(shapes.placed(shapes.MASK, LEFT, TOP, SIDE), svg.BLUE[1], 1.5, fill="#bcd8f3")
    for x, y in shapes.EYES:
        drawing.ellipse(*at(x, y), 21, 10, "#ffffff", "#7a5c3e")
        drawing.circle(*at(x, y), 3.5)


def draw_measures(drawing: svg.Drawing) -> None:
    eye_line = TOP + 0.42 * SIDE
    for x, name in ((0.35, "0.35"), (0.65, "0.65")):
        drawing.path([at(x, 0), at(x, 0.42)], svg.RED, 1, dash="4 3")
        drawing.text(LEFT + x * SIDE, TOP - 8, name, 12, "middle", svg.RED)
    drawing.path([(LEFT, eye_line), at(0.65, 0.42)], svg.RED, 1, dash="4 3")
    drawing.text(LEFT - 8, eye_line + 4, "0.42", 12, "end", svg.RED)
    chin = TOP + shapes.CHIN * SIDE
    drawing.path([(LEFT, chin), (LEFT + SIDE, chin)], svg.GREEN[1], 1, dash="4 3")
    drawing.text(LEFT - 8, chin + 4, "0.945", 12, "end", svg.GREEN[1])


def draw_notes(drawing: svg.Drawing) -> None:
    x = LEFT + SIDE + ROOM + 36
    notes = (
        (svg.RED, "Eye centers", ("at (0.35, 0.42) and (0.65, 0.42):", "the similarity transform puts",
                                  "them there.")),
        (svg.GREEN[1], "Chin", ("of a face that is long for the", "distance of its eyes: it is made",
                                "smaller until the chin lies at", "0.945.")),
        (svg.BLUE[1], "Mask below the square", ("the face is made smaller around", "the middle of its eyes, to 0.7",
                                                "at the least, until the mask fits.")),
        (svg.PURPLE[1], "Room for straps", ("where straps leave the square, the", "segmenter sees it once more with a",
                                            "quarter of its side all around.")),
    )
    y = TOP - ROOM + 14
    for color, head, lines in notes:
        drawing.circle(x + 5, y - 4, 5, color)
        drawing.text(x + 18, y, head, 13, bold=True)
        drawing.lines(x + 18, y + 18, lines, 12)
        y += 40 + 16 * len(lines) + 14


def main(out: Path) -> None:
    drawing = svg.Drawing(900, 590, "The canonical square of 256 pixels")
    drawing.box(LEFT - ROOM, TOP - ROOM, SIDE + 2 * ROOM, SIDE + 2 * ROOM, ("#faf8fe", svg.PURPLE[1]), 0,
                dash="6 4")
    drawing.box(LEFT, TOP, SIDE, SIDE, ("#ffffff", svg.INK), 0, line_width=2)
    draw_face(drawing)
    drawing.box(LEFT, TOP, SIDE, SIDE, ("none", svg.INK), 0, line_width=2)
    draw_measures(drawing)
    drawing.text(LEFT + SIDE / 2, TOP + SIDE + 22, "canonical square: 256 px", 13, "middle", bold=True)
    drawing.text(LEFT + SIDE / 2, TOP + SIDE + ROOM + 22, "with room: 384 px", 12, "middle",
                 svg.PURPLE[1])
    draw_notes(drawing)
    drawing.write(out / "canonical_square.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
