# SPDX-License-Identifier: Apache-2.0
"""Writes drawings as SVG: a white card that is readable on light and on dark pages."""

from html import escape
from pathlib import Path

INK = "#1f2328"
SOFT = "#57606a"
PALE = "#d0d7de"
RED = "#c53030"
# Fill and line of a box.
BLUE = ("#e3effb", "#2b6cb0")
GREEN = ("#e4f4e8", "#2f855a")
ORANGE = ("#fdeedd", "#c05621")
PURPLE = ("#efe8fb", "#6b46c1")
GRAY = ("#f3f4f6", "#8c959f")
WHITE = ("#ffffff", "#8c959f")

FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def number(value: float) -> str:
    """Formats a coordinate with at most one decimal, so that files are equal on all machines."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


class Drawing:
    """A drawing of shapes in pixels; (0, 0) is the top left corner."""

    def __init__(self, width: int, height: int, title: str):
        self.size = (width, height)
        self.title = title
        self.parts: list[str] = []
        self.markers: dict[str, str] = {}

    def _add(self, name: str, content: str = "", **attributes) -> None:
        text = "".join(f' {key.replace("_", "-")}="{escape(str(value))}"'
                       for key, value in attributes.items() if value is not None)
        self.parts.append(f"<{name}{text}>{content}</{name}>" if content else f"<{name}{text}/>")

    def box(self, x, y, width, height, color=WHITE, radius=7, dash=None, line_width=1.4) -> None:
        self._add("rect", x=number(x), y=number(y), width=number(width), height=number(height),
                  rx=radius, fill=color[0], stroke=color[1], stroke_width=line_width,
                  stroke_dasharray=dash)

    def text(self, x, y, content, size=13, anchor="start", color=INK, bold=False, mono=False,
             turn=None, italic=False) -> None:
        """Draws one line of text; (x, y) is on its baseline. `turn` rotates it around (x, y), in
        degrees."""
        self._add("text", escape(content), x=number(x), y=number(y), font_size=size,
                  text_anchor=None if anchor == "start" else anchor, fill=color,
                  font_weight="600" if bold else None, font_family=MONO if mono else None,
                  font_style="italic" if italic else None,
                  transform=f"rotate({turn} {number(x)} {number(y)})" if turn else None)

    def lines(self, x, y, contents, size=12, step=16, **options) -> None:
        for at, content in enumerate(contents):
            self.text(x, y + at * step, content, size, **options)

    def path(self, points, color=INK, width=1.6, dash=None, fill="none", arrow=False,
             closed=False, opacity=None) -> None:
        """Draws straight lines from point to point, with a head at the end if `arrow` is set."""
        moves = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points)
        self.curve(moves + (" Z" if closed else ""), color, width, dash, fill, arrow, opacity)

    def curve(self, moves, color=INK, width=1.6, dash=None, fill="none", arrow=False,
              opacity=None) -> None:
        """Draws a path; `moves` is in the syntax of SVG paths."""
        self._add("path", d=moves, fill=fill, stroke=color, stroke_width=width,
                  stroke_dasharray=dash, stroke_linejoin="round", opacity=opacity,
                  marker_end=f"url(#{self._marker(color)})" if arrow else None)

    def circle(self, x, y, radius, fill=INK, line="none", width=1.4) -> None:
        self._add("circle", cx=number(x), cy=number(y), r=number(radius), fill=fill, stroke=line,
                  stroke_width=width)

    def ellipse(self, x, y, across, down, fill="none", line=INK, width=1.4) -> None:
        self._add("ellipse", cx=number(x), cy=number(y), rx=number(across), ry=number(down),
                  fill=fill, stroke=line, stroke_width=width)

    def _marker(self, color: str) -> str:
        name = f"head{color.lstrip('#')}"
        self.markers[name] = (
            f'<marker id="{name}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="9" '
            f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0.5 L10 5 L0 9.5 Z" fill="{color}"/></marker>')
        return name

    def write(self, file: Path) -> None:
        width, height = self.size
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                f'viewBox="0 0 {width} {height}" font-family="{escape(FONT)}" role="img">')
        card = (f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10" '
                f'fill="#ffffff" stroke="{PALE}"/>')
        defs = f"<defs>{''.join(self.markers[key] for key in sorted(self.markers))}</defs>"
        body = [head, f"<title>{escape(self.title)}</title>", defs, card, *self.parts, "</svg>"]
        file.write_text("\n".join(body) + "\n", encoding="utf-8")
