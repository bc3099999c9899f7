# SPDX-License-Identifier: Apache-2.0
"""Simple charts."""

import math

import svg

FIRST, SECOND = svg.BLUE[1], "#dd7a30"


class Panel:
    """A rectangle with a scale on its left. Values grow upward; `at` gives columns in pixels."""

    def __init__(self, drawing: svg.Drawing, left, top, width, height, low, high, digits=2):
        self.drawing = drawing
        self.left, self.top, self.width, self.height = left, top, width, height
        self.low, self.high, self.digits = low, high, digits

    def y(self, value: float) -> float:
        return self.top + self.height * (self.high - value) / (self.high - self.low)

    def frame(self, title: str, ticks, note: str = "") -> None:
        self.drawing.text(self.left - 34, self.top - 30, title, 13, bold=True)
        if note:
            self.drawing.text(self.left - 34, self.top - 14, note, 11, color=svg.SOFT)
        for tick in ticks:
            y = self.y(tick)
            self.drawing.path([(self.left, y), (self.left + self.width, y)], svg.PALE, 1)
            self.drawing.text(self.left - 6, y + 4, f"{tick:.{self.digits}f}", 11, "end", svg.SOFT)

    def line(self, points, color=FIRST) -> None:
        """Draws a line through points given as (pixels from the left, value)."""
        placed = [(self.left + x, self.y(value)) for x, value in points]
        self.drawing.path(placed, color, 2)
        for x, y in placed:
            self.drawing.circle(x, y, 3.5, color)

    def bar(self, x, width, value, color, label: str) -> None:
        top = self.y(value)
        self.drawing.box(self.left + x, top, width, self.y(self.low) - top, (color, color), 2)
        self.drawing.text(self.left + x + width / 2, top - 5, label, 11, "middle")


def legend(drawing: svg.Drawing, x, y, names) -> None:
    for name, color in zip(names, (FIRST, SECOND)):
        drawing.box(x, y - 10, 12, 12, (color, color), 2)
        drawing.text(x + 18, y, name, 12)
        x += 18 + 8 * len(name) + 24


def log_bar(drawing: svg.Drawing, left, y, pixels_per_decade, value, color, label: str) -> None:
    """Draws a bar from 1 to the value on a logarithmic scale; `left` is the position of 1."""
    end = left + pixels_per_decade * math.log10(value)
    first, last = min(left, end), max(left, end)
    drawing.box(first, y - 9, max(last - first, 2), 18, (color, color), 2)
    drawing.text(last + 7, y + 4, label, 12, bold=True)
