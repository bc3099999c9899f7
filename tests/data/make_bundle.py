#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a small bundle of models for a toy world, and photos of that world.

    make_bundle.py OUT_DIR

In the toy world a worn mask is a red rectangle about twice as wide as high, on a background that is
not red. The face is a square as wide as the mask, which begins in the middle of the face and ends
above its lower side. The generator for female faces paints green, the one for male faces yellow; a
face on a blue background is male, but uncertain. OUT_DIR receives the bundle in `bundle/`, whose
variant `swapped` exchanges the generators, the same with a prior inpainter, which paints the mean
color of what is visible, in `prior_bundle/`, the same with a shape model and generators that paint
the lines of the landmarks, in `shape_bundle/`, and the photos `masked.png`, `male.png`, `two.png` and
`bare.png`.
"""

import hashlib
import json
import math
import sys
from pathlib import Path
from typing import Dict, List, Tuple

import torch
from make_modules import EchoInpainter, MeanFace, RedAgainstBlue, RedIsMask, Shapes
from PIL import Image
from torch import Tensor, nn

LICENSE = "CC0-1.0"


class RedRectangles(nn.Module):
    """Detector: a face at each run of columns with red; scores fall from left to right."""

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        for b in range(image.shape[0]):
            red = (image[b, 0] > 0.8) & (image[b, 1] < 0.4) & (image[b, 2] < 0.4)
            columns = torch.nonzero(red.any(dim=0))[:, 0]
            boxes: List[Tensor] = []
            first = 0
            for i in range(columns.shape[0]):
                if i + 1 == columns.shape[0] or int(columns[i + 1] - columns[i]) > 1:
                    left = columns[first]
                    right = columns[i] + 1
                    rows = torch.nonzero(red[:, int(left):int(right)])[:, 0]
                    half = torch.div(right - left, 2, rounding_mode="floor")
                    middle = rows.min()
                    boxes.append(torch.stack([left, middle - half, right, middle + half]).float())
                    first = i + 1
            scores = 0.9 - 0.1 * torch.arange(len(boxes), dtype=torch.float32)
            box = torch.stack(boxes) if len(boxes) > 0 else torch.zeros([0, 4])
            corner = box[:, :2].unsqueeze(1)
            side = (box[:, 2:] - box[:, :2]).unsqueeze(1)
            at_face = torch.tensor([[0.35, 0.42], [0.65, 0.42], [0.5, 0.6], [0.4, 0.76],
                                    [0.6, 0.76]])
            results.append((box, scores, corner + side * at_face))
        return results


class FrontalFace(nn.Module):
    """Landmarks of a frontal face that fills the box inside a crop of 1.5 times its size."""

    def __init__(self):
        super().__init__()
        self.register_buffer("points", (torch.tensor(frontal_points()) + 0.25) / 1.5)

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        batch = face.shape[0]
        return self.points.expand(batch, -1, -1), torch.full([batch, 68], 0.9)


class Paint(nn.Module):
    """Inpainter of one color."""

    def __init__(self, color: List[float]):
        super().__init__()
        self.register_buffer("color", torch.tensor(color).reshape(1, 3, 1, 1))

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        return self.color.expand_as(face)


def frontal_points() -> List[List[float]]:
    """68 iBUG points; the eye centers lie at (0.35, 0.42) and (0.65, 0.42) of the unit square."""

    def ellipse(cx: float, cy: float, rx: float, ry: float, count: int) -> List[List[float]]:
        angles = [math.pi + 2 * math.pi * i / count for i in range(count)]
        return [[cx + rx * math.cos(a), cy + ry * math.sin(a)] for a in angles]

    jaw = [[0.5 - 0.36 * math.cos(math.pi * i / 16), 0.42 + 0.48 * math.sin(math.pi * i / 16)]
           for i in range(17)]
    brows = [[x + 0.05 * i, 0.32] for x in (0.24, 0.56) for i in range(5)]
    nose = [[0.5, 0.42 + 0.055 * i] for i in range(4)]
    nostrils = [[0.43 + 0.035 * i, 0.62] for i in range(5)]
    eyes = ellipse(0.35, 0.42, 0.05, 0.025, 6) + ellipse(0.65, 0.42, 0.05, 0.025, 6)
    lips = ellipse(0.5, 0.76, 0.13, 0.06, 12) + ellipse(0.5, 0.76, 0.09, 0.03, 8)
    return jaw + brows + nose + nostrils + eyes + lips


# For each stage the module, and its manifest entry except file, hash and size.
MODELS = {
    "face_detector": (RedRectangles(), {"input_size": 256, "metrics": {"recall": 1.0}}),
    "segmenter": (RedIsMask(), {"input_size": 64, "variant": "semantic"}),
    "landmark_detector": (FrontalFace(), {"input_size": 64, "variant": "points",
                                          "landmark_scheme": 68, "crop_scale": 1.5}),
    "gender_classifier": (RedAgainstBlue(), {"input_size": 64, "class_names": ["female", "male"]}),
    "inpainter_female": (Paint([0.0, 1.0, 0.0]), {"input_size": 64}),
    "inpainter_male": (Paint([1.0, 1.0, 0.0]), {"input_size": 64}),
}


PRIOR = {"inpainter_prior": (MeanFace(), {"input_size": 64, "variant": "prior"})}

SHAPES = {
    "shape_model": (Shapes(), {"input_size": 256}),
    "inpainter_female": (EchoInpainter(), {"input_size": 64}),
    "inpainter_male": (EchoInpainter(), {"input_size": 64}),
}


def write_bundle(folder: Path, models: Dict[str, Tuple[nn.Module, Dict[str, object]]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for stage, (module, description) in models.items():
        path = folder / f"{stage}.pt"
        torch.jit.script(module).save(str(path))
        content = path.read_bytes()
        entries[stage] = {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(),
                          "size_bytes": len(content), "license": LICENSE, **description}
    swapped = {"inpainter_female": entries["inpainter_male"],
               "inpainter_male": entries["inpainter_female"]}
    manifest = {"schema_version": 1, "name": "toy", "version": "1.0.0", "license": LICENSE,
                "models": entries, "variants": {"swapped": {"models": swapped}}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2))


def write_photos(folder: Path) -> None:
    tan, blue, red = (92, 90, 88), (0, 60, 255), (250, 30, 30)

    def write(name: str, ground: Tuple[int, int, int], masks: List[Tuple[int, int]]) -> None:
        photo = Image.new("RGB", (256, 192), ground)
        for x, y in masks:
            photo.paste(red, (x, y, x + 80, y + 38))
        photo.save(folder / name)

    write("masked.png", tan, [(24, 90)])
    write("male.png", blue, [(24, 90)])
    write("two.png", tan, [(24, 90), (150, 100)])
    write("bare.png", tan, [])


def main() -> None:
    out = Path(sys.argv[1])
    torch.manual_seed(0)
    write_bundle(out / "bundle", MODELS)
    write_bundle(out / "prior_bundle", {**MODELS, **PRIOR})
    write_bundle(out / "shape_bundle", {**MODELS, **SHAPES})
    write_photos(out)


if __name__ == "__main__":
    main()
