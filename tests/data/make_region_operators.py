#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the results of torchvision's nms and roi_align, to test our own implementations.

    make_region_operators.py OUT.json

Needs torchvision, which Debian does not have; any virtual environment with it will do.
region_operators.json was made with torchvision 0.29.1.
"""

import json
import sys
from pathlib import Path

import torch
from torchvision.ops import nms, roi_align


def suppression_cases(generator: torch.Generator) -> list:
    corners = torch.rand(80, 2, generator=generator) * 80
    sides = torch.rand(80, 2, generator=generator) * 40 + 1
    boxes = torch.cat([corners, corners + sides], dim=1).round(decimals=2)
    boxes[7] = boxes[3]
    boxes[9, 2:] = boxes[9, :2]  # Empty.
    scores = torch.rand(80, generator=generator).round(decimals=2)  # Some are equal.
    return [{"boxes": boxes.tolist(), "scores": scores.tolist(), "threshold": threshold,
             "kept": nms(boxes, scores, threshold).tolist()} for threshold in (0.1, 0.3, 0.5, 0.7)]


def align_cases(generator: torch.Generator) -> list:
    features = torch.randn(2, 9, 13, generator=generator).round(decimals=3)
    boxes = torch.tensor([[4.0, 3.0, 30.0, 28.0], [0.0, 0.0, 52.0, 36.0], [10.5, 7.25, 11.0, 7.75],
                          [-9.0, -6.0, 20.0, 9.0], [40.0, 25.0, 70.0, 60.0],
                          [60.0, 50.0, 70.0, 60.0]])
    cases = []
    for side, scale, samples, aligned in ((7, 0.25, 2, True), (7, 0.25, 2, False),
                                          (3, 0.25, 1, True), (4, 0.5, 3, False),
                                          (2, 0.125, 4, True)):
        pooled = roi_align(features[None], [boxes], side, scale, samples, aligned)
        cases.append({"features": features.tolist(), "boxes": boxes.tolist(), "side": side,
                      "scale": scale, "samples": samples, "aligned": aligned,
                      "pooled": [[[[round(v, 7) for v in row] for row in plane] for plane in region]
                                 for region in pooled.tolist()]})
    return cases


def main() -> None:
    generator = torch.Generator().manual_seed(5)
    content = {"nms": suppression_cases(generator), "roi_align": align_cases(generator)}
    Path(sys.argv[1]).write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
