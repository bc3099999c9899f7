#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the picture of a person who does not exist.

    generated_face.py GENERATOR SEED PNG

GENERATOR is a TorchScript generator of faces, as `demask-train encoder` takes it.
"""

import sys

import torch
from PIL import Image

LAYERS = 23
# Codes nearer to the mean give more ordinary faces (truncation, Karras et al. 2019).
TRUNCATION = 0.7


def main() -> None:
    file, seed, out = sys.argv[1:4]
    generator = torch.jit.load(file).eval().float()
    torch.manual_seed(int(seed))
    with torch.no_grad():
        codes = generator.codes(torch.randn(1, 512))
        codes = generator.mean_w + TRUNCATION * (codes - generator.mean_w)
        face = generator.at(codes.unsqueeze(1).expand(-1, LAYERS, -1), 512)[0]
    pixels = (face.clamp(0.0, 1.0) * 255.0).round().byte().permute(1, 2, 0)
    Image.fromarray(pixels.numpy()).save(out)


if __name__ == "__main__":
    main()
