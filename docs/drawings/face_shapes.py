# SPDX-License-Identifier: Apache-2.0
"""A schematic masked face in the coordinates of the canonical square, 0 to 1."""

EYES = ((0.35, 0.42), (0.65, 0.42))
CHIN = 0.945

HEAD = ("M{0.14,0.36} C{0.14,0.62} {0.27,0.945} {0.5,0.945} C{0.73,0.945} {0.86,0.62} {0.86,0.36} "
        "C{0.86,0.14} {0.70,0.03} {0.5,0.03} C{0.30,0.03} {0.14,0.14} {0.14,0.36} Z")
MASK = ("M{0.5,0.53} C{0.42,0.53} {0.36,0.60} {0.20,0.605} C{0.22,0.80} {0.33,0.965} {0.5,0.965} "
        "C{0.67,0.965} {0.78,0.80} {0.80,0.605} C{0.64,0.60} {0.58,0.53} {0.5,0.53} Z")
STRAPS = ("M{0.205,0.62} L{0.10,0.56} L{0.10,0.595} L{0.21,0.665} Z",
          "M{0.795,0.62} L{0.90,0.56} L{0.90,0.595} L{0.79,0.665} Z")
LONG_STRAPS = ("M{0.205,0.62} L{-0.17,0.50} L{-0.17,0.53} L{0.21,0.665} Z",
               "M{0.795,0.62} L{1.17,0.50} L{1.17,0.53} L{0.79,0.665} Z")

HAIR = ("M{0.135,0.40} C{0.13,0.16} {0.28,0.02} {0.5,0.02} C{0.72,0.02} {0.87,0.16} {0.865,0.40} "
        "C{0.84,0.24} {0.72,0.17} {0.5,0.17} C{0.28,0.17} {0.16,0.24} {0.135,0.40} Z")
BROWS = ("M{0.27,0.36} C{0.31,0.335} {0.37,0.335} {0.42,0.355}",
         "M{0.58,0.355} C{0.63,0.335} {0.69,0.335} {0.73,0.36}")


def placed(shape: str, left: float, top: float, side: float) -> str:
    """Returns a shape of this module as an SVG path in a square of the given side."""
    out = []
    for part in shape.split(" "):
        head, _, rest = part.partition("{")
        if rest:
            x, y = rest.rstrip("}").split(",")
            out.append(f"{head}{left + float(x) * side:.1f} {top + float(y) * side:.1f}")
        else:
            out.append(part)
    return " ".join(out)
