# SPDX-License-Identifier: Apache-2.0
"""Turns published checkpoints into entries of a demask bundle.

    demask-import mask_rcnn           mask_rcnn_mask_0030.h5  --bundle DIR --license TERMS
    demask-import adaptive_wing       WFLW_4HG.pth            --bundle DIR --license TERMS
    demask-import inception_v3        gender.hdf5             --bundle DIR --license TERMS
    demask-import lafin_generator     InpaintingModel_gen.pth --bundle DIR --license TERMS \\
      --gender female [--variant ffhq]
    demask-import lafin_discriminator InpaintingModel_dis.pth --bundle DIR --license TERMS \\
      --gender female [--variant ffhq]

Nothing is written unless every tensor of the checkpoint is used once and every parameter is filled.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any, Dict

import torch

from importer import bundle
from importer.networks import READERS, Settings
from importer.problem import ImportProblem
from paper.catalogue import NETWORKS, Network
from paper.inception import ACTIVATIONS

STAGES = {"mask_rcnn": "segmenter", "adaptive_wing": "landmark_detector",
          "inception_v3": "gender_classifier", "lafin_generator": "inpainter",
          "lafin_discriminator": "discriminator"}
# Side of the crops that the published landmark detector was trained on, over the mean side of a
# face's box.
WFLW_CROP_SCALE = 1.34


def nominal(kind: str) -> Network:
    """The catalogue's entry for a network, whatever its depth or scheme."""
    return next(network for name, network in NETWORKS.items() if name.startswith(kind))


def parse(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demask-import", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=READERS)
    parser.add_argument("checkpoint", type=Path, help=".pth, .h5 or .hdf5 file")
    parser.add_argument("--bundle", type=Path, required=True,
                        help="folder of the bundle; created if missing")
    parser.add_argument("--license", required=True, help="license of the weights")
    parser.add_argument("--training-data", default="", help="description of the training data")
    parser.add_argument("--gender", choices=["female", "male"], help="gender of a LaFIn network")
    parser.add_argument("--variant", default="", help="set of inpainters to add a LaFIn network "
                        "to, such as ffhq (default: the default set)")
    parser.add_argument("--input-size", type=int, help="side of the network's input in px "
                        "(default: the paper's)")
    parser.add_argument("--threshold", type=float, default=0.5,
                        help="mask_rcnn: minimum score of a mask (default 0.5)")
    parser.add_argument("--smallest-anchor", type=float, default=0.0,
                        help="mask_rcnn: side in px of the finest anchors (default input size / "
                        "32)")
    parser.add_argument("--crop-scale", type=float, default=WFLW_CROP_SCALE,
                        help="adaptive_wing: side of a crop over the larger side of the face's box "
                        f"(default {WFLW_CROP_SCALE})")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu",
                        help="inception_v3: activation of the dense layers if the file holds only "
                        "weights (default relu)")
    parser.add_argument("--name", default="imported", help="name of a new bundle")
    parser.add_argument("--version", default="1.0.0", help="version of a new bundle")
    result = parser.parse_args(arguments)
    check(parser, result)
    return result


def check(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Rejects options that cannot be combined or are out of range."""
    if arguments.network.startswith("lafin") != (arguments.gender is not None):
        parser.error("--gender is required for LaFIn networks and only for them")
    if arguments.variant and not arguments.gender:
        parser.error("--variant is for LaFIn networks; leave it out")
    if not re.fullmatch(r"[A-Za-z0-9._-]{0,64}", arguments.variant):
        parser.error("--variant is not a name; use letters, digits, '.', '_' and '-' (at most 64)")
    if not arguments.license:
        parser.error("--license is empty; give the license of the weights")
    if arguments.input_size is None:
        arguments.input_size = nominal(arguments.network).input_size
    if not 64 <= arguments.input_size <= 8192 or arguments.input_size % 64 != 0:
        parser.error("--input-size is not a multiple of 64 from 64 to 8192; choose one")
    if not 0.0 <= arguments.threshold <= 1.0:
        parser.error("--threshold is not in [0, 1]; choose one that is")
    if not 0.5 <= arguments.crop_scale <= 4.0:
        parser.error("--crop-scale is not in [0.5, 4]; choose one that is")
    if arguments.smallest_anchor < 0.0:
        parser.error("--smallest-anchor is negative; give 0 or more")


def place_of(arguments: argparse.Namespace) -> bundle.Place:
    name = STAGES[arguments.network]
    if arguments.gender:
        name = f"{name}_{arguments.gender}"
    table = "training_artefacts" if name.startswith("discriminator") else "models"
    return bundle.Place(table, name, arguments.variant)


def entry_of(arguments: argparse.Namespace, found: Dict[str, Any]) -> Dict[str, Any]:
    """The manifest's entry without the file: values from the options and from the checkpoint."""
    if arguments.network == "lafin_discriminator":
        return {}
    entry = {"input_size": arguments.input_size, **found}
    if arguments.network == "mask_rcnn":
        entry["threshold"] = arguments.threshold
    if arguments.network == "adaptive_wing":
        entry["crop_scale"] = arguments.crop_scale
    entry["license"] = arguments.license
    if arguments.training_data:
        entry["training_data"] = arguments.training_data
    return entry


def run(arguments: argparse.Namespace) -> str:
    """Imports a checkpoint. Returns a message for the user."""
    settings = Settings(arguments.input_size, arguments.smallest_anchor, arguments.activation)
    imported = READERS[arguments.network](arguments.checkpoint, settings)
    try:
        arguments.bundle.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImportProblem(f"{arguments.bundle}: {error.strerror}; choose a writable "
                            "folder") from error
    manifest = bundle.open_manifest(arguments.bundle, arguments.name, arguments.version,
                                    arguments.license)
    place = place_of(arguments)
    torch.manual_seed(0)
    example = nominal(arguments.network).example(arguments.input_size)
    bundle.write_script(imported.network, arguments.bundle / place.file_name(), example)
    bundle.add(arguments.bundle, manifest, place, entry_of(arguments, imported.entry))
    tensors = len(imported.network.state_dict())
    return f"{arguments.bundle / place.file_name()}: {tensors} tensors, checked"


def main() -> int:
    arguments = parse()
    try:
        print(run(arguments))
    except ImportProblem as problem:
        print(f"demask-import: {problem}", file=sys.stderr)
        return 1
    return 0
