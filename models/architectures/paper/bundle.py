# SPDX-License-Identifier: Apache-2.0
"""Makes a bundle of the paper's networks with one command.

    python3 -m paper.bundle --out BUNDLE --bundler build/training/bundle/demask-bundle
    python3 -m paper.bundle --out BUNDLE --bundler ... --license TERMS \\
      --segmenter mask_rcnn.h5 \\
      --variant ffhq female.pth male.pth

A FILE is a TorchScript module (.pt, as demask-train writes it) or a published checkpoint (.h5,
.hdf5, .pth), which demask-import reads; a network without a file gets fresh, random weights. The
bundle has no face detector: the segmenter finds faces by their masks.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List, Optional

import torch

from paper.catalogue import NETWORKS

FRESH_LICENSE = "freshly initialized weights, free of terms"
MODELS = Path(__file__).resolve().parents[2]
KINDS = ("mask_rcnn", "adaptive_wing", "inception_v3", "lafin_generator")


class Plan:
    """Arguments for demask-bundle, and the checkpoints that demask-import adds to its bundle."""

    def __init__(self, arguments: argparse.Namespace, folder: Path):
        self.arguments = arguments
        self.folder = folder
        self.seed = arguments.seed
        self.models: List[str] = []
        self.imports: List[List[str]] = []

    def fresh(self, name: str, size: Optional[int] = None) -> str:
        """Saves a network with initial weights, with a new seed each time. Returns its file."""
        torch.manual_seed(self.seed)
        file = self.folder / f"{name}.{self.seed}.pt"
        self.seed += 1
        network = NETWORKS[name].build(self.arguments.divisor, size or NETWORKS[name].input_size)
        torch.jit.script(network.eval()).save(str(file))
        return str(file)

    def add_model(self, option: str, network: str, file: Optional[str], *settings: str,
                  size: Optional[int] = None) -> None:
        if file and is_checkpoint(file):
            kind = next(kind for kind in KINDS if network.startswith(kind))
            self.imports.append([kind, file, *settings])
        else:
            self.models += [option, file or self.fresh(network, size)]

    def add_pair(self, option: str, kind: str, files: List[str], name: List[str]) -> None:
        """Adds the networks of both genders; `name` holds the name of an additional set, if any."""
        if any(map(is_checkpoint, files)):
            variant = ["--variant", *name] if name else []
            self.imports += [[kind, file, "--gender", gender, *variant]
                             for file, gender in zip(files, ("female", "male"))]
        else:
            self.models += [option, *name, *(files or [self.fresh(kind), self.fresh(kind)])]

    def add_variant(self, name: str, files: List[str]) -> None:
        self.add_pair("--variant", "lafin_generator", files[:2], [name])
        if not files or files[2:]:
            self.add_pair("--variant-discriminators", "lafin_discriminator", files[2:], [name])

    def run(self) -> int:
        """Writes the bundle. Returns the exit code of the first program that failed."""
        given = self.arguments
        commands = []
        if self.models:
            commands.append([
                str(given.bundler), "--out", str(given.out), "--name", given.name, "--version",
                given.version, "--license", given.license, "--segmenter-variant", "instance",
                "--segmenter-size", str(given.segmenter_size), "--landmark-variant", "heatmap",
                "--landmark-scheme", str(given.landmark_scheme), "--crop-scale", given.crop_scale,
                *self.models])
        for checkpoint in self.imports:
            commands.append([
                sys.executable, "-P", "-m", "importer", *checkpoint, "--bundle", str(given.out),
                "--license", given.license, "--name", given.name, "--version", given.version])
        paths = os.pathsep.join(map(str, (MODELS, MODELS / "architectures")))
        environment = {**os.environ, "PYTHONPATH": paths}
        codes = (subprocess.run(command, env=environment, check=False).returncode
                 for command in commands)
        return next(filter(None, codes), 0)


def is_checkpoint(file: str) -> bool:
    return Path(file).suffix in (".h5", ".hdf5", ".pth")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--bundler", type=Path, required=True, help="the program demask-bundle")
    parser.add_argument("--name", default="paper", help="name of the bundle")
    parser.add_argument("--version", default="0.0.1", help="version of the bundle")
    parser.add_argument("--license", help="license of the weights; required if a file is given")
    for stage in ("segmenter", "landmark-detector", "gender-classifier", "inpainter-female",
                  "inpainter-male"):
        parser.add_argument(f"--{stage}", metavar="FILE", help="fresh weights if absent")
    parser.add_argument("--discriminators", nargs=2, metavar=("FEMALE", "MALE"), default=[],
                        help="discriminators of the inpainters")
    parser.add_argument("--variant", nargs="+", action="append", default=[],
                        metavar=("NAME", "FILE"),
                        help="an additional set of inpainters: NAME, then FEMALE MALE, then the "
                             "discriminators FEMALE MALE; a name alone makes fresh ones")
    parser.add_argument("--depth", type=int, choices=[50, 101], default=101,
                        help="layers of a fresh segmenter's ResNet")
    parser.add_argument("--segmenter-size", type=int, default=1024,
                        help="longest side of the segmenter's input in px, a multiple of 64")
    parser.add_argument("--landmark-scheme", type=int, choices=[68, 98], default=98,
                        help="number of points of the landmark detector")
    parser.add_argument("--crop-scale", default="1.5",
                        help="side of the landmark detector's crop over that of the face box")
    parser.add_argument("--divisor", type=int, default=1, choices=[1, 2, 4, 8, 16],
                        help="divides all widths of fresh networks, to make small ones")
    parser.add_argument("--seed", type=int, default=0, help="seed of fresh weights")
    arguments = parser.parse_args()
    check(parser, arguments)
    return arguments


def check(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Rejects options that cannot be combined."""
    pairs = [arguments.discriminators]
    for variant in arguments.variant:
        if len(variant) not in (1, 3, 5):
            parser.error("--variant takes NAME, NAME FEMALE MALE, or these and two discriminators")
        pairs += [variant[1:3], variant[3:]]
    for pair in pairs:
        if len(set(map(is_checkpoint, pair))) > 1:
            parser.error(f"{' and '.join(pair)}: one is a checkpoint, the other is not; import "
                         "both or none")
    files = [arguments.segmenter, arguments.landmark_detector, arguments.gender_classifier,
             arguments.inpainter_female, arguments.inpainter_male, *sum(pairs, [])]
    if any(files) and not arguments.license:
        parser.error("--license is missing; give the license of the files")
    arguments.license = arguments.license or FRESH_LICENSE


def main() -> int:
    arguments = parse()
    size = arguments.segmenter_size
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(arguments, Path(folder))
        plan.add_model("--segmenter", f"mask_rcnn_{arguments.depth}", arguments.segmenter,
                       "--input-size", str(size), size=size)
        plan.add_model("--landmark-detector", f"adaptive_wing_{arguments.landmark_scheme}",
                       arguments.landmark_detector)
        plan.add_model("--gender-classifier", "inception_v3", arguments.gender_classifier)
        plan.add_model("--inpainter-female", "lafin_generator", arguments.inpainter_female,
                       "--gender", "female")
        plan.add_model("--inpainter-male", "lafin_generator", arguments.inpainter_male,
                       "--gender", "male")
        if arguments.discriminators:
            plan.add_pair("--discriminators", "lafin_discriminator", arguments.discriminators, [])
        for name, *files in arguments.variant:
            plan.add_variant(name, files)
        return plan.run()


if __name__ == "__main__":
    sys.exit(main())
