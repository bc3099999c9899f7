# SPDX-License-Identifier: Apache-2.0
"""Plots the results of training: over hours, over versions, by age."""

import sys
from pathlib import Path

import chart
import records
import svg


def over_hours(out: Path) -> None:
    rows = records.read("quality_over_hours")
    drawing = svg.Drawing(900, 300, "Quality of the inpainters over hours of training")
    panels = (("psnr_db", "PSNR, dB", "higher is better", 25.5, 28, (25.5, 26, 26.5, 27, 27.5, 28), 1),
              ("identity_gain", "Likeness over the best baseline", "higher is better", 0.15, 0.23,
               (0.15, 0.17, 0.19, 0.21, 0.23), 2),
              ("frechet_ratio", "Fréchet distance ratio", "lower is better", 0.3, 0.44,
               (0.3, 0.34, 0.38, 0.42), 2))
    for at, (column, title, note, low, high, ticks, digits) in enumerate(panels):
        panel = chart.Panel(drawing, 60 + at * 292, 66, 216, 176, low, high, digits)
        panel.frame(title, ticks, note)
        panel.line([(float(row["hours"]) * 216 / 20, float(row[column])) for row in rows])
        for hours in (0, 5, 10, 15, 20):
            drawing.text(panel.left + hours * 216 / 20, 260, str(hours), 11, "middle", svg.SOFT)
        drawing.text(panel.left + 108, 280, "hours on one core", 11, "middle", svg.SOFT)
    drawing.write(out / "quality_over_hours.svg")


def over_versions(out: Path) -> None:
    rows = {row["figure"]: row for row in records.read("networks_over_versions")}
    versions = ("0.1.0", "0.7.0", "0.15.0")
    panels = (
        ("Detector", "recall, precision", ("detector.recall_masked", "detector.precision_masked"),
         0.6, 0.9, (0.6, 0.7, 0.8, 0.9), 1),
        ("Segmenter", "IoU: synthetic, real", ("segmenter.iou_synthetic", "segmenter.iou_real"), 0.4, 1,
         (0.4, 0.6, 0.8, 1.0), 1),
        ("Landmarks", "NME, %: lower is better", ("landmarks.nme_masked",), 2, 8, (2, 4, 6, 8), 0),
        ("Gender", "accuracy: masked, bare", ("gender.accuracy_masked", "gender.accuracy_bare"), 0.8, 1,
         (0.8, 0.9, 1.0), 1),
        ("All of it", "PSNR, dB", ("pipeline.psnr",), 22, 26, (22, 24, 26), 0))
    drawing = svg.Drawing(940, 260, "Figures of the networks over versions of the default models")
    for at, (title, note, names, low, high, ticks, digits) in enumerate(panels):
        panel = chart.Panel(drawing, 52 + at * 180, 66, 124, 140, low, high, digits)
        panel.frame(title, ticks, note)
        for name, color in zip(names, (chart.FIRST, chart.SECOND)):
            panel.line([(12 + 50 * step, float(rows[name][version]))
                        for step, version in enumerate(versions)], color)
        for step, version in enumerate(versions):
            drawing.text(panel.left + 12 + 50 * step, 226, version, 10.5, "middle", svg.SOFT)
    drawing.text(18, 248, "blue: the first of the two figures, orange: the second", 11, color=svg.SOFT)
    drawing.write(out / "networks_over_versions.svg")


def by_age(out: Path) -> None:
    rows = records.read("gender_by_age")
    drawing = svg.Drawing(640, 300, "Gender accuracy by age")
    panel = chart.Panel(drawing, 60, 76, 550, 172, 0.5, 1, 1)
    panel.frame("Accuracy of the gender class, by age", (0.5, 0.6, 0.7, 0.8, 0.9, 1.0), "0.5 is chance")
    chart.legend(drawing, 420, 46, ("masked", "bare"))
    for at, row in enumerate(rows):
        left = 14 + at * 110
        panel.bar(left, 38, float(row["masked"]), chart.FIRST, row["masked"])
        panel.bar(left + 42, 38, float(row["bare"]), chart.SECOND, row["bare"])
        drawing.text(panel.left + left + 40, 268, row["age"], 12, "middle")
    drawing.write(out / "gender_by_age.svg")


if __name__ == "__main__":
    for plot in (over_hours, over_versions, by_age):
        plot(Path(sys.argv[1]))
