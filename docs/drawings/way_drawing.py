# SPDX-License-Identifier: Apache-2.0
"""Draws the path of a photo: the steps, the stage that each runs, and what can replace it."""

import sys
from pathlib import Path

import svg

# Step, its input and output, its stage, what the caller may give, how a face can end.
STEPS = (
    ("detect_step", "photo → boxes", "FaceDetector", ("boxes", "or landmarks"),
     ("too_small", "not_selected")),
    ("landmark_step", "box → points, confidence", "LandmarkDetector", ("landmarks",),
     ("landmarks_unreliable",)),
    ("align_step", "points → canonical square", "", (), ("landmarks_unreliable",)),
    ("segment_step", "square → mask and straps", "Segmenter", ("mask",),
     ("no_mask", "landmarks_unreliable")),
    ("gender_step", "square → class, probability", "GenderClassifier", ("gender",), ()),
    ("inpaint_step", "square, hole, points → face", "Inpainter", (), ()),
    ("composite_step", "face → photo", "", (), ("reconstructed",)),
)

GIVEN, STEP, STAGE, END = 30, 262, 552, 748
STEP_WIDTH, STAGE_WIDTH, HEIGHT, PITCH, TOP = 240, 158, 54, 84, 142


def middle(row: int) -> float:
    return TOP + row * PITCH + HEIGHT / 2


def draw_lanes(drawing: svg.Drawing) -> None:
    """Draws in which coordinates the steps work."""
    for first, last, name, color in ((0, 1, "in the photo", "#f6f8fa"),
                                     (2, 5, "on the canonical square", "#eef6f0"),
                                     (6, 6, "in the photo", "#f6f8fa")):
        top = TOP + first * PITCH - 15
        height = (last - first) * PITCH + HEIGHT + 30
        drawing.box(14, top, 912, height, (color, color), 4)
        drawing.text(912, top + height / 2, name, 12, "middle", svg.SOFT, turn=90, italic=True)


def draw_step(drawing: svg.Drawing, row: int) -> None:
    name, change, stage, given, ends = STEPS[row]
    top, center = TOP + row * PITCH, middle(row)
    drawing.box(STEP, top, STEP_WIDTH, HEIGHT, svg.ORANGE)
    drawing.text(STEP + 14, top + 22, name, 14, bold=True, mono=True)
    drawing.text(STEP + 14, top + 42, change, 12)
    if stage:
        drawing.box(STAGE, center - 18, STAGE_WIDTH, 36, svg.BLUE)
        drawing.text(STAGE + STAGE_WIDTH / 2, center + 4, stage, 12.5, "middle", mono=True)
        drawing.path([(STEP + STEP_WIDTH, center), (STAGE - 2, center)], arrow=True)
    if given:
        drawing.box(GIVEN, center - 22, 150, 44, svg.GREEN, dash="5 3")
        drawing.lines(GIVEN + 75, center + 4 - 8 * (len(given) - 1), given, 12.5, anchor="middle")
        drawing.path([(GIVEN + 150, center), (STEP - 2, center)], svg.GREEN[1], dash="5 3", arrow=True)
    for at, end in enumerate(ends):
        color = svg.GREEN[1] if end == "reconstructed" else svg.SOFT
        drawing.text(END, center + 4 - 9 * (len(ends) - 1) + 18 * at, end, 12, color=color, mono=True)


def draw_room(drawing: svg.Drawing) -> None:
    """Draws the arrow by which the segment step aligns a face again."""
    x, start, end = STEP + STEP_WIDTH - 34, TOP + 3 * PITCH, TOP + 2 * PITCH + HEIGHT
    drawing.path([(x, start), (x, end + 2)], svg.ORANGE[1], dash="4 3", arrow=True)
    drawing.text(x + 42, (start + end) / 2 + 4, "a mask that hangs below the square: aligned smaller",
                 11, color=svg.ORANGE[1])


def main(out: Path) -> None:
    drawing = svg.Drawing(940, 800, "The way of a photo through src/pipeline")
    for x, heading, anchor in ((GIVEN + 75, "you may give", "middle"),
                               (STEP + STEP_WIDTH / 2, "step, a file in src/pipeline", "middle"),
                               (STAGE + STAGE_WIDTH / 2, "stage that it runs", "middle"),
                               (END, "a face may end as", "start")):
        drawing.text(x, 36, heading, 13, anchor, bold=True)
    draw_lanes(drawing)
    center = STEP + STEP_WIDTH / 2
    drawing.box(STEP + 30, 56, STEP_WIDTH - 60, 40, svg.GRAY, 20)
    drawing.text(center, 81, "photo: ImageView", 13, "middle")
    drawing.path([(center, 96), (center, TOP - 2)], arrow=True)
    for row in range(len(STEPS)):
        draw_step(drawing, row)
        bottom = TOP + row * PITCH + HEIGHT
        drawing.path([(center, bottom), (center, bottom + PITCH - HEIGHT - 2)], arrow=True)
    draw_room(drawing)
    bottom = TOP + len(STEPS) * PITCH
    drawing.box(STEP - 40, bottom, STEP_WIDTH + 80, 40, svg.GRAY, 20)
    drawing.text(center, bottom + 25, "Result: photo, changed mask, faces", 13, "middle")
    drawing.write(out / "way.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
