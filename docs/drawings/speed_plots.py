# SPDX-License-Identifier: Apache-2.0
"""Plots speed: the effect of each measure, and video compared to single frames."""

import sys
from pathlib import Path

import chart
import records
import svg

LEVERS = {
    "lever.crop_only": "converting the pixels of a face alone, of a photo of 12 MP",
    "lever.inpainter_square": "painting at 128 px instead of 256",
    "lever.optimize_for_inference": "oneDNN's layout and fused activations",
    "lever.landmarks_square": "landmarks from 192 px instead of 256",
    "lever.bf16": "convolutions in bfloat16",
    "lever.thread_per_caller": "two callers with a thread each, not one with two",
    "lever.fixed_graph": "no profiling executor, first calls",
    "lever.freeze": "freezing modules",
    "lever.channels_last": "channels innermost (not used)",
}


def levers(out: Path) -> None:
    values = {row["figure"]: row["value"] for row in records.read("levers")}
    drawing = svg.Drawing(900, 372, "What each lever gives")
    drawing.text(24, 36, "The time without it over the time with it", 13, bold=True)
    left, decade = 416, 210
    for value in (1, 2, 5, 10, 20, 50):
        x = left + decade * chart.math.log10(value)
        drawing.path([(x, 56), (x, 336)], svg.PALE if value > 1 else svg.SOFT, 1)
        drawing.text(x, 354, f"{value} x", 11, "middle", svg.SOFT)
    for at, name in enumerate(sorted(LEVERS, key=lambda lever: -float(values[lever]))):
        y = 74 + at * 30
        value = float(values[name])
        drawing.text(left - 22, y + 4, LEVERS[name], 12, "end")
        chart.log_bar(drawing, left, y, decade, value, chart.FIRST if value >= 1 else chart.SECOND,
                      values[name])
    drawing.write(out / "levers.svg")


def video(out: Path) -> None:
    rows = {row["figure"]: row for row in records.read("video_steadiness")}
    panels = (("video.flicker_levels", "Flicker, levels", "lower is better", 1.6, (0, 0.5, 1, 1.5), 1),
              ("video.landmark_nme", "Landmark error, %", "lower is better", 4, (0, 1, 2, 3, 4), 0),
              ("video.detector_share", "Detector runs, share", "of the frames", 1.2, (0, 0.5, 1), 1),
              ("video.fps", "Frames a second", "higher is better", 50, (0, 10, 20, 30, 40), 0))
    drawing = svg.Drawing(900, 300, "Video: tracked against frame by frame")
    for at, (name, title, note, high, ticks, digits) in enumerate(panels):
        panel = chart.Panel(drawing, 60 + at * 216, 66, 142, 170, 0, high, digits)
        panel.frame(title, ticks, note)
        for place, (column, color) in enumerate((("tracked", chart.FIRST),
                                                 ("frame_by_frame", chart.SECOND))):
            panel.bar(14 + place * 64, 48, float(rows[name][column]), color, rows[name][column])
    chart.legend(drawing, 330, 276, ("tracked", "frame by frame"))
    drawing.write(out / "video_steadiness.svg")


if __name__ == "__main__":
    levers(Path(sys.argv[1]))
    video(Path(sys.argv[1]))
