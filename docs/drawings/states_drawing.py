# SPDX-License-Identifier: Apache-2.0
"""Draws the states that a face goes through and those in which it can end."""

import sys
from pathlib import Path

import svg

# State, and what is known from that state on.
STATES = (
    ("found", ("box, score",)),
    ("placed", ("landmarks,", "confidence")),
    ("aligned", ("square, transform", "to it")),
    ("masked", ("hole, straps")),
    ("classified", ("gender,", "uncertain or not")),
    ("painted", ("aligned_after",)),
)
WIDTH, HEIGHT, PITCH, LEFT, TOP = 128, 58, 160, 28, 66


def state(drawing: svg.Drawing, at: int, name: str, known: tuple) -> None:
    left = LEFT + at * PITCH
    drawing.box(left, TOP, WIDTH, HEIGHT, svg.ORANGE)
    drawing.text(left + WIDTH / 2, TOP + 20, name, 13.5, "middle", bold=True)
    known = (known,) if isinstance(known, str) else known
    drawing.lines(left + WIDTH / 2, TOP + (42 if len(known) == 1 else 36), known, 11, 14,
                  anchor="middle", color=svg.SOFT)
    if at + 1 < len(STATES):
        drawing.path([(left + WIDTH, TOP + HEIGHT / 2), (left + PITCH - 2, TOP + HEIGHT / 2)], arrow=True)


def end(drawing: svg.Drawing, x: float, name: str, width: float, row: int = 0,
        color: tuple = svg.GRAY) -> None:
    top = 244 + row * 50
    drawing.box(x - width / 2, top, width, 34, color, 17)
    drawing.text(x, top + 22, name, 12.5, "middle", mono=True)


def leave(drawing: svg.Drawing, start: float, finish: float, note: tuple, color=svg.SOFT,
          height: float = 172) -> None:
    """Draws an arrow from a state down to a final state."""
    drawing.path([(start, TOP + HEIGHT), (finish, 242)], color, arrow=True)
    at = (height - TOP - HEIGHT) / (242 - TOP - HEIGHT)
    drawing.lines(start + (finish - start) * at + 12, height, note, 11, 14, color=svg.SOFT)


def main(out: Path) -> None:
    drawing = svg.Drawing(LEFT + 5 * PITCH + WIDTH + LEFT, 318, "States of a face")
    drawing.text(LEFT, 36, "A face moves to the right, or ends: then it is left as it is", 15, bold=True)
    for at, (name, known) in enumerate(STATES):
        state(drawing, at, name, known)
    center = [LEFT + at * PITCH + WIDTH / 2 for at in range(len(STATES))]
    end(drawing, 92, "not_selected", 122)
    end(drawing, 218, "too_small", 104)
    end(drawing, 388, "landmarks_unreliable", 188)
    end(drawing, center[3] + 34, "no_mask", 94)
    end(drawing, center[5], "reconstructed", 128, color=svg.GREEN)
    leave(drawing, center[0] - 34, 72, ("left out by", "selection"))
    leave(drawing, center[0] + 44, 204, ("below", "min_face_size"))
    leave(drawing, center[1] + 50, 340, ("points make", "no face"))
    leave(drawing, center[2] - 10, 412, ("confidence", "too low"))
    leave(drawing, center[3] - 30, 470, ("hides the eyes",), height=215)
    leave(drawing, center[3] + 34, center[3] + 34, ("no worn mask, or one", "smaller than min_mask_area"))
    leave(drawing, center[5], center[5], ("joined to", "the photo"), svg.GREEN[1])
    drawing.write(out / "states.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
