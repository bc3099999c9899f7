#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes networks as TorchScript, freshly initialized or with the weights of a trained file.

    export.py STAGE|all|paper --out DIR [--seed N] [--divisor N] [--input-size N]
    export.py STAGE --out DIR --weights TRAINED.pt [--mix OTHER.pt SHARE] [--divisor N]
              [--input-size N]

"all" stands for demask's own networks, "paper" for those of the paper that it implements.
"""

import argparse
from pathlib import Path
from typing import Dict, Optional

import torch
from torch import Tensor, nn

from counting import count_gmac, count_parameters
from discriminator import PatchDiscriminator
from face_detector import FaceDetector
from gender_classifier import GenderClassifier
from inpainter import InpaintingGenerator
from landmark_detector import LandmarkDetector
from paper.catalogue import NETWORKS as PAPER
from paper.catalogue import Network
from segmenter import MaskSegmenter

OWN: Dict[str, Network] = {
    "face_detector": Network(lambda d, s: FaceDetector(), (3,), 320),
    "segmenter": Network(lambda d, s: MaskSegmenter(), (3,), 256),
    "landmark_detector": Network(lambda d, s: LandmarkDetector(), (3,), 160),
    "gender_classifier": Network(lambda d, s: GenderClassifier(), (3,), 256),
    "inpainter": Network(lambda d, s: InpaintingGenerator(), (3, 1, 1), 256),
    "discriminator": Network(lambda d, s: PatchDiscriminator(), (2,), 112),
}
STAGES = {**OWN, **PAPER}


def read_weights(path: Path) -> Dict[str, Tensor]:
    """The weights of a trained file, in 32 bits."""
    return {name: value.float() if value.is_floating_point() else value
            for name, value in torch.jit.load(str(path)).state_dict().items()}


def mixed_weights(first: Path, second: Path, share: float) -> Dict[str, Tensor]:
    """Interpolates the weights of two runs that started from equal weights; `share` is second's."""
    others = read_weights(second)
    return {name: torch.lerp(value, others[name], share) if value.is_floating_point() else value
            for name, value in read_weights(first).items()}


def share_of(text: str) -> float:
    """The share given on the command line; NaN if it is not a number."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def export(stage: str, network: nn.Module, size: int, out: Path,
           weights: Optional[Dict[str, Tensor]]) -> None:
    """Measures one network and saves it as out/STAGE.pt, with `weights` if they are given."""
    if weights is not None:
        network.load_state_dict(weights)
    parameters = count_parameters(network)
    example = (network.example(size) if isinstance(network, PatchDiscriminator) else
               STAGES[stage].example(size))
    gmac = count_gmac(network, example)
    out.mkdir(parents=True, exist_ok=True)
    torch.jit.script(network.train()).save(str(out / f"{stage}.pt"))
    print(f"{stage:19} {parameters / 1e6:6.2f} M parameters {gmac:6.2f} GMAC at {size}x{size}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=[*STAGES, "all", "paper"])
    parser.add_argument("--out", type=Path, required=True, help="folder for STAGE.pt")
    parser.add_argument("--seed", type=int, default=0, help="seed of the initial weights")
    parser.add_argument("--weights", type=Path, help="trained file to take the weights from")
    parser.add_argument("--mix", nargs=2, metavar=("OTHER.pt", "SHARE"),
                        help="another trained file whose weights are mixed in with this share, in "
                             "[0, 1], such as a sharp inpainter with a faithful one")
    parser.add_argument("--widths", type=int, nargs=3, metavar="N",
                        help="channels of the gender_classifier at 1/8, 1/16 and 1/32")
    parser.add_argument("--dropout", type=float, help="dropout of the gender_classifier, in [0, 1)")
    parser.add_argument("--divisor", type=int, default=1, choices=[1, 2, 4, 8, 16],
                        help="divides all widths of a network of the paper, to train a small one")
    parser.add_argument("--input-size", type=int,
                        help="side of the network's input in px; a multiple of 64")
    arguments = parser.parse_args()
    stages = {"all": list(OWN), "paper": list(PAPER)}.get(arguments.stage, [arguments.stage])
    if arguments.weights and len(stages) > 1:
        parser.error("--weights holds one network; name its STAGE")
    if arguments.mix and not (arguments.weights and 0.0 <= share_of(arguments.mix[1]) <= 1.0):
        parser.error("--mix needs --weights, and a share in [0, 1]")
    weights = None
    if arguments.mix:
        weights = mixed_weights(arguments.weights, Path(arguments.mix[0]),
                                share_of(arguments.mix[1]))
    elif arguments.weights:
        weights = read_weights(arguments.weights)
    if arguments.divisor > 1 and not set(stages) <= set(PAPER):
        parser.error("--divisor is for the networks of the paper; name one of them or 'paper'")
    if arguments.input_size is not None and (arguments.input_size < 64 or
                                             arguments.input_size % 64 != 0):
        parser.error("--input-size is not a multiple of 64; choose one that is")
    settings = {name: value for name, value in
                (("widths", arguments.widths), ("dropout", arguments.dropout)) if value is not None}
    if settings and arguments.stage != "gender_classifier":
        parser.error("--widths and --dropout are only for the gender_classifier; leave them out")
    for stage in stages:
        torch.manual_seed(arguments.seed)
        size = arguments.input_size or STAGES[stage].input_size
        network = (GenderClassifier(**settings) if settings else
                   STAGES[stage].build(arguments.divisor, size))
        export(stage, network, size, arguments.out, weights)


if __name__ == "__main__":
    main()
