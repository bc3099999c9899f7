# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of demask-export: tiny networks and bundles of them."""

import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from support import NetworkTest

from exporter import command_line
from exporter.problem import ExportProblem


class Gender(nn.Module):
    """Logits: means of the first two channels."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, 3, 1, 1))

    def forward(self, face: Tensor) -> Tensor:
        return F.conv2d(face, self.weight).mean(dim=[2, 3])


class Paint(nn.Module):
    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        return face * (1.0 - mask) + 0.5 * mask * landmark_map


class Corner(nn.Module):
    """Detector without dense(): one face in the upper left corner, as bright as the photo."""

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        return [(torch.full([1, 4], 8.0), image[0].mean().reshape(1), torch.full([1, 5, 2], 4.0))]


class CornerOfEach(nn.Module):
    """The same for each photo of a batch, with a list of tuples, which ONNX lacks."""

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        found: List[Tuple[Tensor, Tensor, Tensor]] = []
        for i in range(image.size(0)):
            found.append((torch.full([1, 4], 8.0), image[i].mean().reshape(1),
                          torch.full([1, 5, 2], 4.0)))
        return found


class BrightMasks(nn.Module):
    """Instance segmenter: one mask, where the photo is bright."""

    def forward(self, photo: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        score = photo.mean().reshape(1)
        return score.reshape(1, 1).expand(1, 4), score, photo[:1].unsqueeze(0)


class Heatmaps(nn.Module):
    def forward(self, face: Tensor) -> Tensor:
        return F.avg_pool2d(face[:, :1].expand(-1, 98, -1, -1), 4)


class NotFinite(nn.Module):
    def forward(self, face: Tensor) -> Tensor:
        return torch.log(-face.mean(dim=[2, 3])[:, :2] - 1.0)


class NotInOnnx(nn.Module):
    """Uses an operator that ONNX lacks."""

    def forward(self, face: Tensor) -> Tensor:
        return torch.special.bessel_j0(face.mean(dim=[2, 3])[:, :2])


GENDER = {"input_size": 32, "class_names": ["female", "male"], "license": "CC0-1.0",
          "training_data": "none", "metrics": {"gender.accuracy_bare": 0.5}, "threshold": 0.25}


class ExportTest(NetworkTest):
    def setUp(self):
        super().setUp()
        self.bundle = self.folder / "bundle"
        self.bundle.mkdir()
        self.out = self.folder / "onnx"
        self.manifest: Dict[str, Any] = {
            "schema_version": 1, "name": "toys", "version": "1.2.3", "license": "CC0-1.0",
            "models": {}}

    def add(self, stage: str, network: nn.Module, pair: str = "", **members: Any) -> Path:
        """Adds a network to the bundle, and its entry to the manifest."""
        file = self.bundle / (f"{stage}.{pair}.pt" if pair else f"{stage}.pt")
        torch.jit.script(network).save(str(file))
        table = self.manifest
        if pair:
            table = self.manifest.setdefault("variants", {}).setdefault(pair, {"models": {}})
        content = file.read_bytes()
        table["models"][stage] = {
            "file": file.name, "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content), "input_size": 32, **members}
        self.write_manifest()
        return file

    def write_manifest(self) -> None:
        (self.bundle / "manifest.json").write_text(json.dumps(self.manifest))

    def export(self, *arguments: str) -> Dict[str, Any]:
        """Exports the bundle. Returns the manifest of the export."""
        command_line.run(command_line.parse(
            ["--onnx", str(self.out), str(self.bundle), *arguments]))
        return json.loads((self.out / "manifest.json").read_text())

    def refused(self, *arguments: str) -> str:
        """The message of an export that must fail and change nothing."""
        before = self.files()
        with self.assertRaises(ExportProblem) as caught:
            self.export(*arguments)
        self.assertEqual(self.files(), before)
        return str(caught.exception)

    def files(self) -> Dict[str, bytes]:
        """All files beside the bundle, with their contents."""
        return {str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else b""
                for path in self.folder.rglob("*") if self.bundle not in [path, *path.parents]}
