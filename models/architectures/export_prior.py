#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the networks of the generative prior as TorchScript, to be trained by demask-train.

    export_prior.py generator --generator GENERATOR.pt --out DIR
    export_prior.py encoder --generator GENERATOR.pt [--trunk INPAINTER.pt] --out DIR [--seed N]
    export_prior.py prior --generator GENERATOR.pt --encoder ENCODER.pt --out DIR [--seed N]
    export_prior.py discriminator --features FEATURES.pt --out DIR [--seed N]

GENERATOR.pt is a trained face generator: "generator" writes it as this network, which is faster on
channels last. INPAINTER.pt a trained inpainter of the default bundle, from
whose trunk the encoder starts, ENCODER.pt a trained encoder, FEATURES.pt the image classifier whose
feature maps the discriminator judges.
"""

import argparse
from pathlib import Path
from typing import Dict, List

import torch
from torch import Tensor, nn

from counting import count_gmac, count_parameters
from discriminator import PatchDiscriminator
from export import read_weights
from face_generator import CODE_SIZE, CODES, FaceGenerator
from prior_encoder import SIDE, PriorEncoder
from prior_inpainter import PriorInpainter

INPUTS = (3, 1, 1)
"""Channels of face, mask and landmark map."""


def take_weights(network: nn.Module, weights: Dict[str, Tensor]) -> int:
    """Copies the weights whose names and shapes agree; returns how many tensors these are."""
    own = network.state_dict()
    shared = {name: value for name, value in weights.items()
              if name in own and own[name].shape == value.shape}
    network.load_state_dict({**own, **shared})
    return len(shared)


def build_encoder(arguments: argparse.Namespace) -> PriorEncoder:
    encoder = PriorEncoder()
    if arguments.trunk:
        print(f"{take_weights(encoder, read_weights(arguments.trunk))} tensors of the trunk")
    generator = read_weights(arguments.generator)
    take_weights(encoder, {name: generator[name] for name in ("mean_w", "std_w")})
    return encoder


def build_prior(arguments: argparse.Namespace) -> PriorInpainter:
    prior = PriorInpainter()
    encoder = take_weights(prior.encoder, read_weights(arguments.encoder))
    generator = take_weights(prior, read_weights(arguments.generator))
    print(f"{encoder} tensors of the encoder, {generator} of the generator")
    return prior


def build_generator(arguments: argparse.Namespace) -> FaceGenerator:
    generator = FaceGenerator()
    generator.load_state_dict(read_weights(arguments.generator))
    return generator.to(memory_format=torch.channels_last)


def channels_of(features: Path) -> List[int]:
    """Channels of the maps at strides 2, 4 and 8."""
    with torch.no_grad():
        maps = torch.jit.load(str(features)).float().eval()(torch.zeros(1, 3, 64, 64))
    return [feature_map.shape[1] for feature_map in maps[:3]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["generator", "encoder", "prior", "discriminator"])
    parser.add_argument("--generator", type=Path, help="trained face generator")
    parser.add_argument("--trunk", type=Path, help="trained inpainter to take the trunk from")
    parser.add_argument("--encoder", type=Path, help="trained encoder")
    parser.add_argument("--features", type=Path, help="trained image classifier")
    parser.add_argument("--out", type=Path, required=True, help="folder for NETWORK.pt")
    parser.add_argument("--seed", type=int, default=0, help="seed of the initial weights")
    arguments = parser.parse_args()
    needed = {"generator": ["generator"], "encoder": ["generator"], "prior": ["generator", "encoder"],
              "discriminator": ["features"]}[arguments.network]
    for name in needed:
        if getattr(arguments, name) is None:
            parser.error(f"{arguments.network} needs --{name}")
    torch.manual_seed(arguments.seed)
    if arguments.network == "discriminator":
        network = PatchDiscriminator(channels_of(arguments.features))
        example = network.example(SIDE)
    elif arguments.network == "generator":
        network = build_generator(arguments)
        example = [torch.randn(1, CODES, CODE_SIZE)]
    else:
        network = (build_encoder if arguments.network == "encoder" else build_prior)(arguments)
        example = [torch.rand(1, channels, SIDE, SIDE) for channels in INPUTS]
    gmac = count_gmac(network, example)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.jit.script(network.train()).save(str(arguments.out / f"{arguments.network}.pt"))
    print(f"{arguments.network:19} {count_parameters(network) / 1e6:6.2f} M parameters "
          f"{gmac:6.2f} GMAC at {SIDE}x{SIDE}")


if __name__ == "__main__":
    main()
