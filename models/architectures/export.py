#!/usr/bin/env python3
"""Writes networks as TorchScript: freshly initialised, or with the weights of a trained file.

    export.py STAGE|all --out DIR [--seed N]
    export.py STAGE --out DIR --weights TRAINED.pt
"""

import argparse
from pathlib import Path
from typing import Optional

import torch
from torch import nn

from blocks import SNConv2d
from discriminator import PatchDiscriminator
from face_detector import FaceDetector
from gender_classifier import GenderClassifier
from inpainter import InpaintingGenerator
from landmark_detector import LandmarkDetector
from segmenter import MaskSegmenter

# Stage -> network and the shapes of its inputs at nominal size, batch 1.
STAGES = {
    "face_detector": (FaceDetector, [(3, 320, 320)]),
    "segmenter": (MaskSegmenter, [(3, 256, 256)]),
    "landmark_detector": (LandmarkDetector, [(3, 256, 256)]),
    "gender_classifier": (GenderClassifier, [(3, 256, 256)]),
    "inpainter": (InpaintingGenerator, [(3, 256, 256), (1, 256, 256), (1, 256, 256)]),
    "discriminator": (PatchDiscriminator, [(3, 256, 256), (1, 256, 256)]),
}


def count_gmac(network: nn.Module, shapes) -> float:
    """Multiply-adds, in 1e9, of the convolutions and linear layers for one input."""
    total = 0

    def add(layer, _inputs, output):
        nonlocal total
        positions = output[0, 0].numel() if output.dim() == 4 else 1
        total += layer.weight.numel() * positions

    hooks = [layer.register_forward_hook(add) for layer in network.modules()
             if isinstance(layer, (nn.Conv2d, nn.Linear, SNConv2d))]
    with torch.no_grad():
        network.eval()(*[torch.rand(1, *shape) for shape in shapes])
    for hook in hooks:
        hook.remove()
    return total / 1e9


def export(stage: str, out: Path, seed: int, weights: Optional[Path], settings: dict) -> None:
    """Builds, measures and saves one network as out/STAGE.pt.

    settings: arguments of the network's constructor.
    """
    torch.manual_seed(seed)
    network_type, shapes = STAGES[stage]
    network = network_type(**settings)
    if weights:
        network.load_state_dict(torch.jit.load(str(weights)).state_dict())
    parameters = sum(p.numel() for p in network.parameters())
    gmac = count_gmac(network, shapes)
    out.mkdir(parents=True, exist_ok=True)
    torch.jit.script(network.train()).save(str(out / f"{stage}.pt"))
    size = "x".join(str(n) for n in shapes[0][1:])
    print(f"{stage:18} {parameters / 1e6:6.2f} M parameters {gmac:6.2f} GMAC at {size}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=[*STAGES, "all"])
    parser.add_argument("--out", type=Path, required=True, help="folder for STAGE.pt")
    parser.add_argument("--seed", type=int, default=0, help="seed of the initial weights")
    parser.add_argument("--weights", type=Path, help="trained file to take the weights from")
    parser.add_argument("--widths", type=int, nargs=3, metavar="N",
                        help="channels of the gender_classifier at 1/8, 1/16 and 1/32")
    parser.add_argument("--dropout", type=float, help="dropout of the gender_classifier, in [0, 1)")
    arguments = parser.parse_args()
    if arguments.weights and arguments.stage == "all":
        parser.error("--weights holds one network; name its STAGE")
    settings = {name: value for name, value in
                (("widths", arguments.widths), ("dropout", arguments.dropout)) if value is not None}
    if settings and arguments.stage != "gender_classifier":
        parser.error("--widths and --dropout are those of the gender_classifier")
    stages = STAGES if arguments.stage == "all" else [arguments.stage]
    for stage in stages:
        export(stage, arguments.out, arguments.seed, arguments.weights, settings)


if __name__ == "__main__":
    main()
