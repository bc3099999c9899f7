#!/usr/bin/env python3
"""Writes the networks of the generative prior as TorchScript, to be trained by demask-train.

    export_prior.py encoder --generator GENERATOR.pt [--trunk INPAINTER.pt] --out DIR [--seed N]

GENERATOR.pt is a trained face generator, INPAINTER.pt a trained inpainter of the default bundle, from
whose trunk the encoder starts.
"""

import argparse
from pathlib import Path
from typing import Dict

import torch
from torch import Tensor, nn

from counting import count_gmac, count_parameters
from export import read_weights
from prior_encoder import SIDE, PriorEncoder


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
        count = take_weights(encoder, read_weights(arguments.trunk))
        print(f"{count} tensors of {arguments.trunk}")
    take_weights(encoder, {name: value for name, value in read_weights(arguments.generator).items()
                           if name in ("mean_w", "std_w")})
    return encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["encoder"])
    parser.add_argument("--generator", type=Path, required=True, help="trained face generator")
    parser.add_argument("--trunk", type=Path, help="trained inpainter to take the trunk from")
    parser.add_argument("--out", type=Path, required=True, help="folder for NETWORK.pt")
    parser.add_argument("--seed", type=int, default=0, help="seed of the initial weights")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    network = build_encoder(arguments)
    example = [torch.rand(1, channels, SIDE, SIDE) for channels in (3, 1, 1)]
    gmac = count_gmac(network, example)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.jit.script(network.train()).save(str(arguments.out / f"{arguments.network}.pt"))
    print(f"{arguments.network:19} {count_parameters(network) / 1e6:6.2f} M parameters "
          f"{gmac:6.2f} GMAC at {SIDE}x{SIDE}")


if __name__ == "__main__":
    main()
