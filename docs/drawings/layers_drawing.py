# SPDX-License-Identifier: Apache-2.0
"""Draws the layers of the library from its #include lines."""

import sys
from pathlib import Path

import svg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/style"))
import layers  # noqa: E402

# From the top: name, purpose, column (0 left, 1 right, None both), row, color.
ROOMS = {
    "capi": ("demask.h: C99 over the public C++ headers", None, 0, svg.PURPLE),
    "video": ("tracks, smoothing, VideoReconstructor", 1, 1, svg.ORANGE),
    "pipeline": ("a file per step, FaceReconstructor", 1, 2, svg.ORANGE),
    "bundle": ("manifest, hashes, where models lie", 1, 3, svg.BLUE),
    "stages": ("one class per network", 1, 4, svg.BLUE),
    "io": ("decode, encode, metadata, files", 0, 4, svg.GREEN),
    "runtime": ("loads and runs TorchScript", 1, 5, svg.BLUE),
    "imaging": ("warp, morphology, blending", 0, 5, svg.GREEN),
    "core": ("images, geometry, errors, threads: knows nothing of the rest", None, 6, svg.GRAY),
}
LIBRARIES = {"fmt": "fmt", "Eigen": "Eigen", "opencv2": "OpenCV", "exiv2": "Exiv2",
             "torch": "LibTorch", "ATen": "LibTorch", "c10": "LibTorch", "nlohmann": "nlohmann JSON",
             "libheif": "libheif", "openssl": "OpenSSL", "webp": "libwebp", "omp.h": "OpenMP"}

LEFT, TOP, WIDTH, HEIGHT, GAP, AISLE = 28, 62, 262, 58, 26, 32


def leads_up(edge: tuple[str, str]) -> bool:
    return layers.LAYERS.index(edge[0]) < layers.LAYERS.index(edge[1])


def direct(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Returns the edges that no path over other edges implies, and all edges that lead up."""
    down = {edge for edge in edges if not leads_up(edge)}
    reach: dict[str, set[str]] = {}
    for name in layers.LAYERS:  # From the lowest layer up.
        targets = {target for source, target in down if source == name}
        reach[name] = targets.union(*(reach[target] for target in targets))
    detours = {(source, target) for source, target in down
               if any((source, middle) in down and target in reach[middle] for middle in layers.LAYERS)}
    return edges - detours


def place(name: str) -> tuple[float, float, float]:
    """Returns left, top and width of a layer's box."""
    _, column, row, _ = ROOMS[name]
    top = TOP + row * (HEIGHT + GAP)
    if column is None:
        return LEFT, top, 2 * WIDTH + AISLE
    return LEFT + column * (WIDTH + AISLE), top, WIDTH


def libraries_of(tree: layers.Tree) -> dict[str, list[str]]:
    """Returns which third-party libraries the sources of each layer include."""
    found: dict[str, set[str]] = {}
    for file, layer in tree.layer.items():
        if file.startswith(("src/", "capi/")):
            names = {name.split("/")[0] for name in layers.included(tree.root, file)}
            found.setdefault(layer, set()).update(LIBRARIES[name] for name in names & set(LIBRARIES))
    return {layer: sorted(names, key=str.lower) for layer, names in found.items()}


def draw_house(drawing: svg.Drawing, tree: layers.Tree, edges: set[tuple[str, str]]) -> None:
    libraries = libraries_of(tree)
    for name, (purpose, _, _, color) in ROOMS.items():
        left, top, width = place(name)
        drawing.box(left, top, width, HEIGHT, color)
        drawing.text(left + 12, top + 24, name, 15, bold=True)
        drawing.text(left + width - 10, top + 22, ", ".join(libraries.get(name, [])), 10.5, "end",
                     svg.SOFT)
        drawing.text(left + 12, top + 45, purpose, 12)
    for source, target in sorted(direct(edges)):
        draw_arrow(drawing, source, target)


def draw_arrow(drawing: svg.Drawing, source: str, target: str) -> None:
    upward = leads_up((source, target))
    color = svg.RED if upward else svg.INK
    (left, top, width), (other_left, other_top, other_width) = place(source), place(target)
    wide = 2 * WIDTH + AISLE
    start = left + width / 2 if width != wide else other_left + other_width / 2
    end = other_left + other_width / 2 if other_width != wide else start
    if upward:
        drawing.path([(start + 16, top), (end + 16, other_top + HEIGHT)], color, 2.2, arrow=True)
    elif start != end and other_top - top > HEIGHT + GAP:
        drawing.path([(left if end < start else left + width, top + HEIGHT / 2),
                      (end, other_top - 2)], color, arrow=True)
    else:
        shift = 0 if start == end else 95 if start < end else -95
        drawing.path([(start + shift, top + HEIGHT), (end - shift, other_top - 2)], color, arrow=True)


def draw_matrix(drawing: svg.Drawing, edges: set[tuple[str, str]]) -> None:
    cell, left, top = 30, 706, 154
    names = list(reversed(layers.LAYERS))
    side = cell * len(names)
    drawing.text(left, top - 116, "Who includes whom", 15, bold=True)
    for at, name in enumerate(names):
        middle = (at + 0.5) * cell
        drawing.text(left - 8, top + middle + 4, name, 12, "end")
        drawing.text(left + middle + 4, top - 8, name, 12, turn=-60)
        for other, target in enumerate(names):
            allowed = other > at
            color = ("#ffffff" if allowed else "#f3f4f6", svg.PALE)
            if other == at:
                color = ("#d0d7de", svg.PALE)
            drawing.box(left + other * cell, top + at * cell, cell, cell, color, 0, line_width=1)
            if (name, target) in edges:
                drawing.circle(left + (other + 0.5) * cell, top + middle, 6,
                               svg.BLUE[1] if allowed else svg.RED)
    drawing.circle(left - 40, top + side + 30, 6, svg.BLUE[1])
    drawing.text(left - 26, top + side + 34, "a file of the row's layer includes one of", 12)
    drawing.text(left - 26, top + side + 50, "the column's layer", 12)
    drawing.box(left - 47, top + side + 68, 14, 14, ("#f3f4f6", svg.PALE), 0, line_width=1)
    drawing.text(left - 26, top + side + 80, "would lead up: the style test fails", 12)
    drawing.text(left - 47, top + side + 112, "The arrows on the left leave out what a", 12,
                 color=svg.SOFT)
    drawing.text(left - 47, top + side + 128, "longer way stands for. Small print: the", 12,
                 color=svg.SOFT)
    drawing.text(left - 47, top + side + 144, "libraries that a layer's sources include.", 12,
                 color=svg.SOFT)


def main(out: Path) -> None:
    tree = layers.read_tree(ROOT)
    edges = {edge for edge in tree.edges() if set(edge) <= set(layers.LAYERS)}
    drawing = svg.Drawing(1004, 668, "The layers of demask, from its #include lines")
    drawing.text(LEFT, 38, "Each layer uses only what lies below it", 15, bold=True)
    draw_house(drawing, tree, edges)
    draw_matrix(drawing, edges)
    drawing.write(out / "layers.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
