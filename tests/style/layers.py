#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the layers of the library: which file includes which.

    layers.py [ROOT]              lists the arrows between layers and every problem, fails on a problem
    layers.py [ROOT] --edges      prints only the arrows: from, to, number of includes

Every file of src/ and capi/ and every public header belongs to a layer. A file may include files of its
own layer and of the layers below. No two files may include each other, directly or indirectly; this
applies to headers, and to sources taken together with their headers.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

# From the bottom up: a layer may use those before it.
LAYERS = ("core", "imaging", "io", "runtime", "stages", "bundle", "pipeline", "video", "capi")
# Code shared by the programs is in src/ too, but not part of the library: no layer may use it.
ORDER = (*LAYERS, "programs")

# The layer of each public header; it must match the layer of the source of the same name in src/.
PUBLIC = {
    "blend": "core",
    "eigen": "core",
    "error": "core",
    "export": "core",
    "expression": "core",
    "face_shape": "core",
    "geometry": "core",
    "image": "core",
    "progress": "core",
    "quality": "core",
    "reference_photo": "core",
    "search_options": "core",
    "version": "core",
    "alignment": "imaging",
    "opencv": "imaging",
    "image_io": "io",
    "synthetic_mark": "io",
    "model_source": "runtime",
    "runtime_options": "runtime",
    "face_detector": "stages",
    "gender_classifier": "stages",
    "inpainter": "stages",
    "landmark_detector": "stages",
    "mask_face_detector": "stages",
    "model_spec": "stages",
    "prior_inpainter": "stages",
    "segmenter": "stages",
    "shape_model": "stages",
    "stages": "stages",
    "model_bundle": "bundle",
    "face_reconstructor": "pipeline",
    "reconstruct_options": "pipeline",
    "result": "pipeline",
    "video_reconstructor": "video",
}

UMBRELLA = "include/demask/demask.hpp"  # Includes every public header, so it belongs to no layer.
OPT_IN = {"include/demask/opencv.hpp": "opencv2", "include/demask/eigen.hpp": "Eigen"}

TORCH = ("torch", "ATen", "c10")
# The compiled sources in which LibTorch's headers may be included.
TORCH_FOLDERS = ("src/runtime", "training/learn", "training/losses", "benchmarks", "tests")

# The libraries of training/: each may use those before it. The other folders are programs, which may
# use all libraries and no other program.
TRAINING = ("synthesis", "data", "augment", "metrics", "learn", "losses", "samples")

CODE = (".c", ".cpp", ".h", ".hpp")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass
class Tree:
    """The code of the library: its layers, its includes, and the problems found."""

    root: Path
    layer: dict[str, str] = field(default_factory=dict)  # Path from the root: layer.
    includes: dict[str, list[str]] = field(default_factory=dict)  # Only files of the library.
    problems: list[str] = field(default_factory=list)

    def edges(self) -> dict[tuple[str, str], int]:
        """The number of includes from one layer to another."""
        found: dict[tuple[str, str], int] = {}
        for file, targets in self.includes.items():
            for target in targets:
                if target in self.layer and file in self.layer:
                    edge = (self.layer[file], self.layer[target])
                    if edge[0] != edge[1]:
                        found[edge] = found.get(edge, 0) + 1
        return dict(sorted(found.items(), key=lambda item: [ORDER.index(name) for name in item[0]]))

    def upward(self) -> list[tuple[str, str]]:
        """Pairs of files where the first includes the second, which is in a layer above its own."""
        return [(file, target) for file, targets in self.includes.items() for target in targets
                if file in self.layer and target in self.layer
                and ORDER.index(self.layer[target]) > ORDER.index(self.layer[file])]


def _files(root: Path, folder: str) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*")
                  if path.suffix in CODE and path.is_file())


def included(root: Path, file: str) -> list[str]:
    """The names between quotes or angle brackets, as written."""
    text = BLOCK_COMMENT.sub("", (root / file).read_text(encoding="utf-8"))
    return [quoted or angled for quoted, angled in INCLUDE.findall(text)]


def _resolve(root: Path, file: str, name: str) -> str:
    """The file of the library that a name in an #include refers to, or an empty string."""
    for folder in (Path(file).parent.as_posix(), "src", "include", "capi"):
        if (root / folder / name).is_file():
            return (Path(folder) / name).as_posix()
    return ""


def _layer_of(file: str, tree: Tree) -> str:
    parts = file.split("/")
    if parts[0] == "capi":
        return "capi"
    if parts[0] == "src":
        if parts[1] not in ORDER:
            tree.problems.append(f"{file}: src/{parts[1]} is no layer; add it to LAYERS")
        return parts[1] if parts[1] in ORDER else ""
    layer = PUBLIC.get(Path(file).stem, "")
    if not layer:
        tree.problems.append(f"{file}: has no layer; add it to PUBLIC")
    return layer


