#!/usr/bin/env python3
"""Makes a bundle of the paper's networks: those given as TorchScript files (trained by demask-train
or written by demask-import), the others freshly initialised.

    paper_bundle.py --out BUNDLE --bundler build/training/bundle/demask-bundle
    paper_bundle.py --out BUNDLE --bundler ... --segmenter mask_rcnn.pt --variant ffhq f.pt m.pt

The bundle has no face detector: the segmenter finds faces by the masks they wear.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List, Optional

import torch

from paper.catalogue import NETWORKS

FRESH_LICENSE = "freshly initialised weights, free of terms"
STAGES = ("segmenter", "landmark-detector", "gender-classifier", "inpainter-female",
          "inpainter-male")


class Builder:
    """Writes what is not given, and keeps the command line of demask-bundle."""

    def __init__(self, folder: Path, divisor: int, seed: int):
        self.folder = folder
        self.divisor = divisor
        self.seed = seed

    def network(self, name: str, size: Optional[int] = None) -> str:
        """A fresh network, of another seed each time. Returns its file."""
        torch.manual_seed(self.seed)
        file = self.folder / f"{name}.{self.seed}.pt"
        self.seed += 1
        network = NETWORKS[name].build(self.divisor, size or NETWORKS[name].input_size)
        torch.jit.script(network.eval()).save(str(file))
        return str(file)

    def pair(self, name: str) -> List[str]:
        """One network for each gender."""
        return [self.network(name), self.network(name)]

    def inpainters(self, option: str, files: List[str]) -> List[str]:
        """demask-bundle's options for a further set: NAME [FEMALE MALE [DISCRIMINATORS]]."""
        name, files = files[0], files[1:] or [*self.pair("lafin_generator"),
                                              *self.pair("lafin_discriminator")]
        options = [option, name, *files[:2]]
        return options + ([f"{option}-discriminators", name, *files[2:]] if files[2:] else [])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--bundler", type=Path, required=True, help="the program demask-bundle")
    parser.add_argument("--name", default="paper", help="of the bundle")
    parser.add_argument("--version", default="0.0.1", help="of the bundle")
    parser.add_argument("--license", default=FRESH_LICENSE,
                        help="terms of the weights; needed if a file is given")
    for stage in STAGES:
        parser.add_argument(f"--{stage}", metavar="FILE", help="TorchScript; fresh if absent")
    parser.add_argument("--discriminators", nargs=2, metavar=("FEMALE", "MALE"),
                        help="what the inpainters were trained with")
    parser.add_argument("--variant", nargs="+", action="append", default=[],
                        metavar=("NAME", "FILE"),
                        help="a further set of inpainters: NAME, and FEMALE MALE, and the "
                             "discriminators FEMALE MALE; a name alone makes fresh ones")
    parser.add_argument("--depth", type=int, choices=[50, 101], default=101,
                        help="layers of a fresh segmenter's ResNet")
    parser.add_argument("--segmenter-size", type=int, default=1024,
                        help="longest side that the segmenter is given, a multiple of 64")
    parser.add_argument("--landmark-scheme", type=int, choices=[68, 98], default=98,
                        help="points of the landmark detector")
    parser.add_argument("--crop-scale", default="1.5",
                        help="of the landmark detector's crop over the face box")
    parser.add_argument("--divisor", type=int, default=1, choices=[1, 2, 4, 8, 16],
                        help="of all widths of fresh networks, to make small ones")
    parser.add_argument("--seed", type=int, default=0, help="of fresh weights")
    arguments = parser.parse_args()
    for variant in arguments.variant:
        if len(variant) not in (1, 3, 5):
            parser.error("--variant takes NAME, NAME FEMALE MALE, or these and two discriminators")
    given = any(vars(arguments)[stage.replace("-", "_")] for stage in STAGES)
    if arguments.license == FRESH_LICENSE and (given or any(v[1:] for v in arguments.variant)):
        parser.error("--license: the files given have terms; name them")
    return arguments


def command(arguments: argparse.Namespace, builder: Builder) -> List[str]:
    """The command line of demask-bundle."""
    size = arguments.segmenter_size
    scheme = arguments.landmark_scheme
    options = [
        str(arguments.bundler), "--out", str(arguments.out), "--name", arguments.name,
        "--version", arguments.version, "--license", arguments.license,
        "--segmenter-variant", "instance", "--segmenter-size", str(size),
        "--segmenter", arguments.segmenter or builder.network(f"mask_rcnn_{arguments.depth}", size),
        "--landmark-variant", "heatmap", "--landmark-scheme", str(scheme),
        "--crop-scale", arguments.crop_scale, "--landmark-detector",
        arguments.landmark_detector or builder.network(f"adaptive_wing_{scheme}"),
        "--gender-classifier", arguments.gender_classifier or builder.network("inception_v3"),
        "--inpainter-female", arguments.inpainter_female or builder.network("lafin_generator"),
        "--inpainter-male", arguments.inpainter_male or builder.network("lafin_generator"),
    ]
    if arguments.discriminators:
        options += ["--discriminators", *arguments.discriminators]
    for variant in arguments.variant:
        options += builder.inpainters("--variant", variant)
    return options


def main() -> int:
    arguments = parse()
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(Path(folder), arguments.divisor, arguments.seed)
        return subprocess.run(command(arguments, builder), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