def read_tree(root: Path) -> Tree:
    """Reads the library. `problems` lists the reasons why a file could not be assigned a layer."""
    tree = Tree(root)
    files = [*_files(root, "include"), *_files(root, "src"), *_files(root, "capi/")]
    # The clients of the C ABI, in folders of capi/, do not use the library's C++.
    files = [file for file in files if not re.match(r"capi/.+/", file)]
    for file in files:
        if file != UMBRELLA and (layer := _layer_of(file, tree)):
            tree.layer[file] = layer
        targets = [_resolve(root, file, name) for name in included(root, file)]
        tree.includes[file] = [target for target in targets if target]
    for name, layer in PUBLIC.items():
        if not (root / f"include/demask/{name}.hpp").is_file():
            tree.problems.append(f"PUBLIC names demask/{name}.hpp, which is not there; remove it")
        sources = [file for file in files
                   if file.startswith("src/") and file.endswith(f"/{name}.cpp")]
        tree.problems += [f"{source}: demask/{name}.hpp is in layer {layer} by PUBLIC; let both agree"
                          for source in sources if tree.layer.get(source) != layer]
    return tree


def _strong_components(graph: dict[str, set[str]]) -> list[list[str]]:
    """The circles of a graph: sets of two or more nodes that all reach each other (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def header_circles(tree: Tree) -> list[list[str]]:
    """Headers that include each other."""
    return _strong_components({file: {target for target in targets if target != file}
                               for file, targets in tree.includes.items()
                               if file.endswith((".h", ".hpp"))})


def _unit_of(file: str) -> str:
    """The unit of a file. A source and the private header of the same name are one unit; a public
    header is a unit by itself, since a source's helpers may use the types that it declares."""
    return file if file.startswith("include/") else re.sub(r"\.\w+$", "", file)


def source_circles(tree: Tree) -> list[list[str]]:
    """Units, each a source with its header, that include each other."""
    graph: dict[str, set[str]] = {}
    for file, targets in tree.includes.items():
        if file == UMBRELLA:
            continue
        unit = _unit_of(file)
        graph.setdefault(unit, set()).update(_unit_of(target) for target in targets)
        graph[unit].discard(unit)
    return _strong_components(graph)


def _third_party(tree: Tree) -> list[str]:
    """Headers of the dependencies in files that must not include them."""
    found = []
    for file in [*_files(tree.root, "include"), *_files(tree.root, "capi/")]:
        for name in included(tree.root, file):
            library = name.split("/")[0]
            if library in ("opencv2", "Eigen") and OPT_IN.get(file) != library:
                found.append(f"{file}: includes {name}; only demask/opencv.hpp and demask/eigen.hpp "
                             "may show OpenCV and Eigen")
    for folder in ("include", "src", "capi/", "examples", "training", "benchmarks", "tests"):
        for file in _files(tree.root, folder):
            if not file.startswith(tuple(f"{allowed}/" for allowed in TORCH_FOLDERS)):
                names = [name for name in included(tree.root, file) if name.split("/")[0] in TORCH]
                found += [f"{file}: includes {name}; only {', '.join(TORCH_FOLDERS)} may name LibTorch"
                          for name in names[:1]]
    return found


def _training_order(tree: Tree) -> list[str]:
    """Includes between folders of training/ that lead to a program or to a library that comes later."""
    found = []
    for file in _files(tree.root, "training"):
        folder = file.split("/")[1]
        earlier = TRAINING[:TRAINING.index(folder)] if folder in TRAINING else TRAINING
        for name in included(tree.root, file):
            other = name.split("/")[0]
            if (tree.root / "training" / name).is_file() and other not in (folder, *earlier):
                found.append(f"{file}: training/{folder} may not use training/{other}: includes {name}")
    return found


def find_problems(tree: Tree) -> list[str]:
    """The problems, one line each; empty if there are none."""
    found = list(tree.problems)
    for file, targets in tree.includes.items():
        if file.startswith("capi/"):
            found += [f"{file}: includes {target}; the C ABI may use public headers only"
                      for target in targets if target.startswith("src/")]
        if file.startswith("include/"):
            found += [f"{file}: includes {target}; a public header may include public ones only"
                      for target in targets if not target.startswith("include/")]
        if file != UMBRELLA and UMBRELLA in targets:
            found.append(f"{file}: includes {UMBRELLA}; include the headers that it needs")
    found += [f"{file}: {tree.layer[file]} may not use {tree.layer[target]}: includes {target}"
              for file, target in tree.upward()]
    found += [f"circle of headers: {' <-> '.join(circle)}" for circle in header_circles(tree)]
    found += [f"circle of sources: {' <-> '.join(circle)}" for circle in source_circles(tree)]
    return found + _training_order(tree) + _third_party(tree)


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--edges"]
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    tree = read_tree(root)
    for (source, target), count in tree.edges().items():
        print(f"{source} -> {target} {count}")
    if "--edges" in sys.argv:
        return
    problems = find_problems(tree)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(tree.edges())} arrows between layers, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
